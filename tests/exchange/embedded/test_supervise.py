"""What `make demo` and `make stop` say when something is in the way."""

import fcntl
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from exchange.embedded import processes, supervise
from exchange.embedded.children import Child
from exchange.embedded.instance import Instance
from exchange.embedded.problems import EmbeddedProblem
from exchange.settings.env import ADDRESS_OF_ROLE


@pytest.fixture
def instance(clone, monkeypatch):
    """The commands see a clone of their own; the umask a start sets ends with the test."""
    made = Instance.of(clone)
    monkeypatch.setattr(Instance, "of", classmethod(lambda cls: made))
    before = os.umask(0o022)
    yield made
    os.umask(before)


def test_busy_port_is_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(EmbeddedProblem, match=rf"Port {port} is used by another program: take another one"):
            supervise.check_port(port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_impossible_port_is_a_sentence(port):
    with pytest.raises(EmbeddedProblem, match="is no port"):
        supervise.check_port(port)


def test_second_copy_is_refused_and_says_where_the_first_is(instance):
    lock = os.open(instance.folder / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    (instance.folder / "demo.json").write_text(json.dumps({"pid": 4711, "port": 8123}), encoding="ascii")

    with pytest.raises(EmbeddedProblem, match=r"runs already at http://127.0.0.1:8123/ \(process 4711\).*make stop"):
        supervise.start(8000)

    os.close(lock)


def test_stop_touches_no_process_that_took_over_the_number(instance, capsys):
    (instance.folder / "demo.json").write_text(json.dumps({"pid": os.getpid(), "port": 8123}), encoding="ascii")

    supervise.stop()

    assert capsys.readouterr().out == "No demonstration of this clone is running.\n"


def test_what_is_missing_is_said_in_words():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert supervise.missing_parts(port) == "web server"


def test_other_users_folder_is_a_sentence(monkeypatch, capsys):
    def refuse(port):
        raise PermissionError(13, "Permission denied", "/somewhere/var")

    monkeypatch.setattr(supervise, "start", refuse)
    monkeypatch.setattr("sys.argv", ["supervise", "demo"])

    with pytest.raises(SystemExit, match="/somewhere/var belongs to another user"):
        supervise.main()


KNOWN = {variable: f"postgresql://{role}:{role}-secret@127.0.0.1/x" for role, variable in ADDRESS_OF_ROLE.items()}


@pytest.mark.parametrize("role", ["web", "worker", "sequencer"])
def test_running_process_holds_its_own_address_and_no_other(instance, monkeypatch, tmp_path, role):
    for variable, value in KNOWN.items():
        monkeypatch.setenv(variable, value)
    told = supervise.Supervisor(instance, 8000)._environment(role)
    child = Child(role, [sys.executable, "-c", "input()"], told, tmp_path / "log")
    monkeypatch.setattr(subprocess, "DEVNULL", subprocess.PIPE)  # it waits until we have looked

    child.start()
    shown = Path(f"/proc/{child.process.pid}/environ")
    processes.wait_until(lambda: f"{role}-secret" in shown.read_text(encoding="utf-8"), 10)
    seen = shown.read_text(encoding="utf-8")
    child.process.stdin.close()
    child.end(5)

    assert [known for known in ADDRESS_OF_ROLE if f"{known}-secret" in seen] == [role]
    assert f"DATABASE_ROLE={role}\0" in seen


def test_preparation_is_told_every_address():
    assert supervise.environment_of("owner", KNOWN) == KNOWN | {"DATABASE_ROLE": "owner"}


def test_with_one_address_every_process_uses_that():
    one = {"DATABASE_URL": KNOWN["DATABASE_URL"]}

    assert supervise.environment_of("worker", one) == one | {"DATABASE_ROLE": "worker"}


@pytest.fixture
def supervisor(instance, monkeypatch, tmp_path):
    """A supervisor of one small program that ends at once."""
    monkeypatch.setattr("exchange.embedded.children.PATIENCE", 0)
    made = supervise.Supervisor(instance, 8000)
    child = Child("example", [sys.executable, "-c", "raise SystemExit('no paper')"], {}, tmp_path / "example.log")
    child.start()
    child.process.wait()
    made.children = [child]
    yield made
    child.end(5)


def test_program_that_never_worked_is_given_up_with_its_last_words(supervisor):
    with pytest.raises(EmbeddedProblem, match=r"The example keeps ending: no paper \(more in "):
        supervisor._mind_the_children()


def test_program_that_worked_is_started_again_after_a_rest(supervisor, capsys):
    supervisor.has_worked = True

    supervisor._mind_the_children()
    first = supervisor.children[0].process
    first.wait()
    supervisor._mind_the_children()

    assert "It is started again every 15 s." in capsys.readouterr().out
    assert supervisor.children[0].process is first
    supervisor.children[0].rests_until = 0
    supervisor._mind_the_children()
    assert supervisor.children[0].process is not first


class Broken:
    """A server that does not come back."""

    port = 1

    def pid(self):
        return None

    def start(self):
        raise EmbeddedProblem("PostgreSQL does not start: no space left.")


def test_database_that_does_not_come_back_is_tried_again_once_all_has_worked(supervisor, capsys):
    supervisor.children = []
    supervisor.lease = SimpleNamespace(server=Broken())

    with pytest.raises(EmbeddedProblem, match="no space left"):
        supervisor._mind_the_children()
    supervisor.has_worked = True
    supervisor._mind_the_children()

    assert "PostgreSQL does not start: no space left. It is tried again." in capsys.readouterr().out
