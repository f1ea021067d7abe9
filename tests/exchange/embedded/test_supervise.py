"""What `make demo` and `make stop` say when something is in the way."""

import fcntl
import json
import os
import socket

import pytest

from exchange.embedded import supervise
from exchange.embedded.instance import Instance
from exchange.embedded.problems import EmbeddedProblem


@pytest.fixture
def instance(clone, monkeypatch):
    """The commands see a clone of their own."""
    made = Instance.of(clone)
    monkeypatch.setattr(Instance, "of", classmethod(lambda cls: made))
    return made


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
