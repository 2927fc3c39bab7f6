"""The outside world as the services see it: one Protocol per thing, with the plain values that pass through it.

Adapters implement these; nothing here imports flask, sqlalchemy or the models. One block per port.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from console.errors import DomainError, Invalid

# --- documents: PDF and Word ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CertificateSheet:
    """Every text printed on one certificate (云南手册 1.3), already formed: the renderer adds no word of its own.

    ``body`` holds the sentences after the salutation, one paragraph each; ``qr_url`` is the short upper-case address
    of the verification page, or empty for a proof print without a code. No field may contain markup.
    """

    holder_name: str
    salutation: str  # 欧阳建国同志：
    body: tuple[str, ...]  # 经云南省应急管理厅审核批准，聘请你为省化工-防爆专家。
    number_line: str  # 证书编号：YNS20201015001
    validity_line: str  # 证书有效期限：2020年10月15日 至 2030年10月14日
    unit: str  # 云南省应急管理厅
    date_line: str  # 2020年10月15日
    qr_url: str
    title: str = "专家聘书"
    programme: str = ""  # small line above the title, e.g. the name of the pool; may be empty
    number: str = ""  # bare number, for the file's title; the number line when empty
    issued_on: date | None = None  # becomes the file's creation date, so that equal sheets give equal bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document: its bytes, their SHA-256 in lower-case hex, and the number of pages."""

    content: bytes
    sha256: str
    pages: int


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A titled part of the basic information form: short ``rows`` in two columns, then ``long_rows`` over the width."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    long_rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A repeated part of the form (specialties, attachments): column heads and lines of equal length."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ExpertSheet:
    """专家基本信息表: what 导出基本信息 writes (云南手册 2.4). Labels come with the values, as on the screen.

    The first section stands beside the photo. ``photo`` is a JPEG or PNG already re-encoded by the upload check, or
    None; ``printed_line`` tells when and by whom it was exported.
    """

    name: str
    sections: tuple[SheetSection, ...]
    tables: tuple[SheetTable, ...] = ()
    photo: bytes | None = None
    title: str = "专家基本信息表"
    organisation: str = ""
    printed_line: str = ""


class MissingGlyph(Invalid):
    """No shipped font can draw a character, so nothing is printed; ``characters`` lists them."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        named = "、".join(f"“{c}”" if c.isprintable() else f"编码 U+{ord(c):04X} 的" for c in self.characters[:5])
        super().__init__("missing_glyph", f"字库中缺少{named}字，暂不能生成聘书，请联系技术支持补字")


class RenderFailed(DomainError):
    """The document could not be made: too long for its page, out of time (20 s wall) or memory, or no free worker."""


class PdfRenderer(Protocol):
    """Makes documents that are rendered once, hashed and stored."""

    def missing_glyphs(self, texts: Iterable[str]) -> list[str]:
        """Characters of ``texts`` no shipped font can draw, each once, in order of appearance."""
        ...

    def render_certificate(self, sheet: CertificateSheet) -> Rendered:
        """Render a certificate of one page; raises ``MissingGlyph`` or ``RenderFailed``."""
        ...

    def close(self) -> None:
        """End the worker processes; the next rendering starts new ones."""
        ...


class DocxRenderer(Protocol):
    """Makes Word documents people go on editing."""

    def render_basic_information(self, data: ExpertSheet) -> bytes:
        """专家基本信息表 as .docx."""
        ...


# --- end of documents -------------------------------------------------------------------------------
