import errno
import os
import stat
from pathlib import Path

import pytest

from console.adapters.entropy import SystemEntropy
from console.adapters.storage_local import LocalStorage
from console.ports import Storage, StorageError, StoredFileMissing, new_storage_key

KEY = "4f/4fa1b2c3d4e5f60718293a4b5c6d7e8f"


@pytest.fixture
def root(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def storage(root) -> Storage:
    return LocalStorage(root)


def files_under(root):
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def test_what_was_put_is_read_back(storage):
    storage.put(KEY, b"\x00\xff" * 1000)
    with storage.open(KEY) as stream:
        assert stream.read() == b"\x00\xff" * 1000


def test_keys_of_the_port_are_accepted(storage):
    storage.put(new_storage_key(SystemEntropy()), b"1")


def test_files_are_0600_and_folders_0700_even_under_a_loose_umask(storage, root):
    before = os.umask(0)
    try:
        storage.put(KEY, b"secret")
    finally:
        os.umask(before)
    assert stat.S_IMODE((root / KEY).stat().st_mode) == 0o600
    assert stat.S_IMODE((root / KEY).parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "key",
    [
        "../etc/passwd",
        "4f/../../etc/passwd",
        "/etc/passwd",
        "4f/4fa1b2c3d4e5f60718293a4b5c6d7e8f/..",
        "..\\..\\windows",
        "4f\\4fa1b2c3d4e5f60718293a4b5c6d7e8f",
        "5f/4fa1b2c3d4e5f60718293a4b5c6d7e8f",
        "4f/4fa1b2c3d4e5f60718293a4b5c6d7e8f\n",
        "4f/4fa1b2c3d4e5f60718293a4b5c6d7e8f\x00.png",
        "4F/4FA1B2C3D4E5F60718293A4B5C6D7E8F",
        "4f/合同.pdf",
        "4f",
        "",
    ],
)
def test_a_key_that_is_not_ours_is_refused_by_every_action(storage, root, key):
    for action in (lambda: storage.put(key, b"x"), lambda: storage.open(key), lambda: storage.delete(key)):
        with pytest.raises(StorageError, match="not a storage key"):
            action()
    assert files_under(root) == []


def test_a_key_in_use_is_not_overwritten(storage):
    storage.put(KEY, b"first")
    with pytest.raises(StorageError, match="in use"):
        storage.put(KEY, b"second")
    with storage.open(KEY) as stream:
        assert stream.read() == b"first"


def test_a_missing_file_says_so(storage):
    with pytest.raises(StoredFileMissing):
        storage.open(KEY)


def test_deleting_removes_and_deleting_again_is_no_error(storage, root):
    storage.put(KEY, b"x")
    storage.delete(KEY)
    storage.delete(KEY)
    assert files_under(root) == []


def test_a_full_disk_leaves_nothing_behind(storage, root, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        storage.put(KEY, b"x" * 100)
    assert files_under(root) == []


def test_an_interruption_while_writing_leaves_nothing_behind(storage, root, monkeypatch):
    def interrupted(_self, _target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        storage.put(KEY, b"x" * 100)
    assert files_under(root) == []


def test_bytes_are_on_disk_before_the_name_is(storage, monkeypatch):
    happened = []
    real_fsync, real_replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (happened.append("fsync"), real_fsync(handle)))
    monkeypatch.setattr(Path, "replace", lambda path, to: (happened.append("rename"), real_replace(path, to))[1])
    storage.put(KEY, b"x")
    assert happened == ["fsync", "rename", "fsync"]


def test_a_root_that_is_a_file_is_an_error_of_ours_not_of_the_system(tmp_path):
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(StorageError):
        LocalStorage(tmp_path / "files").put(KEY, b"x")
