"""Programs of the demonstration: kept running, ended by one signal, never left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from exchange.embedded import children, processes
from exchange.embedded.children import Child

WAIT = "print('up', flush=True); time.sleep(60)"
POLITE = f"import signal, sys, time; signal.signal(signal.SIGTERM, lambda *a: sys.exit(0)); {WAIT}"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAIT


@pytest.fixture
def child(tmp_path):
    """Make a child of a small program; it is gone afterwards."""
    made = []

    def make(program: str) -> Child:
        one = Child("example", [sys.executable, "-c", program], dict(os.environ), tmp_path / "example.log")
        one.start()
        made.append(one)
        return one

    yield make
    for one in made:
        one.end(0)


def _is_up(child: Child) -> bool:
    return processes.wait_until(lambda: "up" in child.log.read_text("utf-8"), 30)


def test_child_ends_by_one_signal(child):
    one = child(POLITE)
    assert _is_up(one)

    one.ask_to_end()
    one.end(30)

    assert (one.is_running, one.failed) == (False, False)


def test_child_that_does_not_listen_is_killed_with_what_it_started(child):
    one = child(
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n" + STUBBORN
    )
    assert _is_up(one)
    group = one.process.pid

    one.ask_to_end()
    one.end(0.2)

    assert not one.is_running
    assert processes.wait_until(lambda: not _members(group), 10)


def _members(group: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[2] == str(group) and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


def test_interrupt_of_the_terminal_does_not_reach_a_child(child):
    one = child(POLITE)

    assert os.getsid(one.process.pid) == one.process.pid != os.getsid(0)


def test_child_that_keeps_dying_is_given_up(child):
    one = child("raise SystemExit(3)")

    hopes = []
    for _ in range(children.PATIENCE + 1):
        one.process.wait()
        hopes.append(one.restart())

    assert hopes == [True] * children.PATIENCE + [False]
    assert one.failed


def test_child_that_others_kill_is_started_again_each_time(child):
    one = child(POLITE)

    hopes = []
    for _ in range(children.PATIENCE + 2):
        one.process.kill()
        one.process.wait()
        hopes.append(one.restart())

    assert hopes == [True] * (children.PATIENCE + 2)
    assert one.is_running


def test_death_of_a_lost_database_does_not_count(child):
    one = child("raise SystemExit(1)")

    hopes = []
    for _ in range(children.PATIENCE + 2):
        one.process.wait()
        hopes.append(one.restart(is_its_fault=False))

    assert hopes == [True] * (children.PATIENCE + 2)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child that its parent died")
def test_children_end_when_their_parent_is_killed(tmp_path):
    parent = (
        "import os, sys, time; from pathlib import Path; from exchange.embedded.children import Child\n"
        f"c = Child('c', [sys.executable, '-c', {POLITE!r}], dict(os.environ), Path({str(tmp_path / 'c.log')!r}))\n"
        "c.start(); print(c.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        child_pid = int(process.stdout.readline())
        process.kill()

    assert processes.wait_until(lambda: not processes.is_alive(child_pid), 30)
