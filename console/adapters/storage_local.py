"""Files in a folder of this machine: enough for one node; several nodes need a store they share.

A file appears whole or not at all: written beside its place, flushed to disk, then renamed.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from console.ports import StorageError, StoredFileMissing

# What new_storage_key makes, and nothing else: no dots, no backslash, no third level.
_KEY = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{30}")


class LocalStorage:
    """Implements ``ports.Storage`` under ``root``; folders are 0700 and files 0600 whatever the umask."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, key: str, content: bytes) -> None:
        """Store all of ``content`` or nothing; an existing key is an error. Raises ``StorageError``."""
        target = self._path(key)
        try:
            self._make_folder(self._root)
            self._make_folder(target.parent)
            if target.exists():
                raise StorageError("key in use")
            self._write(target, content)
        except OSError as error:
            raise StorageError(f"not stored: {error.strerror}") from error

    def open(self, key: str) -> BinaryIO:
        """The stored bytes as a stream to be closed by the caller; raises ``StoredFileMissing``."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise StoredFileMissing("no file under this key") from error
        except OSError as error:
            raise StorageError(f"not readable: {error.strerror}") from error

    def delete(self, key: str) -> None:
        """Remove the file; one that is not there is no error."""
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"not deleted: {error.strerror}") from error

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise StorageError("not a storage key")
        return self._root / key

    @staticmethod
    def _make_folder(folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)

    @staticmethod
    def _write(target: Path, content: bytes) -> None:
        # mkstemp makes the file 0600; the dot keeps a file left by a crash from ever matching a key.
        handle, unfinished = tempfile.mkstemp(prefix=".unfinished-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            Path(unfinished).replace(target)
        except BaseException:  # whatever stops the writing, also a signal: no half file stays behind
            Path(unfinished).unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Make the new name survive a power cut, not only the bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
