"""A PostgreSQL server of our own beside the application, for whoever has none (docs/adr: one engine only).

The cluster lies in ``home`` (as an ordinary user ``instance/postgres``; as root a folder of /var/lib/juxian, because
PostgreSQL refuses root and an ordinary user could not pass through a private ``instance/``). It listens on a socket
in a 0700 folder only, every connection needs its password (SCRAM), pages carry checksums.

Several processes may use it at once: each holds a shared lock while it does, and the last to stop ends the server.
A killed process drops its lock with it, so nothing has to be cleaned up: the next start finds the server running
and joins it. A killed server is started again and recovers its log.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from psycopg2.sql import SQL, Identifier

from console.adapters.database_roles import APP, OWNER, Urls, connect, create_role, grant
from console.adapters.postgres_binaries import AS_ROOT
from console.adapters.postgres_cluster import SUPERUSER, Cluster, DatabaseError, write

__all__ = ["FAST_AND_UNSAFE", "DatabaseError", "Embedded", "Urls"]

DATABASE = "juxian"
SOCKET_PATH_LIMIT = 90  # a socket's whole path must stay under 104 bytes (macOS)
SAFE = {
    "jit": "off",  # compiling costs more than our short statements
    "shared_buffers": "128MB",
    "max_connections": "80",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FAST_AND_UNSAFE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}  # throw-away data only


@dataclass(frozen=True, slots=True)
class Record:
    """What ``instance/postgres.json`` (0600) keeps: where the cluster lies and the three passwords."""

    home: str
    superuser: str
    owner: str
    app: str


class Embedded:
    """The server of one ``instance/`` folder.

    ``home`` overrides where a new cluster lies, ``settings`` are lines of postgresql.conf over SAFE.
    As a context manager: ``with Embedded(path) as urls`` starts, and stops at the end unless others use it.
    """

    def __init__(self, instance: Path, *, home: Path | None = None, settings: Mapping[str, str] | None = None) -> None:
        self.instance = instance.absolute()
        self._settings = {**SAFE, **(settings or {})}
        self._wanted_home = home
        self._using: int | None = None

    def __enter__(self) -> Urls:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Urls:
        """Make sure the server runs and this process counts as a user of it; return the two addresses.

        Creates cluster, roles and database on first use; waits up to 300 s for recovery. Raises DatabaseError.
        """
        self.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            self._join()
            try:
                if not self._record_path.exists():
                    self._write_record()
                self.cluster.ensure(self._record.superuser)
                self.cluster.start()
                self._ensure_roles()
            except BaseException:
                self._leave()
                raise
        return self.urls

    def stop(self, *, force: bool = False) -> bool:
        """Leave the server and end it unless another process uses it (``force``: even then); say whether it ended."""
        if not self.made:
            return False
        with self._alone():
            self._leave()
            if not force and self._used_by_others():
                return False
            self.cluster.end()
            return True

    def destroy(self) -> None:
        """Stop the server and remove its data for good (test servers)."""
        if self.made:
            self.stop(force=True)
            shutil.rmtree(self.cluster.home)
            shutil.rmtree(self.cluster.sockets, ignore_errors=True)
            self._record_path.unlink()

    @property
    def made(self) -> bool:
        """Whether this instance has a cluster (running or not)."""
        return self._record_path.exists()

    @property
    def running(self) -> bool:
        """Whether the server of this instance is alive and takes connections."""
        return self.made and self.cluster.ready

    @property
    def urls(self) -> Urls:
        """The addresses of owner and application, known once the cluster was made."""
        return Urls(self._url(OWNER, self._record.owner), self._url(APP, self._record.app))

    @property
    def superuser_url(self) -> str:
        """The address of the superuser on the maintenance database: back-up, and databases for tests."""
        return self._url(SUPERUSER, self._record.superuser, "postgres")

    @property
    def cluster(self) -> Cluster:
        """The cluster of this instance; its home is relative to ``instance/`` when inside, so that both can move."""
        home = self.instance / self._record.home
        return Cluster(home, self._socket_folder(home), self._settings)

    @property
    def _record_path(self) -> Path:
        return self.instance / "postgres.json"

    @property
    def _record(self) -> Record:
        return Record(**json.loads(self._record_path.read_text()))

    def _write_record(self) -> None:
        home = self._wanted_home or (AS_ROOT / secrets.token_hex(4) if os.geteuid() == 0 else Path("postgres"))
        made = Record(str(home), *(secrets.token_hex(24) for _ in range(3)))
        write(self._record_path, json.dumps(asdict(made)), 0o600)

    def _socket_folder(self, home: Path) -> Path:
        inside = home / "run"
        if len(os.fsencode(inside)) <= SOCKET_PATH_LIMIT:
            return inside
        return Path("/tmp") / f"juxian-{hashlib.sha256(self._record.app.encode()).hexdigest()[:12]}"  # noqa: S108 made 0700 and checked for its owner

    def _url(self, role: str, password: str, database: str = DATABASE) -> str:
        return f"postgresql+psycopg2://{role}:{password}@/{database}?host={self.cluster.sockets}"

    def _ensure_roles(self) -> None:
        """Create what is missing of the two roles and the database; a broken first start is completed by the next."""
        record = self._record
        with closing(connect(self.superuser_url)) as connection, connection.cursor() as cursor:
            create_role(connection, OWNER, record.owner)
            create_role(connection, APP, record.app)
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
            if cursor.fetchone() is None:
                statement = SQL("CREATE DATABASE {database} OWNER {owner}")
                cursor.execute(statement.format(database=Identifier(DATABASE), owner=Identifier(OWNER)))
        with closing(connect(self.urls.owner)) as connection:
            grant(connection, APP)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process at a time starts or ends the server."""
        descriptor = self._open_lock("postgres.lock")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _join(self) -> None:
        if self._using is None:
            self._using = self._open_lock("postgres.users")
            fcntl.flock(self._using, fcntl.LOCK_SH)

    def _leave(self) -> None:
        if self._using is not None:
            os.close(self._using)
            self._using = None

    def _used_by_others(self) -> bool:
        descriptor = self._open_lock("postgres.users")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _open_lock(self, name: str) -> int:
        return os.open(self.instance / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
