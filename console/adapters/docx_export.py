"""专家基本信息表 as a Word document (python-docx): a ruled form people print, sign and stamp.

Built without a template, so no text of a user is ever read as an instruction. Font names are only named; Word draws
with those of the reader's machine.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.image import Image
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt
from docx.table import Table, _Cell, _Row

from console.ports import ExpertSheet, SheetSection, SheetTable

SONG, FANGSONG, HEI, LATIN = "宋体", "仿宋", "黑体", "Times New Roman"
TITLE, TEXT, SMALL = Pt(20), Pt(10.5), Pt(9)  # 五号 is 10.5 pt
AIR = Pt(2)  # above and below each paragraph of a cell
COLUMNS = (Cm(2.6), Cm(4.2), Cm(2.6), Cm(4.4), Cm(3.2))  # label, value, label, value, photo
WIDTH = sum(COLUMNS)
ROW, LONG_ROW = Cm(0.85), Cm(2.6)  # least heights
PHOTO_ROWS = 5
PHOTO_WIDTH, PHOTO_HEIGHT = Cm(2.8), Cm(3.9)  # a two-inch portrait
SHADE = "F2F2F2"


class DocxExport:
    """Adapter of ``ports.DocxRenderer``."""

    def render_basic_information(self, data: ExpertSheet) -> bytes:
        """专家基本信息表 as .docx."""
        document = _page(data)
        for number, section in enumerate(data.sections):
            _section(document, section, data.photo, with_photo=number == 0)
        for table in data.tables:
            _table(document, table)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()


def _page(data: ExpertSheet) -> Document:
    """An A4 page with title, organisation and footer."""
    document = docx.Document()
    document.core_properties.title = _clean(f"{data.title} {data.name}")
    document.core_properties.author = _clean(data.organisation)
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    _font(document.styles["Normal"], FANGSONG, TEXT)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(8)
    _write(title, data.title, SONG, TITLE, bold=True)
    if data.organisation:
        _write(document.add_paragraph(), data.organisation, FANGSONG, TEXT)
    _footer(section.footer.paragraphs[0], data.printed_line)
    return document


def _section(document: Document, section: SheetSection, photo: bytes | None, *, with_photo: bool) -> None:
    """One titled part: short answers two to a line, long answers over the width, the photo at the upper right."""
    table = _grid(document, COLUMNS)
    _head(_row(table), section.title)
    first = len(table.rows)
    lines = [section.rows[start : start + 2] for start in range(0, len(section.rows), 2)]
    lines += [()] * (PHOTO_ROWS - len(lines) if with_photo else 0)
    for number, pair in enumerate(lines):
        _short_row(_row(table), pair, beside_photo=with_photo and number < PHOTO_ROWS)
    if with_photo:
        _photo(table.cell(first, 4).merge(table.cell(first + PHOTO_ROWS - 1, 4)), photo)
    for label, value in section.long_rows:
        cells = _height(_row(table), LONG_ROW).cells
        _label(cells[0], label)
        _value(cells[1].merge(cells[4]), value, top=True)
    _gap(document)


def _short_row(row: _Row, pair: Sequence[tuple[str, str]], *, beside_photo: bool) -> None:
    """One or two labels with their values; a single one takes the whole line."""
    cells = _height(row, ROW).cells
    last = 3 if beside_photo else 4
    if len(pair) == 2:
        _label(cells[2], pair[1][0])
        _value(cells[3].merge(cells[last]), pair[1][1])
    if pair:
        _label(cells[0], pair[0][0])
        _value(cells[1] if len(pair) == 2 else cells[1].merge(cells[last]), pair[0][1])
    else:
        cells[0].merge(cells[last])


def _table(document: Document, data: SheetTable) -> None:
    """A repeated part: heads on every page, one row a line."""
    widths = _widths(data)
    table = _grid(document, widths)
    _head(_row(table), data.title)
    heads = _height(_row(table), ROW)
    _repeated(heads)
    for cell, head in zip(heads.cells, data.heads, strict=True):
        _label(cell, head)
    for line in data.lines:
        cells = _height(_row(table), ROW).cells
        for cell, value in zip(cells, line, strict=True):
            _value(cell, value)
    _gap(document)


def _widths(data: SheetTable) -> list[Length]:
    """Share the width by the longest text of each column, between a least and a greatest share."""
    longest = [max(len(text) for text in column) for column in zip(data.heads, *data.lines, strict=True)]
    shares = [min(max(length, 3), 16) for length in longest]
    return [Length(WIDTH * share // sum(shares)) for share in shares]


def _grid(document: Document, widths: Sequence[Length]) -> Table:
    """An empty ruled table of fixed column widths."""
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


def _head(row: _Row, title: str) -> None:
    """The shaded line with the title of a part."""
    cells = _height(row, ROW).cells
    cell = cells[0].merge(cells[-1])
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", SHADE)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)
    _into(cell, title, HEI, align=WD_ALIGN_PARAGRAPH.CENTER)
    row.cells[0].paragraphs[0].paragraph_format.keep_with_next = True


def _label(cell: _Cell, text: str) -> None:
    _into(cell, text, SONG, align=WD_ALIGN_PARAGRAPH.CENTER)


def _value(cell: _Cell, text: str, *, top: bool = False) -> None:
    _into(cell, text, FANGSONG, align=WD_ALIGN_PARAGRAPH.LEFT)
    if top:
        cell.vertical_alignment = WD_ALIGN_VERTICAL.TOP


def _into(cell: _Cell, text: str, font: str, *, align: WD_ALIGN_PARAGRAPH) -> None:
    """Write into a cell, one paragraph for each line of the text."""
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for number, line in enumerate(_clean(text).split("\n")):
        paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = AIR
        paragraph.paragraph_format.line_spacing = 1.15
        _write(paragraph, line, font, TEXT)


def _photo(cell: _Cell, photo: bytes | None) -> None:
    """The portrait, as large as its box allows, or the word that tells where it goes."""
    if photo is None:
        _into(cell, "（照片）", FANGSONG, align=WD_ALIGN_PARAGRAPH.CENTER)
        return
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    image = Image.from_blob(photo)
    width = min(PHOTO_WIDTH, PHOTO_HEIGHT * image.px_width // image.px_height)
    paragraph.add_run().add_picture(io.BytesIO(photo), width=Length(width))


def _footer(paragraph: Any, printed_line: str) -> None:
    """第 n 页 共 m 页, and when it was printed."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in (f"{printed_line}　　第 " if printed_line else "第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页"):
        if part.isupper():
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), part)
            _write(paragraph, "1", SONG, SMALL)  # what a reader sees that does not count pages
            field.append(paragraph.runs[-1]._r)
            paragraph._p.append(field)
        else:
            _write(paragraph, part, SONG, SMALL)


def _write(paragraph: Any, text: str, font: str, size: Length, *, bold: bool = False) -> None:
    """A run with a Chinese and a Latin font."""
    run = paragraph.add_run(_clean(text))
    run.bold = bold
    _font(run, font, size)


def _font(owner: Any, east_asian: str, size: Length) -> None:
    """Set both fonts of a run or a style: python-docx knows only the Latin one."""
    owner.font.name, owner.font.size = LATIN, size
    owner.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east_asian)


def _row(table: Table) -> _Row:
    """A new row at the end."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call] # python-docx left this one unannotated
    return row


def _height(row: _Row, least: Length) -> _Row:
    """Least height; a row is not torn over two pages."""
    row.height, row.height_rule = least, WD_ROW_HEIGHT_RULE.AT_LEAST
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row


def _repeated(row: _Row) -> None:
    """Repeat title and heads on each page the table runs over (Word wants all rows from the first)."""
    for each in row.table.rows:
        each._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _gap(document: Document) -> None:
    """A little air between two tables, which Word would otherwise join."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(8)


def _clean(text: str) -> str:
    """Without the control characters XML cannot hold; one kind of line end, tabs as spaces."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(letter for letter in unified if letter == "\n" or (letter >= " " and letter not in "\ufffe\uffff"))
