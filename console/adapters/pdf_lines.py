"""Line breaking for Chinese text in xhtml2pdf (replaces its ``cjkFragSplit`` and ``breakLinesCJK``).

The shipped breaker lets ： and ， begin a line, leaves （ at the end of one, swallows <br>, cuts numbers in two and
adds an empty line after a hung full stop.
Written for xhtml2pdf 0.2.28; tests/adapters/test_pdf_lines.py checks each symptom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from reportlab.rl_config import _FUZZ
from xhtml2pdf.reportlab_paragraph import ParaLines, cjkU, makeCJKParaLine

NBSP = "\xa0"
CANNOT_START = frozenset("!%),.:;?]}¢°·’”‰′″℃、。〉》」』】〕〗〞！％），．：；？］｝～…—–-‐ー々" + NBSP)
CANNOT_END = frozenset("$(£¥[{‘“〈《「『【〔〖〝＄（［｛￥￡#@＃＠№" + NBSP)
SHORTEST_LAST = 3  # glyphs in the last line of a paragraph of several lines
LOOSEST = 0.2  # widest gap justified text may get, in em; looser lines stay ragged
_JOINING = frozenset("._-/:+%@#&~,'")  # keep these inside a Latin word or a number

Unit: TypeAlias = list[Any]  # glyphs (xhtml2pdf's cjkU) that stay on one line


def split_fragments(frags: Sequence[Any], max_widths: Sequence[float], calc_bounds: Any, encoding: str = "utf8") -> Any:
    """Lines of a paragraph: the signature of xhtml2pdf's ``cjkFragSplit``, widths in points."""
    lines: list[Any] = []
    for segment in _segments(frags, encoding):
        widths = max_widths[len(lines) :] or max_widths[-1:]
        for index, glyphs in enumerate(_without_widow(_filled(_units(segment), widths), widths[-1])):
            lines.append(_line(_trimmed(glyphs), widths[min(index, len(widths) - 1)], calc_bounds))
        lines[-1].cjk_gaps = 0  # the last line before a break is not stretched
    return ParaLines(kind=1, lines=lines)


def _line(glyphs: Unit, width: float, calc_bounds: Any) -> Any:
    """A line as xhtml2pdf draws it, with the number of gaps justified text may be stretched at."""
    extra = width - sum(glyph.width for glyph in glyphs)
    line = makeCJKParaLine(glyphs, extra, calc_bounds)
    gaps = len(glyphs) - 1
    line.cjk_gaps = gaps if 0 < extra <= gaps * LOOSEST * line.fontSize else 0
    return line


def break_lines(paragraph: Any, width: Any) -> Any:
    """``Paragraph.breakLinesCJK``: the same rules whether a paragraph has one fragment or many."""
    widths = list(width) if isinstance(width, list | tuple) else [width]
    style = paragraph.style
    if not paragraph.frags:
        return ParaLines(
            kind=0, fontSize=style.fontSize, fontName=style.fontName, textColor=style.textColor, lines=[],
            ascent=style.fontSize, descent=-0.2 * style.fontSize,
        )  # fmt: skip
    paragraph.height = 0
    leading = getattr(paragraph, "autoLeading", getattr(style, "autoLeading", ""))
    return split_fragments(paragraph.frags, widths, leading not in {"", "off"}, paragraph.encoding)


def _segments(frags: Sequence[Any], encoding: str) -> Iterator[Unit]:
    """Glyphs between forced breaks; an empty stretch between two <br> becomes one space, that is an empty line."""
    glyphs: Unit = []
    for frag in frags:
        if hasattr(frag, "lineBreak"):
            yield glyphs or [_blank(frag, encoding)]
            glyphs = []
            continue
        text = frag.text.decode(encoding) if isinstance(frag.text, bytes) else frag.text
        glyphs.extend(cjkU(letter, frag, encoding) for letter in text or ("",))
    if glyphs:
        yield glyphs


def _blank(frag: Any, encoding: str) -> Any:
    """A space drawn with the fragment's font."""
    plain = frag.clone()
    del plain.lineBreak
    return cjkU(" ", plain, encoding)


def _units(glyphs: Unit) -> list[Unit]:
    """Cut at every place where a line may break."""
    units: list[Unit] = [glyphs[:1]]
    for before, after in pairwise(glyphs):
        if _may_break(before, after):
            units.append([after])
        else:
            units[-1].append(after)
    return units


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end after ``before``."""
    if after == " " or after in CANNOT_START or before in CANNOT_END:
        return False
    return not (_is_word(before) and _is_word(after))


def _is_word(letter: str) -> bool:
    """Part of a Latin word or number: those are not cut."""
    return letter in _JOINING or (letter.isalnum() and ord(letter) < 0x2E80)


def _filled(units: list[Unit], widths: Sequence[float]) -> list[Unit]:
    """Lines of glyphs, each as full as it may be; a unit wider than a line is cut where the line ends."""
    lines: list[Unit] = [[]]
    used = 0.0
    for unit in units:
        if lines[-1] and used + _width(unit) > widths[min(len(lines), len(widths)) - 1] + _FUZZ:
            lines.append([])
            used = 0.0
        for glyph in unit:
            if lines[-1] and used + glyph.width > widths[min(len(lines), len(widths)) - 1] + _FUZZ and glyph != " ":
                lines.append([])
                used = 0.0
            lines[-1].append(glyph)
            used += glyph.width
    return lines


def _without_widow(lines: list[Unit], width: float) -> list[Unit]:
    """Fill a last line of one or two glyphs up from the line before, unless that takes half of it."""
    if len(lines) < 2 or _length(lines[-1]) >= SHORTEST_LAST:
        return lines
    units = _units(lines[-2] + lines[-1])
    last: Unit = []
    while len(units) > 1 and _length(last) < SHORTEST_LAST:
        last = units.pop() + last
    rest = [glyph for unit in units for glyph in unit]
    # Taken together again, a unit that had to be cut may be wider than a line: then the widow stays.
    if not last or 2 * _width(last) > width or _width(rest) > width + _FUZZ:
        return lines
    return [*lines[:-2], rest, last]


def _length(glyphs: Unit) -> int:
    """Number of glyphs that leave ink."""
    return sum(1 for glyph in glyphs if glyph.strip())


def _width(unit: Unit) -> float:
    """Width of a unit in points without the space it ends with, which may hang over."""
    return float(sum(glyph.width for glyph in _trimmed(unit)))


def _trimmed(glyphs: Unit) -> Unit:
    """Without spaces at the end (and at least one glyph)."""
    end = len(glyphs)
    while end > 1 and glyphs[end - 1] == " ":
        end -= 1
    return glyphs[:end]
