import hashlib
import random
import zipfile
from io import BytesIO

import pytest
from PIL import Image

from console.adapters import uploads
from console.adapters.upload_faults import Unfit
from console.adapters.upload_pictures import picture_content
from console.adapters.uploads import inspect
from console.ports import Uploads
from console.rules.attachments import MEGABYTE, AttachmentRule
from console.vocabulary import AttachmentKind
from tests.adapters import upload_samples as make

EVERY_FORMAT = {AttachmentKind.OTHER: AttachmentRule(("pdf", "jpg", "png", "docx", "xlsx", "pptx", "dwg"), 1)}
SCANS = {AttachmentKind.OTHER: AttachmentRule(("jpg", "png", "pdf"), 1)}


def look(name, content, rules=EVERY_FORMAT):
    return inspect(AttachmentKind.OTHER, name, content, rules)


def messages(inspected):
    return [fault.message for fault in inspected.faults]


HONEST = {
    "合同.pdf": make.PDF,
    "扫描 件.PDF": make.PDF + b"\r\n\0\0\0",
    "照片.jpg": make.picture("JPEG"),
    "照片.JPEG": make.picture("JPEG", mode="L"),
    "印刷.jpg": make.picture("JPEG", mode="CMYK"),
    "渐进.jpg": make.picture("JPEG", progressive=True),
    "截图.png": make.picture("PNG"),
    "透明.png": make.picture("PNG", mode="RGBA"),
    "调色板.png": make.picture("PNG", mode="P"),
    "黑白.png": make.picture("PNG", mode="1"),
    "动图.png": make.picture("PNG", save_all=True, append_images=[Image.new("RGB", (64, 48))]),
    "申请表.docx": make.office("docx"),
    "名单.xlsx": make.office("xlsx"),
    "汇报.pptx": make.office("pptx"),
    "存储.docx": make.office("docx", method=zipfile.ZIP_STORED),
    "图纸.dwg": make.DWG,
    "㛃䶮𬭎的证书.v2.pdf": make.PDF,
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_passes(name):
    inspected = look(name, HONEST[name])
    assert inspected.faults == ()
    assert inspected.name == name
    assert inspected.size == len(inspected.content) > 0
    assert inspected.sha256 == hashlib.sha256(inspected.content).hexdigest()
    assert inspected.extension == name.rsplit(".", 1)[1].lower().replace("jpeg", "jpg")
    assert inspected.media_type


HOSTILE = {
    "0 bytes": ("a.pdf", b""),
    "0 bytes of a picture": ("a.jpg", b""),
    "one byte": ("a.pdf", b"%"),
    "svg": ("a.svg", make.SVG),
    "svg renamed png": ("a.png", make.SVG),
    "html": ("a.html", make.HTML),
    "html renamed pdf": ("a.pdf", make.HTML),
    "html renamed jpg": ("a.jpg", make.HTML),
    "exe": ("a.exe", make.EXE),
    "exe renamed pdf": ("a.pdf", make.EXE),
    "exe renamed docx": ("a.docx", make.EXE),
    "double extension ending in exe": ("证书.pdf.exe", make.PDF),
    "extension hidden by RTL override": ("合同\u202efdp.exe", make.PDF),
    "extension after NUL": ("a.pdf\x00.exe", make.PDF),
    "php": ("shell.php", b"<?php system($_GET[0]); ?>"),
    "no extension": ("合同", make.PDF),
    "only an extension": (".pdf", make.PDF),
    "only dots": ("..", make.PDF),
    "no name": ("", make.PDF),
    "extension with a blank and dot": ("a.pdf .", make.PDF),
    "full-width extension": ("a．ｐｄｆ", make.PDF),
    "name of 10,000 characters": ("长" * 10_000 + ".pdf", make.PDF),
    "jpg renamed pdf": ("a.pdf", make.picture("JPEG")),
    "jpg renamed png": ("a.png", make.picture("JPEG")),
    "pdf renamed jpg": ("a.jpg", make.PDF),
    "docx renamed xlsx": ("a.xlsx", make.office("docx")),
    "zip renamed docx": ("a.docx", make.office("docx", first=False)),
    "gif": ("a.gif", b"GIF89a\x01\x00\x01\x00"),
    "sniffed as jpg but a script": ("a.jpg", b"\xff\xd8\xff\xe0<script>alert(1)</script>"),
    "half a jpg": ("a.jpg", make.half(make.picture("JPEG"))),
    "half a png": ("a.png", make.half(make.picture("PNG"))),
    "half a pdf": ("a.pdf", make.half(make.PDF)),
    "half a docx": ("a.docx", make.half(make.office("docx"))),
    "png of 400 megapixels": ("a.png", make.png_of_400_megapixels()),
    "png of 50 megapixels": ("a.png", make.png_header_only(10_000, 5_000)),
    "png of no width": ("a.png", make.png_header_only(0, 5)),
    "png of 2^31 pixels a side": ("a.png", make.png_header_only(2**31 - 1, 2**31 - 1)),
    "zip bomb": ("a.docx", make.office("docx", [("word/media/1.bin", b"\0" * 30_000_000)])),
    "zip bomb that declares 10 bytes": ("a.docx", make.understated(make.office("docx"))),
    "docx with macros": ("a.docx", make.office("docx", [("word/vbaProject.bin", b"x")])),
    "docx with macros in capitals": ("a.docx", make.office("docx", [("word/VBAPROJECT.BIN", b"x")])),
    "xlsx with old macros": ("a.xlsx", make.office("xlsx", [("xl/macrosheets/sheet1.xml", b"x")])),
    "docm renamed docx": (
        "a.docx",
        make.office("docx", types="application/vnd.ms-word.document.macroEnabled.main+xml"),
    ),
    "docx with a path out of the archive": ("a.docx", make.office("docx", [("../../etc/cron.d/x", b"x")])),
    "docx with an absolute path": ("a.docx", make.office("docx", [("/etc/passwd", b"x")])),
    "docx after a picture": ("a.docx", make.picture("JPEG") + make.office("docx")),
    "docx before a script": ("a.docx", make.office("docx") + make.HTML),
    "docx after another docx": ("a.docx", make.office("docx") + make.office("docx")),
    "docx with two entries of one name": ("a.docx", make.twice_named()),
    "docx with a long directory record": ("a.docx", make.with_long_directory_record()),
    "docx packed by another method": ("a.docx", make.office("docx", method=zipfile.ZIP_BZIP2)),
    "docx with 6,000 entries": ("a.docx", make.office("docx", [(f"word/{n}", b"") for n in range(6_000)])),
    "pdf before a script": ("a.pdf", make.PDF + make.HTML),
    "pdf before an archive": ("a.pdf", make.PDF + make.office("docx")),
    "pdf after a script": ("a.pdf", make.HTML + make.PDF),
    "pdf without an end": ("a.pdf", make.PDF.replace(b"%%EOF", b"")),
    "pdf without a table": ("a.pdf", make.PDF.replace(b"startxref", b"")),
    "pdf without a version": ("a.pdf", make.PDF.replace(b"1.7", b"one")),
    "pdf after a byte order mark": ("a.pdf", b"\xef\xbb\xbf" + make.PDF),
    "pdf header alone": ("a.pdf", b"%PDF-1.7\n"),
    "dwg header alone": ("a.dwg", b"AC10"),
    "larger than allowed": ("a.pdf", make.PDF[:-7] + b" " * MEGABYTE + b"%%EOF\n"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason_and_nothing_is_kept(case):
    name, content = HOSTILE[case]
    inspected = look(name, content)
    assert len(inspected.faults) == 1
    assert inspected.content == b""
    assert inspected.sha256 == inspected.media_type == ""
    assert inspected.faults[0].field == "other"


def test_there_are_at_least_forty_hostile_files():
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("svg", "文件格式不支持，仅支持jpg、png、pdf"),
        ("extension hidden by RTL override", "文件格式不支持，仅支持jpg、png、pdf"),
        ("larger than allowed", "单个文件不能超过1MB"),
        ("exe renamed pdf", "文件内容与扩展名不符"),
        ("0 bytes", "不能上传空文件"),
        ("half a jpg", "文件已损坏或不完整，请检查后重新上传"),
        ("png of 400 megapixels", "图片不能超过4000万像素，请缩小后重新上传"),
        ("png of 50 megapixels", "图片不能超过4000万像素，请缩小后重新上传"),
    ],
)
def test_the_reason_is_told_in_the_words_of_the_model(case, message):
    assert messages(look(*HOSTILE[case], rules=SCANS)) == [message]


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("docx with macros", "file_macro"),
        ("xlsx with old macros", "file_macro"),
        ("zip bomb", "file_bomb"),
        ("docx renamed xlsx", "file_content"),
        ("docm renamed docx", "file_content"),
        ("zip bomb that declares 10 bytes", "file_damaged"),
    ],
)
def test_office_files_are_refused_for_what_is_wrong_with_them(case, code):
    assert [fault.code for fault in look(*HOSTILE[case]).faults] == [code]


