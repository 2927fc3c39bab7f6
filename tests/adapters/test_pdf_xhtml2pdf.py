"""The certificate: what it says, what it looks like by pixels, and what is refused."""

import datetime as dt
import hashlib
import io
from dataclasses import replace

import pypdf
import pypdfium2
import pytest

from console.adapters import qr
from console.adapters.pdf_xhtml2pdf import XhtmlPdf
from console.ports import CertificateSheet, MissingGlyph, RenderFailed

SHEET = CertificateSheet(
    holder_name="欧阳㛃䶮𬭎",
    salutation="欧阳㛃䶮𬭎同志：",
    body=("经云南省应急管理厅审核批准，聘请你为省化工-防爆专家。",),
    number_line="证书编号：YNS20201015001",
    validity_line="证书有效期限：2020年10月15日 至 2030年10月14日",
    unit="云南省应急管理厅",
    date_line="2020年10月15日",
    qr_url="HTTPS://ZJK.EXAMPLE.GOV.CN/V/YNS20201015001/ABCDEFGHJKMN",
    programme="云南省应急管理专家库",
    number="YNS20201015001",
    issued_on=dt.date(2020, 10, 15),
)
LONGEST = replace(
    SHEET,
    body=(
        "经云南省自然灾害应急管理委员会办公室审核批准，聘请你为省建筑消防-"
        "场地、房屋、铁路、公路、市政、桥梁、隧道、港口等建筑施工专家。",
    ),
    validity_line="证书有效期限：长期",
    unit="云南省自然灾害应急管理委员会办公室",
)
MM = 72 / 25.4


@pytest.fixture(scope="module")
def pdf():
    renderer = XhtmlPdf()
    yield renderer
    renderer.close()


@pytest.fixture(scope="module")
def rendered(pdf):
    return pdf.render_certificate(SHEET)


def text_of(content: bytes) -> str:
    return pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


def picture(content: bytes, scale: float = 2.0):
    document = pypdfium2.PdfDocument(content)
    image = document[0].render(scale=scale).to_pil().convert("RGB")
    document.close()
    return image


def pixel(image, x_mm: float, y_mm: float, scale: float = 2.0) -> tuple[int, int, int]:
    """Colour at a place counted from the upper left corner of the page."""
    return image.getpixel((round(x_mm * MM * scale), round(y_mm * MM * scale)))


def test_the_certificate_says_what_the_manual_shows_1_3(rendered):
    text = text_of(rendered.content).replace("\n", "")
    expected = (
        SHEET.programme, SHEET.title, SHEET.salutation, SHEET.number_line, SHEET.validity_line, SHEET.unit,
        SHEET.date_line, "扫码验真",
    )  # fmt: skip
    assert [words for words in (*expected, *SHEET.body) if words not in text] == []


@pytest.mark.parametrize("name", ["㛃", "䶮", "𬭎"])
def test_a_rare_name_can_be_copied_and_searched_in_two_readers(rendered, name):
    assert name in text_of(rendered.content)
    document = pypdfium2.PdfDocument(rendered.content)
    assert name in document[0].get_textpage().get_text_range().encode("utf-16", "surrogatepass").decode("utf-16")
    document.close()


def test_the_result_tells_its_hash_and_one_page_of_a4_across(rendered):
    assert rendered.sha256 == hashlib.sha256(rendered.content).hexdigest()
    reader = pypdf.PdfReader(io.BytesIO(rendered.content))
    assert rendered.pages == len(reader.pages) == 1
    assert [round(float(side) / MM) for side in reader.pages[0].mediabox[2:]] == [297, 210]


def test_the_same_sheet_gives_the_same_bytes_in_every_process(pdf, rendered):
    other = XhtmlPdf()
    assert other.render_certificate(SHEET) == rendered
    other.close()
    assert pdf.render_certificate(SHEET) == rendered
    assert pdf.render_certificate(replace(SHEET, date_line="2020年10月16日")).sha256 != rendered.sha256


def test_the_file_is_dated_by_the_sheet_and_titled_by_its_number(rendered):
    information = pypdf.PdfReader(io.BytesIO(rendered.content)).metadata
    assert (information.title, information.author) == ("专家聘书 YNS20201015001", SHEET.unit)
    assert information.creation_date.date() == SHEET.issued_on


def test_all_fonts_of_the_text_are_ours_and_embedded(rendered):
    fonts = [
        entry.get_object()
        for entry in pypdf.PdfReader(io.BytesIO(rendered.content)).pages[0]["/Resources"]["/Font"].values()
    ]
    embedded = [font for font in fonts if "/FontDescriptor" in font]
    assert {str(font["/BaseFont"]).split("+")[1] for font in embedded} == {
        "JuxianKai-Regular", "JuxianSong-Regular", "JuxianSong-Bold",
    }  # fmt: skip
    assert all("/FontFile2" in font["/FontDescriptor"] for font in embedded)


