import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from console.adapters.docx_export import DocxExport
from console.ports import ExpertSheet, SheetSection, SheetTable

SPECIALTY = "场地、房屋、铁路、公路、市政、桥梁、隧道、港口等建筑施工"
SHEET = ExpertSheet(
    name="欧阳㛃䶮𬭎",
    sections=(
        SheetSection(
            "个人信息",
            rows=(
                ("姓名", "欧阳㛃䶮𬭎"),
                ("性别", "女"),
                ("手机号", "19900001234"),
                ("民族", "彝族"),
                ("学历", "博士研究生"),
            ),
        ),
        SheetSection(
            "工作信息",
            rows=(("工作单位", "云南某某化工设计研究院"), ("职务", "总工程师"), ("通讯地址", "昆明市某某路 100 号")),
            long_rows=(("工作简历", "2002–2010　某某化工厂\r\n2010 至今　某某设计院"), ("主要业绩", "<b>&{{ 7 * 7 }}")),
        ),
    ),
    tables=(SheetTable("专业方向", ("序号", "行业类别", "专业类别"), (("1", "建筑消防", SPECIALTY),)),),
    organisation="云南省应急管理厅",
    printed_line="2026-11-20 10:30 导出",
)


def portrait() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (413, 579), "#99aabb").save(buffer, "JPEG")
    return buffer.getvalue()


def opened(sheet: ExpertSheet = SHEET):
    return docx.Document(io.BytesIO(DocxExport().render_basic_information(sheet)))


def lines(table) -> list[list[str]]:
    """Texts of a table row by row, a merged cell once."""
    return [[cell.text for cell in dict.fromkeys(row.cells)] for row in table.rows]


def test_every_label_stands_before_its_value():
    personal, work, specialties = (lines(table) for table in opened().tables)
    assert personal[0] == ["个人信息"]
    assert personal[1] == ["姓名", "欧阳㛃䶮𬭎", "性别", "女", "（照片）"]
    assert personal[3][:2] == ["学历", "博士研究生"]
    assert work[1:3] == [
        ["工作单位", "云南某某化工设计研究院", "职务", "总工程师"],
        ["通讯地址", "昆明市某某路 100 号"],
    ]
    assert specialties == [["专业方向"], ["序号", "行业类别", "专业类别"], ["1", "建筑消防", SPECIALTY]]


def test_lines_of_a_long_answer_become_paragraphs():
    work = opened().tables[1]
    assert lines(work)[3] == ["工作简历", "2002–2010　某某化工厂\n2010 至今　某某设计院"]


def test_markup_and_template_signs_are_written_as_typed():
    assert lines(opened().tables[1])[4] == ["主要业绩", "<b>&{{ 7 * 7 }}"]


def test_control_characters_do_not_spoil_the_file():
    sheet = ExpertSheet("甲", (SheetSection("\x00信息", (("姓\x0b名", "张\x1f三\ufffe"),)),))
    assert lines(opened(sheet).tables[0])[:2] == [["信息"], ["姓名", "张三", "（照片）"]]


def test_the_photo_keeps_its_shape_inside_the_box():
    sheet = ExpertSheet(SHEET.name, SHEET.sections, photo=portrait())
    document = opened(sheet)
    (shape,) = document.inline_shapes
    assert shape.width.cm <= 2.81
    assert shape.height.cm <= 3.93
    assert shape.height / shape.width == pytest.approx(579 / 413, rel=0.01)
    assert "（照片）" not in lines(document.tables[0])[1]


def test_every_text_names_a_chinese_and_a_latin_font():
    document = opened()
    for table in document.tables:
        for run in table._tbl.iter(qn("w:r")):
            fonts = run.find(qn("w:rPr")).find(qn("w:rFonts"))
            assert fonts.get(qn("w:eastAsia")) in {"宋体", "仿宋", "黑体"}
            assert fonts.get(qn("w:ascii")) == "Times New Roman"


def test_the_form_is_a4_upright_with_title_and_page_numbers():
    document = opened()
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert document.paragraphs[0].text == "专家基本信息表"
    footer = section.footer.paragraphs[0]
    assert footer.text.startswith("2026-11-20 10:30 导出")
    fields = [field.get(qn("w:instr")) for field in footer._p.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert document.core_properties.title == "专家基本信息表 欧阳㛃䶮𬭎"


def test_heads_of_a_repeated_part_come_again_on_each_page():
    rows = opened().tables[2].rows
    heads = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows]
    assert heads == [True, True, False]


def test_a_line_with_too_few_cells_is_a_mistake_not_a_shifted_row():
    sheet = ExpertSheet("甲", (), (SheetTable("专业方向", ("序号", "类别"), (("1",),)),))
    with pytest.raises(ValueError, match="zip"):
        DocxExport().render_basic_information(sheet)


def test_the_file_holds_no_macro_and_nothing_from_outside():
    archive = zipfile.ZipFile(io.BytesIO(DocxExport().render_basic_information(SHEET)))
    names = archive.namelist()
    assert "word/document.xml" in names
    assert [name for name in names if "vba" in name.lower() or name.endswith(".bin")] == []
    assert [name for name in names if name.endswith(".rels") and b'TargetMode="External"' in archive.read(name)] == []