def test_a_directory_too_long_to_read_is_refused_before_it_is_read():
    rules = {AttachmentKind.OTHER: AttachmentRule(("docx",), 8)}
    long_names = make.office("docx", [(f"word/{n}" + "x" * 400, b"") for n in range(3_000)])
    assert [fault.code for fault in look("a.docx", long_names, rules).faults] == ["file_damaged"]


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_the_limit_of_pixels_does_not_depend_on_warnings_being_errors():
    assert [fault.code for fault in look("a.png", make.png_header_only(10_000, 5_000)).faults] == ["file_pixels"]


def test_a_picture_is_read_by_the_reader_of_its_own_format_alone():
    with pytest.raises(Unfit):
        picture_content(make.picture("PNG"), "JPEG")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/合同.pdf", "合同.pdf"),
        ("C:\\Users\\张三\\桌面\\合同.pdf", "合同.pdf"),
        ("\u202e合同\u200b\x07.pdf", "合同.pdf"),
        ("合\r\n同\u2028.pdf", "合同.pdf"),
        ("证书（副本）·㛃.pdf", "证书（副本）·㛃.pdf"),
        ("a.exe\x00.pdf", "a.exe.pdf"),
    ],
)
def test_names_lose_folders_and_tricks_and_keep_their_chinese(typed, kept):
    assert look(typed, make.PDF).name == kept
    assert look(typed, make.PDF).faults == ()


