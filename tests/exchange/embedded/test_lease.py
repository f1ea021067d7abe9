"""The last program that uses a server stops it."""

import subprocess
import sys

import pytest

from exchange.embedded import lease, processes
from exchange.embedded.server import Server

pytestmark = pytest.mark.slow

HOLD = """
import sys
from pathlib import Path
from exchange.embedded.instance import Instance
from exchange.embedded.lease import Lease
from exchange.embedded.server import Server
lease = Lease(Server(Instance.of(Path(sys.argv[1])), durable=False))
print("held", flush=True)
sys.stdin.read()
"""


def _another(server: Server) -> subprocess.Popen:
    command = [sys.executable, "-c", HOLD, str(server.instance.clone)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert other.stdout.readline() == "held\n"
    return other


def test_server_runs_until_the_last_user_is_gone(server):
    held = lease.Lease(server)
    pid = server.pid()
    other = _another(server)

    held.give_back()
    assert processes.is_alive(pid)
    other.communicate("")

    assert not processes.is_alive(pid)


def test_giving_back_twice_changes_nothing(server):
    held = lease.Lease(server)
    held.give_back()
    held.give_back()

    assert server.pid() is None


def test_server_of_a_killed_program_is_ended_on_demand(server):
    other = _another(server)
    other.kill()
    other.communicate()
    pid = server.pid()
    assert processes.is_alive(pid)

    assert lease.end_orphan(server.instance)

    assert not processes.is_alive(pid)
    assert not lease.end_orphan(server.instance)


def test_server_in_use_is_no_orphan(server):
    held = lease.Lease(server)

    assert not lease.end_orphan(server.instance)

    assert server.pid()
    held.give_back()
