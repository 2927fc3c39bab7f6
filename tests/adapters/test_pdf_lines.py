"""Line breaking: the symptoms of the shipped breaker, each absent, and properties over random text."""

import datetime as dt
import io

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics, ttfonts
from xhtml2pdf.context import PmlParaFrag

from console.adapters import fonts, pdf_lines
from console.adapters.pdf_xhtml2pdf import XhtmlPdf

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
SIZE = 10


@pytest.fixture(scope="module", autouse=True)
def kai():
    pdfmetrics.registerFont(ttfonts.TTFont("lines-kai", str(fonts.KAI.path)))


@pytest.fixture(scope="module")
def pdf():
    renderer = XhtmlPdf()
    yield renderer
    renderer.close()


def fragment(text: str, **more: object) -> PmlParaFrag:
    return PmlParaFrag(fontName="lines-kai", fontSize=SIZE, text=text, textColor=None, **more)


def broken(*frags: PmlParaFrag, widths: tuple[float, ...] = (100,)) -> list[str]:
    lines = pdf_lines.split_fragments(frags, list(widths), False).lines
    return ["".join(word.text for word in line.words) for line in lines]


def test_no_line_begins_with_a_closing_mark():
    assert broken(fragment("一二三四五六七八九十，下一句话")) == ["一二三四五六七八九", "十，下一句话"]
    assert broken(fragment("一二三四五六七八九十：下一句话")) == ["一二三四五六七八九", "十：下一句话"]


def test_no_line_ends_with_an_opening_mark():
    assert broken(fragment("一二三四五六七八九（十）下一句")) == ["一二三四五六七八九", "（十）下一句"]


def test_a_word_and_a_number_are_kept_whole():
    assert broken(fragment("一二三四五六七八20mm厚板材")) == ["一二三四五六七八", "20mm厚板材"]
    assert broken(fragment("一二三四五六七12,345.67元整")) == ["一二三四五六七", "12,345.67元整"]


def test_a_word_longer_than_a_line_is_cut_rather_than_hung_over():
    lines = broken(fragment("HTTPS" * 20))
    assert len(lines) > 1
    assert "".join(lines) == "HTTPS" * 20


def test_a_forced_break_is_kept_and_two_make_an_empty_line():
    forced = fragment("", lineBreak=1)
    assert broken(fragment("甲"), forced, fragment("乙")) == ["甲", "乙"]
    assert broken(fragment("甲"), forced, forced, fragment("乙")) == ["甲", " ", "乙"]


def test_the_first_line_may_be_narrower_than_the_others():
    assert broken(fragment("一二三四五六七八九十一二三"), widths=(50, 100)) == ["一二三四五", "六七八九十一二三"]


def test_a_last_line_of_one_or_two_glyphs_is_filled_up():
    assert broken(fragment("一二三四五六七八九专家。")) == ["一二三四五六七八九", "专家。"]
    assert broken(fragment("一二三四五六七八专家。")) == ["一二三四五六七八", "专家。"]


def test_spaces_at_a_break_do_not_begin_or_end_a_line():
    assert broken(fragment("一二三四五六七八九十 一二三四")) == ["一二三四五六七八九十", "一二三四"]


def test_justified_lines_know_their_gaps_but_the_last_does_not():
    text = "一二三四五六七八九（十）下一句"
    lines = pdf_lines.split_fragments([fragment(text)], [100], False).lines
    assert [line.cjk_gaps for line in lines] == [8, 0]


def test_a_chain_that_cannot_break_is_cut_and_stays_cut_when_the_last_line_is_short():
    assert broken(fragment("1111A—……1"), widths=(60,)) == ["1111A—…", "…1"]


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(alphabet="安全生产，。：；（）《》“”、！？Ab1 9.-%—…", min_size=1, max_size=80),
    width=st.integers(min_value=60, max_value=200),
)
def test_any_text_is_kept_within_the_width_and_loses_only_spaces(text, width):
    lines = broken(fragment(text), widths=(width,))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert pdfmetrics.stringWidth(line.strip(" "), "lines-kai", SIZE) <= width + 0.01


@settings(max_examples=150, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(["安全", "（甲）", "一，", "二。", "“丙”", "：丁", "2026年", "《戊》、"]), min_size=1
    )
)
def test_no_line_of_ordinary_text_breaks_the_rules(words):
    lines = broken(fragment("人" + "".join(words)), widths=(83,))
    assert [line for line in lines[1:] if line[0] in "，。：、）》”"] == []
    assert [line for line in lines[:-1] if line[-1] in "（《“"] == []


def test_a_rendered_page_obeys_the_rules_too(pdf):
    sentence = "聘请您为：（一）石油化工，（二）精细化工。20mm厚《规范》、“办法”；以及：烟花爆竹，非煤矿山！"
    html = f'<div class="sentence">{sentence * 2}</div><div class="sentence">甲<br>乙</div>'
    rendered = pdf.render_html(html, "certificate.css", created=NOW)
    lines = pypdf.PdfReader(io.BytesIO(rendered.content)).pages[0].extract_text().splitlines()
    assert len(lines) >= 5
    assert [line for line in lines if line.strip()[:1] in set("：，。；、）》”！")] == []
    assert [line.strip() for line in lines[-2:]] == ["甲", "乙"]
    assert "".join(lines).replace(" ", "").startswith(sentence * 2)