def test_a_photo_loses_place_camera_and_comment_and_is_turned_upright():
    inspected = look("照片.jpg", make.photo_from_a_phone())
    for secret in (b"Secret", b"Exif", b"GPS"):
        assert secret not in inspected.content
    with Image.open(BytesIO(inspected.content)) as kept:
        assert kept.size == (40, 80)
        red, blue = kept.getpixel((20, 10)), kept.getpixel((20, 70))
    assert red[0] > 200 > red[2]
    assert blue[2] > 200 > blue[0]


def test_a_png_loses_its_notes_and_keeps_its_pixels():
    uploaded = make.png_with_notes()
    kept = look("截图.png", uploaded).content
    assert b"SecretAuthor" in uploaded
    assert b"SecretAuthor" not in kept
    with Image.open(BytesIO(uploaded)) as before, Image.open(BytesIO(kept)) as after:
        assert before.tobytes() == after.tobytes()


def test_a_script_hidden_behind_a_picture_is_not_stored():
    inspected = look("a.jpg", make.picture("JPEG") + make.HTML)
    assert inspected.faults == ()
    assert b"<script" not in inspected.content


def test_transparency_survives():
    with Image.open(BytesIO(look("透明.png", HONEST["透明.png"]).content)) as kept:
        assert kept.mode == "RGBA"


def test_a_file_of_exactly_the_allowed_size_passes_and_one_byte_more_does_not():
    padded = make.PDF[:-7] + b" " * (MEGABYTE - len(make.PDF)) + b"\n%%EOF\n"
    assert len(padded) == MEGABYTE
    assert look("a.pdf", padded).faults == ()
    assert messages(look("a.pdf", b"%PDF-1.7\n" + b" " * MEGABYTE)) == ["单个文件不能超过1MB"]


def test_a_stream_is_read_one_byte_beyond_the_limit_and_no_further():
    stream = BytesIO(b"%PDF-1.7\n" + b" " * 5 * MEGABYTE)
    assert messages(look("a.pdf", stream)) == ["单个文件不能超过1MB"]
    assert stream.tell() == MEGABYTE + 1


def test_a_stream_gives_the_same_answer_as_bytes():
    assert look("a.pdf", BytesIO(make.PDF)) == look("a.pdf", make.PDF)


def test_the_usual_rules_hold_without_being_named():
    assert messages(inspect(AttachmentKind.PHOTO, "照片.pdf", make.PDF)) == ["文件格式不支持，仅支持jpg、png"]
    assert inspect(AttachmentKind.EMPLOYER_CONSENT, "同意.pdf", make.PDF).faults == ()


@pytest.mark.parametrize("name", HONEST)
def test_no_damage_however_made_ends_in_an_exception(name):
    content, chance = HONEST[name], random.Random(name)
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 3, 20))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = chance.choice((len(damaged), chance.randrange(len(damaged))))
        inspected = look(name, bytes(damaged[:cut]))
        assert bool(inspected.content) != bool(inspected.faults)


def test_the_module_serves_the_port():
    port: Uploads = uploads
    assert port.inspect(AttachmentKind.OTHER, "a.pdf", make.PDF).faults == ()