def test_streams_are_binary_and_the_language_is_named(rendered):
    assert b"/ASCII85Decode" not in rendered.content
    assert pypdf.PdfReader(io.BytesIO(rendered.content)).trailer["/Root"]["/Lang"] == "zh-CN"


def test_the_border_is_on_the_page(rendered):
    image = picture(rendered.content)
    for x, y in ((10, 105), (287, 105), (148, 10), (148, 200)):
        red, green, blue = pixel(image, x, y)
        assert red > 130, (x, y)
        assert green < 90, (x, y)
        assert blue < 90, (x, y)
    gold = [pixel(image, 13 + step / 20, 105) for step in range(20)]
    assert any(red > 150 > blue + 30 for red, _green, blue in gold)


def test_the_code_on_the_page_is_the_code_of_the_address(rendered):
    rows = qr.modules(SHEET.qr_url)
    image = picture(rendered.content, scale=4)
    module = 22 / len(rows)
    left, top = 40, 210 - 36 - 22
    seen = tuple(
        tuple(sum(pixel(image, left + (x + 0.5) * module, top + (y + 0.5) * module, 4)) < 384 for x in range(len(rows)))
        for y in range(len(rows))
    )
    assert seen == rows


def test_a_sheet_without_an_address_has_neither_code_nor_caption(pdf):
    proof = pdf.render_certificate(replace(SHEET, qr_url=""))
    assert "扫码验真" not in text_of(proof.content)
    assert pixel(picture(proof.content), 41, 210 - 57) == (255, 255, 255)


def test_there_is_room_for_a_seal_beside_unit_and_date(rendered):
    image = picture(rendered.content)
    box = image.crop(tuple(round(side * MM * 2) for side in (170, 139, 215, 153)))
    assert box.getextrema() == ((255, 255),) * 3


def test_the_longest_unit_and_specialty_of_the_manual_fit_one_page(pdf):
    text = text_of(pdf.render_certificate(LONGEST).content)
    assert LONGEST.body[0] in text.replace("\n", "")
    assert LONGEST.unit in text.splitlines()  # not broken
    assert LONGEST.validity_line in text.splitlines()


@pytest.mark.parametrize("prefecture", ["昆明市", "西双版纳傣族自治州", "红河哈尼族彝族自治州"])
@pytest.mark.parametrize("office", ["应急管理局", "安全生产委员会办公室", "自然灾害应急管理委员会办公室"])
def test_the_unit_of_every_prefecture_stands_on_one_line(pdf, prefecture, office):
    text = text_of(pdf.render_certificate(replace(SHEET, unit=prefecture + office)).content)
    assert prefecture + office in text.splitlines()


def test_a_text_too_long_for_one_page_is_refused(pdf):
    with pytest.raises(RenderFailed) as refused:
        pdf.render_certificate(replace(SHEET, body=("长" * 900,)))
    assert refused.value.code == "certificate_too_long"


def test_a_unit_that_would_be_squeezed_is_refused_rather_than_shrunk(pdf):
    two_lines = "云" * 46
    text = text_of(pdf.render_certificate(replace(SHEET, unit=two_lines)).content)
    assert SHEET.date_line in text
    with pytest.raises(RenderFailed) as refused:
        pdf.render_certificate(replace(SHEET, unit="云" * 150))
    assert refused.value.code == "render_failed"


@pytest.mark.parametrize(
    "changed",
    [{"salutation": "张𠮷同志："}, {"unit": "𠮷州市应急管理局"}, {"body": ("聘请你为𠮷专家。",)}, {"title": "聘𠮷书"}],
)
def test_a_missing_glyph_anywhere_is_refused_naming_the_character(pdf, changed):
    with pytest.raises(MissingGlyph) as refused:
        pdf.render_certificate(replace(SHEET, **changed))
    assert refused.value.message == "字库中缺少“𠮷”字，暂不能生成聘书，请联系技术支持补字"
    assert refused.value.characters == ("𠮷",)


def test_an_invisible_character_is_named_by_its_number(pdf):
    with pytest.raises(MissingGlyph, match=r"编码 U\+200B 的字"):
        pdf.render_certificate(replace(SHEET, salutation="张\u200b三同志："))


def test_markup_in_a_name_is_printed_as_text(pdf):
    sheet = replace(SHEET, salutation="<b>张</b>&amp;{{ 7 * 7 }}同志：")
    assert "<b>张</b>&amp;{{ 7 * 7 }}同志：" in text_of(pdf.render_certificate(sheet).content)
