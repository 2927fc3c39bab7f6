import pytest

from console.rules import attachments
from console.rules.attachments import MEGABYTE
from console.vocabulary import AttachmentKind

CONSENT = AttachmentKind.EMPLOYER_CONSENT


def messages(name, size=1000, sniffed="pdf", kind=CONSENT):
    return [fault.message for fault in attachments.attachment_faults(kind, name, size, sniffed)]


@pytest.mark.parametrize(
    ("name", "sniffed"),
    [
        ("同意函.pdf", "pdf"),
        ("同意函.PDF", "application/pdf"),
        ("扫描.jpg", "image/jpeg"),
        ("扫描.jpeg", "jpg"),
        ("扫描.JPG", "jpeg"),
        ("章.png", "png"),
        ("a.exe.pdf", "pdf"),
    ],
)
def test_scans_are_accepted(name, sniffed):
    assert messages(name, sniffed=sniffed) == []


@pytest.mark.parametrize(
    "name",
    [
        "a.exe",
        "a.pdf.exe",
        "a",
        "",
        ".pdf",
        "a.svg",
        "a.html",
        "a.docx",
        "a.pdf\x00.exe",
        "a\u202efdp.exe",
        "../a.sh",
        "a.pdf/",
    ],
)
def test_other_extensions_are_refused(name):
    assert messages(name) == ["文件格式不支持，仅支持jpg、png、pdf"]


def test_a_photograph_is_a_picture_of_at_most_two_megabytes():
    assert messages("我.pdf", kind=AttachmentKind.PHOTO) == ["文件格式不支持，仅支持jpg、png"]
    assert messages("我.jpg", 2 * MEGABYTE, "jpg", AttachmentKind.PHOTO) == []
    assert messages("我.jpg", 2 * MEGABYTE + 1, "jpg", AttachmentKind.PHOTO) == ["单个文件不能超过2MB"]


def test_ten_megabytes_pass_and_one_byte_more_does_not():
    assert messages("a.pdf", 10 * MEGABYTE) == []
    assert messages("a.pdf", 10 * MEGABYTE + 1) == ["单个文件不能超过10MB"]


def test_sizes_follow_the_parameters():
    rules = attachments.rules_of({"attachment_megabytes": 5, "photo_megabytes": 1})
    assert {rule.megabytes for kind, rule in rules.items() if kind is not AttachmentKind.PHOTO} == {5}
    assert rules[AttachmentKind.PHOTO].megabytes == 1
    found = attachments.attachment_faults(CONSENT, "a.pdf", 6 * MEGABYTE, "pdf", rules)
    assert [fault.message for fault in found] == ["单个文件不能超过5MB"]


def test_an_empty_file_is_refused():
    assert messages("a.pdf", 0, None) == ["不能上传空文件"]


@pytest.mark.parametrize("sniffed", ["exe", "image/png", "text/html", None, "", "zip"])
def test_content_must_be_what_the_name_says(sniffed):
    assert messages("a.pdf", sniffed=sniffed) == ["文件内容与扩展名不符"]


def test_a_long_name_is_refused():
    assert messages("长" * 116 + ".pdf") == []
    assert messages("长" * 117 + ".pdf") == ["文件名不能超过120字"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\资料\\同意函.pdf", "同意函.pdf"),
        ("../../etc/同意函.pdf", "同意函.pdf"),
        (" 同意\u202e函.pdf\n", "同意函.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
    ],
)
def test_names_are_kept_without_folders_and_invisible_signs(name, kept):
    assert attachments.clean_file_name(name) == kept


def test_every_kind_has_a_rule_and_the_field_is_the_kind():
    assert set(attachments.RULES) == set(AttachmentKind)
    assert attachments.attachment_faults(CONSENT, "a.exe", 1, None)[0].field == "employer_consent"
    assert attachments.RULES[AttachmentKind.PHOTO].accept == ".jpg,.png"
