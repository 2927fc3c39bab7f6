"""Looks into uploaded files before they are stored: what they are, not what they say they are.

Sniffing alone accepts ``FF D8 FF E0<script>`` as a photo, so pictures are decoded and encoded anew, Office files opened
by their zip directory, PDF files checked at both ends. The words of refusal come from ``rules.attachments``. What
passes is still a stranger's file: it is served as an attachment, with nosniff and a sandbox.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import BinaryIO

import filetype

from console.adapters.upload_faults import Unfit
from console.adapters.upload_office import office_content
from console.adapters.upload_pictures import picture_content
from console.errors import Fault
from console.ports import Inspected
from console.rules.attachments import (
    MEGABYTE,
    RULES,
    AttachmentRule,
    attachment_faults,
    clean_file_name,
    extension_of,
)
from console.vocabulary import AttachmentKind

_OFFICE = "application/vnd.openxmlformats-officedocument."
_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation",
    "dwg": "image/vnd.dwg",
}
# What filetype may call a file of each extension; it knows some Office files only as zip.
_SNIFFED = {
    "pdf": {"pdf"},
    "jpg": {"jpg"},
    "png": {"png", "apng"},
    "docx": {"docx", "zip"},
    "xlsx": {"xlsx", "zip"},
    "pptx": {"pptx", "zip"},
    "dwg": {"dwg"},
}


def inspect(
    kind: AttachmentKind,
    name: str,
    content: bytes | BinaryIO,
    rules: Mapping[AttachmentKind, AttachmentRule] = RULES,
) -> Inspected:
    """Check and clean one file uploaded as ``kind``; whatever it is, the answer is faults, never an exception.

    Reads one byte more than is allowed and no further. Memory: up to about six times the pixels of a picture.
    """
    kept = "".join(clean_file_name(name).splitlines())
    extension = extension_of(kept)
    uploaded = _read(content, rules[kind].megabytes * MEGABYTE)
    sniffed = extension if _looks_like(extension, uploaded) else None
    faults = attachment_faults(kind, kept, len(uploaded), sniffed, rules)
    if faults:
        return _refused(kept, extension, len(uploaded), faults)
    try:
        clean = _CHECKS[extension](uploaded)
    except Unfit as unfit:
        return _refused(kept, extension, len(uploaded), [Fault(unfit.code, unfit.message, kind.value)])
    return Inspected(
        name=kept,
        extension=extension,
        media_type=_MEDIA_TYPES[extension],
        size=len(clean),
        sha256=hashlib.sha256(clean).hexdigest(),
        content=clean,
    )


def _read(content: bytes | BinaryIO, limit: int) -> bytes:
    return content[: limit + 1] if isinstance(content, bytes) else content.read(limit + 1)


def _looks_like(extension: str, uploaded: bytes) -> bool:
    guess = filetype.guess(uploaded[:8192])
    return guess is not None and guess.extension in _SNIFFED.get(extension, ())


def _refused(name: str, extension: str, size: int, faults: list[Fault]) -> Inspected:
    return Inspected(
        name=name, extension=extension, media_type="", size=size, sha256="", content=b"", faults=tuple(faults)
    )


# A PDF begins with its header and ends with its mark; only blanks and NULs of scanners may follow, no other file.
_PDF_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_END = re.compile(rb"%%EOF[\s\0]{0,1024}\Z")


def _pdf_content(uploaded: bytes) -> bytes:
    if not _PDF_HEADER.match(uploaded) or not _PDF_END.search(uploaded[-1100:]) or b"startxref" not in uploaded:
        raise Unfit.damaged()
    return uploaded


def _dwg_content(uploaded: bytes) -> bytes:
    """Drawings have no end mark; the version in the header is all that can be told without a CAD program."""
    if not re.match(rb"AC10[0-9]{2}\0", uploaded):
        raise Unfit.damaged()
    return uploaded


_CHECKS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": _pdf_content,
    "jpg": lambda uploaded: picture_content(uploaded, "JPEG"),
    "png": lambda uploaded: picture_content(uploaded, "PNG"),
    "docx": lambda uploaded: office_content(uploaded, b"wordprocessingml.document.main+xml"),
    "xlsx": lambda uploaded: office_content(uploaded, b"spreadsheetml.sheet.main+xml"),
    "pptx": lambda uploaded: office_content(uploaded, b"presentationml.presentation.main+xml"),
    "dwg": _dwg_content,
}
