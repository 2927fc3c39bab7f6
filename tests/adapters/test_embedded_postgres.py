"""The embedded PostgreSQL: closed to others, shared by our processes, alive after every kind of kill."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy.engine import make_url

from config import ROOT
from console.adapters import postgres_binaries
from console.adapters.database_roles import connect
from console.adapters.embedded_postgres import FAST_AND_UNSAFE, DatabaseError, Embedded

BE_A_USER = """
import sys, time
from pathlib import Path
from console.adapters.embedded_postgres import FAST_AND_UNSAFE, Embedded
Embedded(Path(sys.argv[1]), settings=FAST_AND_UNSAFE).start()
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="juxian-", dir="/tmp"))
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def made():
    """The server of this file, with the settings of a real one."""
    folder = Path(tempfile.mkdtemp(prefix="juxian-", dir="/tmp"))
    embedded = Embedded(folder)
    try:
        embedded.start()
        yield embedded
    finally:
        embedded.destroy()
        shutil.rmtree(folder)


@pytest.fixture
def server(made):
    """The server, running whatever the test before did to it."""
    made.start()
    return made


def ask(url, question):
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()


def do(url, *statements):
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def family_of(pid):
    """A process and its children."""
    shown = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return {int(child) for child, parent in map(str.split, shown.splitlines()) if pid in (int(child), int(parent))}


def alive(pids):
    shown = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    return pids & {int(pid) for pid, state in map(str.split, shown.splitlines()) if not state.startswith("Z")}


# --- what a stranger can do ---


def test_the_application_role_owns_nothing_and_cannot_pass_row_level_security(server):
    rights = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname = "
    assert ask(server.urls.app, f"{rights} 'console_app'") == (False, False, False, False, True)
    assert ask(server.urls.owner, f"{rights} 'console_owner'") == (False, False, False, False, True)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        do(server.urls.app, "CREATE TABLE public.mine (id int)")


def test_the_application_role_may_use_what_the_owner_creates(server):
    do(server.urls.owner, "CREATE TABLE ours (id serial)", "INSERT INTO ours DEFAULT VALUES")
    do(server.urls.app, "INSERT INTO ours DEFAULT VALUES")
    assert ask(server.urls.app, "SELECT count(*) FROM ours") == (2,)


@pytest.mark.parametrize("password", ["wrong", ""])
@pytest.mark.parametrize("role", ["console_app", "console_owner", "postgres"])
def test_a_wrong_or_missing_password_is_refused(server, role, password, monkeypatch):
    monkeypatch.setenv("PGPASSFILE", "/dev/null")
    url = make_url(server.urls.app)
    given = {"password": password} if password else {}
    with pytest.raises(psycopg2.OperationalError, match=r"password authentication failed|no password supplied"):
        psycopg2.connect(host=url.query["host"], dbname="postgres", user=role, **given)


def test_nobody_else_can_enter_the_socket_folder(server):
    folder = server.cluster.sockets
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.stat().st_uid == server.cluster.data.stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try it as somebody else")
def test_another_user_does_not_even_reach_the_socket(server):
    stranger = next(
        entry for entry in pwd.getpwall() if entry.pw_uid not in {0, server.cluster.user.uid} and entry.pw_uid > 0
    )
    address = next(server.cluster.sockets.glob(".s.PGSQL.*[0-9]"))
    knock = f"import socket; socket.socket(socket.AF_UNIX).connect({str(address)!r})"
    tried = subprocess.run(
        ["/usr/bin/env", "python3", "-c", knock], user=stranger.pw_uid, capture_output=True, text=True, check=False
    )
    assert "PermissionError" in tried.stderr or "Permission denied" in tried.stderr


def test_it_does_not_listen_on_the_network(server):
    assert ask(server.urls.app, "SELECT current_setting('listen_addresses')") == ("",)


def test_passwords_are_readable_by_the_owner_of_the_instance_only(server):
    assert stat.S_IMODE((server.instance / "postgres.json").stat().st_mode) == 0o600
    assert not (server.cluster.home / "password").exists()
    for url in (server.urls.owner, server.urls.app):
        assert len(make_url(url).password) >= 32


def test_a_refused_row_leaves_no_personal_data_in_the_log(server):
    do(server.urls.owner, "CREATE TABLE person (phone text UNIQUE)", "INSERT INTO person VALUES ('19900001234')")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        do(server.urls.app, "INSERT INTO person VALUES ('19900001234')")
    until = time.monotonic() + 10  # the log is written by a process of its own
    logs = ""
    while "person_phone_key" not in logs and time.monotonic() < until:
        time.sleep(0.05)
        logs = "".join(path.read_text() for path in (server.cluster.home / "log").iterdir())
    assert "person_phone_key" in logs
    assert "19900001234" not in logs


