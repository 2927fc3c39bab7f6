"""The fonts we ship and what they can draw.

Reads the character maps itself, so that a web process needs no PDF library for the check.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "fonts"


@dataclass(frozen=True, slots=True)
class Face:
    """A font file and the family name a stylesheet calls it by."""

    family: str
    file: str
    bold: bool = False

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return FOLDER / self.file


SONG = Face("Juxian Song", "JuxianSong-Regular.ttf")
SONG_BOLD = Face("Juxian Song", "JuxianSong-Bold.ttf", bold=True)
KAI = Face("Juxian Kai", "JuxianKai-Regular.ttf")
FACES = (SONG, SONG_BOLD, KAI)

_LAYOUT = frozenset("\t\n\r")  # white space of the markup, never drawn


@cache
def coverage(face: Face) -> frozenset[int]:
    """Code points with a glyph of their own, from the face's format 12 character map."""
    data = face.path.read_bytes()
    table = _table(data, b"cmap")
    for index in range(struct.unpack_from(">H", data, table + 2)[0]):
        (offset,) = struct.unpack_from(">L", data, table + 8 + 8 * index)
        if struct.unpack_from(">H", data, table + offset)[0] == 12:
            return frozenset(_format_12(data, table + offset))
    raise ValueError(f"{face.file} has no format 12 character map")


def missing(texts: Iterable[str]) -> list[str]:
    """Characters not every shipped face can draw, each once, in order of appearance."""
    drawn = frozenset.intersection(*(coverage(face) for face in FACES))
    found = dict.fromkeys(c for text in texts for c in text if ord(c) not in drawn and c not in _LAYOUT)
    return list(found)


def _table(data: bytes, tag: bytes) -> int:
    """Offset of a table in the font file."""
    for index in range(struct.unpack_from(">H", data, 4)[0]):
        name, _checksum, offset, _length = struct.unpack_from(">4sLLL", data, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no {tag!r} table")


def _format_12(data: bytes, start: int) -> Iterable[int]:
    """Code points of a format 12 subtable whose glyph is not .notdef."""
    (groups,) = struct.unpack_from(">L", data, start + 12)
    for index in range(groups):
        first, last, glyph = struct.unpack_from(">LLL", data, start + 16 + 12 * index)
        yield from (point for point in range(first, last + 1) if glyph + point - first)
