"""console serve, the real thing: one command starts all, survives a killed database, and ends without a trace."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from config import ROOT
from console.adapters.embedded_postgres import FAST_AND_UNSAFE, Embedded

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house():
    """A running ``console serve`` on an instance and a port of its own."""
    folder = Path(tempfile.mkdtemp(prefix="juxian-", dir="/tmp"))
    made = House(folder)
    try:
        made.database.start()  # made here, so that it may forget fsync; it runs with what serve gives it
        made.database.stop()
        made.start()
        yield made
    finally:
        made.top.kill()
        made.top.wait()
        made.database.destroy()
        shutil.rmtree(folder)


class House:
    """The process, its instance and its address."""

    def __init__(self, folder):
        self.database = Embedded(folder, settings=FAST_AND_UNSAFE)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        own = {"JUXIAN_ENV": "development", "JUXIAN_DEMO": "0", "JUXIAN_INSTANCE": str(folder), "PORT": str(self.port)}
        given = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        self.environment = {**given, **own, "JUXIAN_WEB_WORKERS": "1"}
        self.log = folder / "log"

    def start(self):
        with self.log.open("w") as log:
            self.top = self.command("serve", stdout=log, stderr=subprocess.STDOUT)
        wait_for(lambda: "聚贤已启动" in self.log.read_text())

    def command(self, *arguments, **options):
        return subprocess.Popen(
            [sys.executable, "-m", "console", *arguments], cwd=ROOT, env=self.environment, text=True, **options
        )

    def get(self, path):
        """Status and JSON of an answer; 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except OSError:
            return 0, {}
        finally:
            connection.close()


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def test_it_is_alive_on_a_migrated_database(house):
    assert house.get("/health")[0] == 200
    checks = house.get("/ready")[1]
    assert (checks["database"], checks["migrations"]) == ("ok", "ok")


def test_a_second_one_on_the_same_instance_is_refused(house):
    second = house.command("serve", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert f"进程 {house.top.pid}" in said
    assert house.get("/health")[0] == 200


def test_a_killed_database_is_started_again_and_pages_recover_without_a_restart(house):
    before = house.database.cluster.pid
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: house.database.running and house.database.cluster.pid != before, seconds=10)
    wait_for(lambda: house.get("/ready")[1].get("database") == "ok", seconds=10)
    assert house.top.poll() is None


def test_console_stop_ends_everything_and_a_new_start_finds_the_data(house):
    stopped = house.command("stop", stdout=subprocess.PIPE)
    said, _ = stopped.communicate(timeout=60)
    assert stopped.returncode == 0
    assert "服务已停止" in said
    assert house.top.wait(5) == 0
    assert not house.database.running
    assert house.get("/health")[0] == 0
    house.start()
    assert house.get("/ready")[1]["migrations"] == "ok"