# --- what it promises about data ---


def test_pages_have_checksums_text_is_utf8_and_writes_reach_the_disk(server):
    names = ["data_checksums", "server_encoding", "fsync", "full_page_writes", "synchronous_commit", "jit"]
    values = [ask(server.urls.app, f"SELECT current_setting('{name}')")[0] for name in names]
    assert values == ["on", "UTF8", "on", "on", "on", "off"]
    collation = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
    assert ask(server.urls.app, collation) == ("b", "C.UTF-8")


def test_a_killed_server_recovers_what_was_committed(server):
    do(server.urls.owner, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)")
    os.kill(server.cluster.pid, signal.SIGKILL)
    urls = server.start()
    assert ask(urls.app, "SELECT id FROM kept") == (7,)


def test_it_starts_although_a_stranger_has_the_number_of_the_killed_server(server):
    user = server.cluster.user
    killed = server.cluster.pid
    os.kill(killed, signal.SIGKILL)
    stranger = subprocess.Popen(["sleep", "60"], user=user.uid if user.other else None)
    try:
        pid_file = server.cluster.data / "postmaster.pid"
        pid_file.write_text(pid_file.read_text().replace(str(killed), str(stranger.pid), 1))
        assert not server.running
        urls = server.start()
        assert ask(urls.app, "SELECT 1") == (1,)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_half_made_cluster_is_made_anew(folder):
    home = Path(tempfile.mkdtemp(prefix="juxian-", dir="/tmp"))
    (home / "data.new").mkdir()
    (home / "data.new" / "PG_VERSION").write_text("18\n")
    embedded = Embedded(folder, home=home, settings=FAST_AND_UNSAFE)
    try:
        with embedded as urls:
            assert ask(urls.app, "SELECT 1") == (1,)
    finally:
        embedded.destroy()


def test_data_of_another_major_version_is_refused_and_left_alone(folder):
    home = folder / "home"
    (home / "data").mkdir(parents=True)
    (home / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseError, match="PostgreSQL 16"):
        Embedded(folder, home=home).start()
    assert (home / "data" / "PG_VERSION").read_text() == "16\n"


def test_a_deep_folder_gets_a_short_path_for_its_socket(folder):
    home = Path(tempfile.mkdtemp(prefix="juxian-" + "deep" * 25, dir="/tmp"))
    embedded = Embedded(folder, home=home, settings=FAST_AND_UNSAFE)
    try:
        with embedded as urls:
            assert ask(urls.app, "SELECT 1") == (1,)
            assert not embedded.cluster.sockets.is_relative_to(home)
    finally:
        embedded.destroy()
    assert not embedded.instance.joinpath("postgres.json").exists()
    assert not home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the programs where they are")
def test_programs_in_a_private_folder_are_copied_and_no_permission_is_changed(server, folder, monkeypatch):
    package = postgres_binaries.programs(server.cluster.user).parents[1]
    private = folder / "site-packages"
    (private / package.name).mkdir(parents=True)
    (private / package.name / "__init__.py").touch()
    for name in (f"{package.name}/pginstall18", f"{package.name}.libs"):
        if (package.parent / name).exists():
            (private / name).symlink_to(package.parent / name)
    monkeypatch.syspath_prepend(str(private))
    ours = Path(tempfile.mkdtemp(prefix="juxian-", dir="/tmp"))
    monkeypatch.setattr(postgres_binaries, "AS_ROOT", ours)
    try:
        copied = postgres_binaries.programs(server.cluster.user)
        assert copied.is_relative_to(ours)
        done = server.cluster.user.run(copied / "initdb", "--version", seconds=10, cwd=Path("/"))
        assert "18." in done.stdout
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(ours)


# --- who starts and ends it ---


def test_the_last_user_to_stop_ends_the_server_with_all_its_processes(server):
    other = Embedded(server.instance)
    assert other.start() == server.urls
    assert other.stop() is False
    assert server.running
    processes = family_of(server.cluster.pid)
    assert len(processes) > 3
    assert server.stop() is True
    assert not server.running
    assert not alive(processes)


def test_a_killed_user_leaves_the_server_running_and_the_next_one_joins_it_and_can_end_it(folder):
    user = subprocess.Popen([sys.executable, "-c", BE_A_USER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    embedded = Embedded(folder, settings=FAST_AND_UNSAFE)
    try:
        assert user.stdout.readline() == "ready\n"
        before = embedded.cluster.pid
        user.kill()
        user.wait()
        assert embedded.running
        began = time.monotonic()
        embedded.start()
        assert time.monotonic() - began < 2
        assert embedded.cluster.pid == before
        assert embedded.stop() is True
        assert not alive({before})
    finally:
        user.kill()
        user.wait()
        user.stdout.close()
        embedded.destroy()
