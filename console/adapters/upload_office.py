"""Word, Excel and PowerPoint files, judged by their zip directory: no macros, no bombs, nothing beside the archive."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from console.adapters.upload_faults import Unfit

MOST_TIMES_LARGER = 100  # unpacked to packed
MOST_UNPACKED = 100 * 1024 * 1024
_MOST_ENTRIES = 5_000
_LONGEST_DIRECTORY = 1024 * 1024
_LONGEST_TYPES = 1024 * 1024

_TYPES = "[Content_Types].xml"
_MACROS = ("vbaproject.bin", "macrosheets/", "vbadata.xml")
_END = struct.Struct("<4s4H2LH")  # end of central directory
_ZIP64_LOCATOR = b"PK\x06\x07"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the others unpack without a limit per step

# What zipfile raises on broken or encrypted archives.
_BROKEN = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)


def office_content(uploaded: bytes, main_type: bytes) -> bytes:
    """The file as it is when its parts list holds ``main_type`` and nothing speaks against it; raises ``Unfit``."""
    _refuse_odd_directory(uploaded)
    try:
        with zipfile.ZipFile(BytesIO(uploaded)) as archive:
            _refuse_odd_entries(archive.infolist(), len(uploaded))
            with archive.open(_TYPES) as stream:
                types = stream.read(_LONGEST_TYPES)
            # Reads everything once: an entry that unpacks to more than it declares fails its checksum here.
            damaged = archive.testzip()
    except _BROKEN as error:
        raise Unfit.damaged() from error
    if damaged is not None:
        raise Unfit.damaged()
    if main_type not in types:
        raise Unfit.mismatch()
    return uploaded


def _refuse_odd_directory(uploaded: bytes) -> None:
    """The archive fills the file from first to last byte, and its directory is short enough to be read."""
    at = uploaded.rfind(b"PK\x05\x06", -(_END.size + 0xFFFF))
    if at < 0 or len(uploaded) - at < _END.size:
        raise Unfit.damaged()
    _, _, _, _, _, size, offset, comment = _END.unpack_from(uploaded, at)
    whole = offset + size == at and at + _END.size + comment == len(uploaded)
    if not whole or size > _LONGEST_DIRECTORY or uploaded[max(0, at - 20) : at].startswith(_ZIP64_LOCATOR):
        raise Unfit.damaged()


def _refuse_odd_entries(entries: list[zipfile.ZipInfo], packed: int) -> None:
    names = [entry.filename for entry in entries]
    if any(mark in name.lower() for name in names for mark in _MACROS):
        raise Unfit("file_macro", "不能上传含宏的文档，请另存为不含宏的文档后上传")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > min(MOST_UNPACKED, MOST_TIMES_LARGER * packed):
        raise Unfit("file_bomb", "文件解压后过大，请精简后重新上传")
    odd_name = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
    odd_entry = any(entry.compress_type not in _METHODS for entry in entries)
    if odd_name or odd_entry or len(set(names)) != len(names) or len(names) > _MOST_ENTRIES:
        raise Unfit.damaged()
