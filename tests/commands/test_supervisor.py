"""The process above the others: restarts what dies, ends what it started, says so by its exit code."""

import os
import signal
import subprocess
import sys
import time

import pytest

from config import ROOT

SUPERVISE = """
import os, sys
from console.commands.supervisor import Child, Supervisor
children = [Child(name, ["-c", open(name).read(), name + ".pids"]) for name in sys.argv[1:]]
sys.exit(Supervisor(children, os.environ, grace=2).run())
"""
NOTE = """
import os, signal, sys, time
from pathlib import Path
from console.commands.parent import when_parent_ends
when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
with Path(sys.argv[1]).open("a") as file:
    file.write(f"{os.getpid()}\\n")
"""
LIVE = NOTE + "time.sleep(60)\n"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + NOTE + "time.sleep(60)\n"


class Family:
    """A supervisor with a web server and a worker that only note their numbers."""

    def __init__(self, folder, web, worker):
        self.web, self.worker = folder / "web", folder / "worker"
        self.web.write_text(web)
        self.worker.write_text(worker)
        self.top = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(self.web), str(self.worker)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def pids(self, child, at_least=1):
        noted = child.with_name(f"{child.name}.pids")
        wait_for(lambda: noted.exists() and len(noted.read_text().split()) >= at_least)
        return [int(number) for number in noted.read_text().split()]

    def all_pids(self):
        return [*self.pids(self.web), *self.pids(self.worker)]


@pytest.fixture
def family(tmp_path):
    made = []

    def make(web=LIVE, worker=LIVE):
        made.append(Family(tmp_path, web, worker))
        return made[0]

    yield make
    for each in made:
        each.top.kill()
        each.top.wait()
        each.top.stdout.close()
        wait_for(lambda each=each: not any(alive(pid) for pid in each.all_pids()))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return shown != "" and not shown.startswith("Z")


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def test_asked_to_stop_it_ends_its_children_and_reports_success(family):
    running = family()
    children = running.all_pids()
    running.top.send_signal(signal.SIGTERM)
    assert running.top.wait(15) == 0
    assert not any(alive(pid) for pid in children)


def test_a_child_that_ignores_the_request_is_killed(family):
    running = family(worker=STUBBORN)
    children = running.all_pids()
    running.top.send_signal(signal.SIGINT)
    assert running.top.wait(15) == 0
    assert not any(alive(pid) for pid in children)


def test_a_killed_worker_is_started_again_while_the_web_server_lives_on(family):
    running = family()
    web, worker = running.all_pids()
    os.kill(worker, signal.SIGKILL)
    first, second = running.pids(running.worker, at_least=2)
    assert first == worker != second
    assert alive(web)


def test_when_the_web_server_ends_by_itself_everything_ends_with_an_error(family):
    running = family()
    web, worker = running.all_pids()
    os.kill(web, signal.SIGKILL)
    assert running.top.wait(15) == 1
    assert not alive(worker)


def test_children_of_a_killed_supervisor_end_too(family):
    running = family()
    children = running.all_pids()
    running.top.kill()
    wait_for(lambda: not any(alive(pid) for pid in children))
