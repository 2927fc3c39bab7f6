"""One PostgreSQL cluster on disk and its server process: made, started, watched, ended. No locks, no roles.

``embedded_postgres.py`` decides when; this file knows how.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from console.adapters.postgres_binaries import AS_ROOT, MAJOR, ServerUser, programs, server_user

SUPERUSER = "postgres"
SECONDS = 300  # crash recovery of a large log took 19 s on a small machine; waiting is cheaper than giving up
ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "logging_collector": "on",  # a week of files, then overwritten
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_error_verbosity": "terse",  # DETAIL would print the personal data of a refused row
    "log_min_error_statement": "panic",  # and so would the statement
}


class DatabaseError(RuntimeError):
    """The embedded server cannot be used; the sentence is Chinese and carries the last lines of its log."""


@dataclass(frozen=True)
class Cluster:
    """A cluster in ``home`` with its socket in ``sockets``; ``settings`` are lines of postgresql.conf."""

    home: Path
    sockets: Path
    settings: Mapping[str, str]

    @property
    def data(self) -> Path:
        """The data folder, which belongs to the server's user."""
        return self.home / "data"

    @cached_property
    def user(self) -> ServerUser:
        """Who runs the server."""
        return server_user(self.data)

    # --- making ---

    def ensure(self, password: str) -> None:
        """Make folders, cluster (with this superuser password) and settings file, as far as they are missing."""
        self._ensure_folders()
        version = self.data / "PG_VERSION"
        if not version.exists():
            self._initialise(password)
        elif (found := version.read_text().strip()) != str(MAJOR):
            raise DatabaseError(f"数据库数据属于 PostgreSQL {found}，程序为 {MAJOR}；请先备份并升级（{self.data}）")
        places = {"unix_socket_directories": str(self.sockets), "log_directory": str(self.home / "log")}
        lines = [f"{name} = '{value}'\n" for name, value in {**self.settings, **ALWAYS, **places}.items()]
        write(self.home / "juxian.conf", "".join(lines), 0o644)

    def _ensure_folders(self) -> None:
        """Home is ours (the server's user can swap nothing under us) and passable for that user; the rest is his."""
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self.user.other:
            for ours in (self.home, *(parent for parent in self.home.parents if parent == AS_ROOT)):
                ours.chmod(0o711)  # whatever the umask was
        for folder in (self.sockets, self.home / "log"):
            folder.mkdir(mode=0o700, exist_ok=True)
            self.user.own(folder)
            found = folder.lstat()
            if found.st_uid != self.user.uid or found.st_mode & 0o77:
                raise DatabaseError(f"目录 {folder} 不属于数据库用户 {self.user.name} 或对他人开放")

    def _initialise(self, superuser_password: str) -> None:
        """Run initdb in a draft folder and rename it, so that a half-made cluster is never taken for a whole one."""
        draft, password = self.home / "data.new", self.home / "password"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        write(password, superuser_password, 0o600)
        for path in (draft, password):
            self.user.own(path)
        options = ["--auth=scram-sha-256", f"--pwfile={password}", f"--username={SUPERUSER}", "--data-checksums"]
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        sync = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        done = self._run("initdb", "-D", draft, *options, *locale, *sync, "--no-instructions")
        password.unlink()
        if done.returncode:
            raise DatabaseError(f"内置数据库初始化失败：{done.stderr.strip()[-600:]}")
        with (draft / "postgresql.conf").open("a") as file:
            file.write("\ninclude = '../juxian.conf'  # written at each start; lines below this one win\n")
        draft.rename(self.data)

    # --- starting and ending ---

    def start(self) -> None:
        """Join the server if it is alive (waiting for recovery), else start it; return when it takes connections.

        A start is tried three times: after a killed postmaster its last children need a moment to notice.
        """
        if self._wait_until_settled():
            return
        for pause in (0.5, 1.5, 0.0):
            self._forget_dead_server()
            log = self.home / "log" / "start.log"
            done = self._run("pg_ctl", "start", "-s", "-w", "-t", str(SECONDS), "-D", self.data, "-l", log)
            if done.returncode == 0:
                return
            time.sleep(pause)
        raise DatabaseError(f"内置数据库启动失败：{done.stderr.strip()}\n{self._log_tail()}")

    def end(self) -> None:
        """Stop fast (running transactions roll back); when that takes a minute, at once (recovery at next start)."""
        for mode in ("fast", "immediate"):
            if not self.alive:
                return
            self._run("pg_ctl", "stop", "-s", "-w", "-t", "60", "-m", mode, "-D", self.data)
        if self.alive:
            raise DatabaseError(f"内置数据库无法停止\n{self._log_tail()}")

    def _wait_until_settled(self) -> bool:
        """Wait while the server is starting or stopping; return whether it is ready."""
        until = time.monotonic() + SECONDS
        while self.alive:
            if self.ready:
                return True
            if time.monotonic() > until:
                raise DatabaseError(f"内置数据库在 {SECONDS} 秒内未就绪\n{self._log_tail()}")
            time.sleep(0.05)
        return False

    def _forget_dead_server(self) -> None:
        """Let PostgreSQL see that the server of postmaster.pid is dead although its number is in use.

        After a kill in a container the number belongs to a zombie or to somebody else, and PostgreSQL would refuse to
        start for ever. Only the number is replaced: the shared memory named below it still guards against survivors.
        """
        pid = self.pid
        if pid is None or not _number_in_use(pid):
            return
        gone = subprocess.Popen(["/bin/sh", "-c", ":"])
        gone.wait()
        with os.fdopen(os.open(self.data / "postmaster.pid", os.O_RDWR | os.O_NOFOLLOW), "r+") as file:
            rest = file.read().split("\n", 1)[-1]
            file.seek(0)
            file.write(f"{gone.pid}\n{rest}")
            file.truncate()
        for left in self.sockets.glob(".s.PGSQL.*"):
            left.unlink()

    # --- watching ---

    @property
    def pid(self) -> int | None:
        """Process number in postmaster.pid; it may be dead or somebody else's."""
        number = self._pid_file_line(0)
        return int(number) if number.isdigit() else None

    @property
    def alive(self) -> bool:
        """Whether that process is a server on our data, not a zombie or a stranger with a reused number."""
        return self.pid is not None and str(self.data) in _command_line(self.pid)

    @property
    def ready(self) -> bool:
        """Whether the server is alive and takes connections."""
        return self.alive and self._pid_file_line(7) == "ready"

    def _pid_file_line(self, number: int) -> str:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return ""
        return lines[number].strip() if number < len(lines) else ""

    def _log_tail(self) -> str:
        logs = sorted((self.home / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
        return "".join(path.read_text(errors="replace")[-800:] for path in logs[-2:])

    @cached_property
    def _programs(self) -> Path:
        return programs(self.user)

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return self.user.run(self._programs / program, *arguments, seconds=SECONDS + 10, cwd=self.home)


def write(path: Path, text: str, mode: int) -> None:
    """Write a file with these permissions from its first byte on, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
    draft.chmod(mode)
    draft.replace(path)


def _number_in_use(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_line(pid: int) -> str:
    """Return the command line of a process; empty for zombies and for nobody."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    command = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 no shell
