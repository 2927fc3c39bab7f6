"""The outside world as the services see it: one Protocol per thing, with the plain values that pass through it.

Adapters implement these; nothing here imports flask, sqlalchemy or the models. One block per port.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, Protocol

from console.errors import DomainError, Fault, Invalid
from console.rules.attachments import RULES, AttachmentRule
from console.vocabulary import AttachmentKind

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

# --- time and chance ----------------------------------------------------------------------------------


class Clock(Protocol):
    """Where the present comes from; services get ``now`` from here and hand it on as an argument."""

    def now(self) -> datetime:
        """The present moment, timezone-aware, in UTC."""
        ...


class Entropy(Protocol):
    """Chance nobody can foresee: codes, passwords, tokens, storage keys, puzzles. Never the draw, which has its own."""

    def token(self, length: int) -> bytes:
        """``length`` random bytes."""
        ...

    def below(self, limit: int) -> int:
        """A whole number from 0 up to but not including ``limit``, all equally likely."""
        ...

    def text(self, alphabet: str, length: int) -> str:
        """``length`` characters of ``alphabet``, each drawn by itself: ``text("0123456789", 6)`` is a code."""
        ...


# --- short messages -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SmsResult:
    """The gateway took the message; ``receipt`` is its number for it, empty when it gives none."""

    receipt: str = ""


class SmsUnavailable(Exception):
    """Transient: no connection, no answer in time, too many requests, or an error of the gateway's own (5xx).

    The outbox tries again later with the same idempotency key; the message may have gone out all the same.
    """


class SmsRefused(Exception):
    """Permanent: the number does not exist or is blocked, the text or signature is not approved, no credit.

    Trying again cannot help: the outbox puts the message on the list of failed ones at once.
    """


class Sms(Protocol):
    """Sends one text to one phone."""

    def send(self, phone: str, text: str, *, idempotency_key: str) -> SmsResult:
        """Hand ``text`` to the gateway; ``phone`` is +, dialling code and number. Two calls with one key send once.

        Raises ``SmsUnavailable`` or ``SmsRefused``, nothing else. Neither carries phone or text in its message.
        """
        ...


# --- files --------------------------------------------------------------------------------------------


class StorageError(Exception):
    """The store cannot do it: full, read-only, not reachable, or the key is not one of ours."""


class StoredFileMissing(StorageError):
    """No file under this key: lost, or deleted after its retention."""


class Storage(Protocol):
    """Keeps bytes under random keys; what they are and who may see them stands in the attachment's row."""

    def put(self, key: str, content: bytes) -> None:
        """Store all of ``content`` or nothing; an existing key is an error. Raises ``StorageError``."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The stored bytes as a stream to be closed by the caller; raises ``StoredFileMissing``."""
        ...

    def delete(self, key: str) -> None:
        """Remove the file; one that is not there is no error."""
        ...


def new_storage_key(entropy: Entropy) -> str:
    """A fresh key of two levels, ``4f/4fa1…``: 32 hex digits that say nothing about owner, name or type."""
    name = entropy.token(16).hex()
    return f"{name[:2]}/{name}"


# --- uploads ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inspected:
    """An uploaded file after inspection. With faults there is nothing to store: ``content`` and ``sha256`` are empty.

    ``name`` is cleaned (no folder, no control or direction characters); ``content`` is what to store, for pictures
    newly encoded and therefore with a ``size`` (bytes) and ``sha256`` (lower-case hex) other than the uploaded.
    """

    name: str
    extension: str
    media_type: str
    size: int
    sha256: str
    content: bytes
    faults: tuple[Fault, ...] = ()


class Uploads(Protocol):
    """Looks into a file before it is stored."""

    def inspect(
        self,
        kind: AttachmentKind,
        name: str,
        content: bytes | BinaryIO,
        rules: Mapping[AttachmentKind, AttachmentRule] = RULES,
    ) -> Inspected:
        """Check and clean one file uploaded as ``kind``; whatever it is, the answer is faults, never an exception."""
        ...


# --- challenges ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Puzzle:
    """A slider puzzle. Lengths are CSS pixels; the pictures have twice as many, for sharp screens.

    The piece starts at the left edge, ``y`` from the top; ``answer_x`` is where its left edge belongs and never leaves
    the server.
    """

    background_png: bytes
    piece_png: bytes
    y: int
    answer_x: int
    width: int
    height: int
    piece_size: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of four characters; ``answer`` in capitals, never sent to the browser."""

    png: bytes
    answer: str


class SliderCaptcha(Protocol):
    """拖动拼图 (云南手册 2.2)."""

    def new_puzzle(self, entropy: Entropy) -> Puzzle:
        """Draw a puzzle."""
        ...

    def verify(self, answer_x: int, x: float, track: Sequence[tuple[float, float]]) -> list[Fault]:
        """Whether the piece was put in place by a hand: ``track`` holds (x, milliseconds since the start)."""
        ...


class PictureCaptcha(Protocol):
    """图形验证码: the way for keyboard users and for whoever cannot do the puzzle."""

    def new_picture(self, entropy: Entropy) -> Picture:
        """Draw four characters."""
        ...

    def verify(self, answer: str, typed: str) -> list[Fault]:
        """Whether ``typed`` is the answer; capitals and blanks do not matter."""
        ...


# --- end of challenges --------------------------------------------------------------------------------
