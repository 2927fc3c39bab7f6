"""Corrections to xhtml2pdf 0.2.28 and reportlab 5.1, installed once in each rendering process.

Each has a test by its symptom. The version is checked, so that an upgrade cannot silently undo one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import xhtml2pdf
from reportlab import rl_config
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics, ttfonts
from xhtml2pdf import default, reportlab_paragraph, xhtml2pdf_reportlab

from console.adapters import fonts, pdf_lines

XHTML2PDF = "0.2.28"
BFCHAR_BLOCK = 100  # PDF 32000-1, 9.10.3: at most 100 entries in a bfchar block

Painter: TypeAlias = Callable[[Any, tuple[float, float]], None]  # (reportlab canvas, page size in points)

_painters: list[Painter] = []


def install() -> None:
    """Apply every correction and register our fonts. Call once, before the first document."""
    if xhtml2pdf.__version__ != XHTML2PDF:
        raise RuntimeError(f"these corrections are for xhtml2pdf {XHTML2PDF}, not {xhtml2pdf.__version__}")
    rl_config.useA85 = 0  # reportlab's own ASCII85 is slow Python; binary streams are smaller too
    rl_config.invariant = 1  # no clock and no random identifier in the file: equal input, equal bytes
    ttfonts.makeToUnicodeCMap = to_unicode_map
    reportlab_paragraph.cjkFragSplit = pdf_lines.split_fragments
    reportlab_paragraph.Paragraph.breakLinesCJK = pdf_lines.break_lines
    reportlab_paragraph._justifyDrawParaLineX = justified(reportlab_paragraph._justifyDrawParaLineX)
    page = xhtml2pdf_reportlab.PmlPageTemplate
    page.beforeDrawPage = painted(page.beforeDrawPage)
    _register_fonts()


@contextmanager
def painting(*painters: Painter) -> Iterator[None]:
    """While open, every page is first drawn on by the painters (borders as CSS are dropped without a warning)."""
    _painters.extend(painters)
    try:
        yield
    finally:
        _painters.clear()


@contextmanager
def created(epoch: int) -> Iterator[None]:
    """While open, documents carry this creation time (seconds since 1970, UTC)."""
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    try:
        yield
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]


def to_unicode_map(name: str, subset: Sequence[int]) -> str:
    """ToUnicode map with UTF-16BE values: reportlab's writes five digits above U+FFFF, which readers take for two."""
    entries = [f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(subset)]
    blocks = [entries[start : start + BFCHAR_BLOCK] for start in range(0, len(entries), BFCHAR_BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap",
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
        f"/CMapName /{name} def", "/CMapType 2 def",
        "1 begincodespacerange", f"<00> <{len(subset) - 1:02X}>", "endcodespacerange",
    ]  # fmt: skip
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return "\n".join([*lines, "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"])


def painted(original: Callable[..., None]) -> Callable[..., None]:
    """``beforeDrawPage`` with our painters beneath the text."""

    def before_draw_page(template: Any, canvas: Any, doc: Any) -> None:
        for painter in _painters:
            canvas.saveState()
            painter(canvas, template.pagesize)
            canvas.restoreState()
        original(template, canvas, doc)

    return before_draw_page


def justified(original: Callable[..., None]) -> Callable[..., None]:
    """``text-align: justify`` for Chinese lines, which have no spaces to widen: spread over all glyphs."""

    def draw(text: Any, offset: float, line: Any, last: int = 0) -> None:
        gaps = 0 if last else getattr(line, "cjk_gaps", 0)
        if not gaps or getattr(line, "lineBreak", False):
            original(text, offset, line, last)
            return
        text.setCharSpace(line.extraSpace / gaps)
        original(text, offset, line, 1)
        text.setCharSpace(0)

    return draw


def _register_fonts() -> None:
    """Make our families known to every document, parsed once a process, without files to fetch."""
    for face in fonts.FACES:
        name = face.path.stem
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(face.path)))
        default.DEFAULT_FONT[face.family.lower()] = face.family
    for face in sorted(fonts.FACES, key=lambda face: face.bold):
        for italic in (0, 1):
            addMapping(face.family, 1, italic, face.path.stem)
            if not face.bold:
                addMapping(face.family, 0, italic, face.path.stem)
