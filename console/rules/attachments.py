"""Which files may be uploaded as what: type, size and name, decided before a byte is stored (MODEL.md 2.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from console.errors import Fault
from console.rules.clauses import clause
from console.vocabulary import AttachmentKind

MEGABYTE = 1024 * 1024
LONGEST_NAME = 120

_SAME = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif"}
_MEDIA_TYPES = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class AttachmentRule:
    """What one kind of attachment allows: extensions as shown, and megabytes (a file of exactly that size passes)."""

    extensions: tuple[str, ...]
    megabytes: int

    @property
    def accept(self) -> str:
        """The value of ``accept`` of the file field."""
        return ",".join(f".{extension}" for extension in self.extensions)


_DOCUMENT = AttachmentRule(("jpg", "png", "pdf"), 10)
RULES = {
    AttachmentKind.PHOTO: AttachmentRule(("jpg", "png"), 2),
    AttachmentKind.EMPLOYER_CONSENT: _DOCUMENT,
    AttachmentKind.NO_EMPLOYER_NOTE: _DOCUMENT,
    AttachmentKind.OTHER: _DOCUMENT,
    AttachmentKind.CHANGE_REQUEST: _DOCUMENT,
}


def rules_of(figures: Mapping[str, int]) -> dict[AttachmentKind, AttachmentRule]:
    """Return the rules with the sizes of the parameters in force; what is missing keeps its default."""
    sizes = {AttachmentKind.PHOTO: figures.get("photo_megabytes", RULES[AttachmentKind.PHOTO].megabytes)}
    usual = figures.get("attachment_megabytes", _DOCUMENT.megabytes)
    return {kind: replace(rule, megabytes=sizes.get(kind, usual)) for kind, rule in RULES.items()}


@clause("云南手册", "2.4 附件上传（类型和大小可配置）", "电子扫描件；检查扩展名与文件内容，不接受空文件")
def attachment_faults(
    kind: AttachmentKind,
    name: str,
    size: int,
    sniffed: str | None,
    rules: Mapping[AttachmentKind, AttachmentRule] = RULES,
) -> list[Fault]:
    """A file has an allowed extension, is neither empty nor too large, and its content is what its name says.

    ``size`` in bytes; ``sniffed`` the type recognised from the first bytes, as extension (``pdf``) or media type
    (``application/pdf``), None when unknown. At most one fault.
    """
    rule = rules[kind]
    field = kind.value
    extension = extension_of(name)
    if extension not in rule.extensions:
        return [Fault("file_type", f"文件格式不支持，仅支持{'、'.join(rule.extensions)}", field)]
    if len(name) > LONGEST_NAME:
        return [Fault("file_name_long", f"文件名不能超过{LONGEST_NAME}字", field)]
    if size <= 0:
        return [Fault("file_empty", "不能上传空文件", field)]
    if size > rule.megabytes * MEGABYTE:
        return [Fault("file_large", f"单个文件不能超过{rule.megabytes}MB", field)]
    if _canonical(sniffed or "") != extension:
        return [Fault("file_content", "文件内容与扩展名不符", field)]
    return []


def extension_of(name: str) -> str:
    """Return the last extension in small letters without the dot, ``jpeg`` as ``jpg``; empty when there is none."""
    return _canonical(PurePosixPath(clean_file_name(name)).suffix.lstrip("."))


def clean_file_name(name: str) -> str:
    """Return the name as kept and shown: no folder, no control or direction characters, no blanks around."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Cs")).strip()


def _canonical(kind: str) -> str:
    small = kind.lower()
    return _MEDIA_TYPES.get(small) or _SAME.get(small, small)
