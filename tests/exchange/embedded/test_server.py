"""The server is ours alone: private, found again, stopped without a trace; nobody else's process is touched."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from exchange.embedded import binaries, processes
from exchange.embedded import server as embedded_server
from exchange.embedded.instance import Instance
from exchange.embedded.problems import EmbeddedProblem
from exchange.embedded.server import Server

pytestmark = pytest.mark.slow


def _ask(url: str, question: str) -> tuple:
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()


def test_server_listens_on_loopback_alone_and_wants_a_password(server):
    server.start()

    assert _ask(server.url(), "SELECT current_setting('listen_addresses')") == ("127.0.0.1",)
    assert not Path(f"/tmp/.s.PGSQL.{server.port}").exists()  # noqa: S108
    assert not list(server.data.glob(".s.PGSQL*"))
    assert _ask(server.url(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == (False,)
    for address in (
        f"postgresql://exchange@127.0.0.1:{server.port}/exchange",
        f"postgresql://exchange:guess@127.0.0.1:{server.port}/exchange",
        f"postgresql://postgres:guess@127.0.0.1:{server.port}/postgres",
    ):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(address)
    hba = (server.data / "pg_hba.conf").read_text(encoding="utf-8")
    assert {line.split()[-1] for line in hba.splitlines() if line and line[0] != "#"} == {"scram-sha-256"}


def test_server_leaves_no_process_and_changes_no_mode_outside(server, clone, modes):
    changed = modes(clone)
    site = Path(binaries._site_packages())
    changed_in_packages = modes(site / binaries.WHEEL / binaries.INSTALL / "bin")

    server.start()
    pid = server.pid()
    server.stop()

    assert not processes.is_alive(pid)
    assert not processes.anyone_in(server.data)
    assert changed() == []
    assert changed_in_packages() == []
    assert server.data.stat().st_mode & 0o777 == 0o700
    assert not list(server.place.glob("*.password"))


def test_root_runs_the_server_as_somebody_without_rights(server, as_root):
    server.start()

    owner = Path(f"/proc/{server.pid()}").stat().st_uid
    groups = Path(f"/proc/{server.pid()}/status").read_text(encoding="ascii").split("Groups:")[1].split("\n")[0]
    assert owner == server.uid == server.data.stat().st_uid
    assert owner not in {0, 65534}
    assert groups.strip() == ""


@pytest.mark.parametrize("mask", [0o022, 0o077], ids=["umask of a shell", "umask of the demonstration"])
def test_root_keeps_the_data_outside_a_private_folder(clone, as_root, modes, mask):
    clone.parent.chmod(0o700)
    changed = modes(clone)
    before = os.umask(mask)
    server = Server(Instance.of(clone), durable=False)
    try:
        server.start()

        assert not server.data.is_relative_to(clone)
        assert _ask(server.url(), "SELECT 1") == (1,)
        assert changed() == []
        assert Server(Instance.of(clone)).data == server.data
        assert (server.place.stat().st_mode & 0o777, server.data.stat().st_mode & 0o777) == (0o711, 0o700)
    finally:
        os.umask(before)
        server.stop()
        subprocess.run(["rm", "-r", str(server.place)], check=True)  # noqa: S603, S607


def test_programs_are_copied_where_the_server_cannot_read_them(server, as_root, monkeypatch):
    monkeypatch.setattr(binaries, "_is_readable", lambda site: False)

    server.start()

    assert str(server.place / "programs") in processes.command_of(server.pid())
    assert _ask(server.url(), "SELECT to_tsvector('simple', 'dữ liệu')::text")[0] == "'dữ':1 'liệu':2"


def test_killed_server_comes_back_on_the_same_port_with_its_data(server):
    server.start()
    port = server.port
    with psycopg.connect(server.url()) as connection:
        connection.execute("SET synchronous_commit = on")
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(server.pid(), signal.SIGKILL)
    server.child.wait()

    remarks = server.start()

    assert "not stopped properly" in remarks[0]
    assert server.port == port
    assert _ask(server.url(), "SELECT number FROM kept") == (7,)


def test_long_repair_is_waited_for_not_started_again(server, monkeypatch):
    began, ready = [], server._is_ready_or_dead
    monkeypatch.setattr(embedded_server, "TRY_AGAIN", 0.1)
    monkeypatch.setattr(server, "_is_ready_or_dead", lambda child: time.monotonic() - began[0] > 1 and ready(child))
    monkeypatch.setattr(
        server, "_spawn", lambda port, spawn=server._spawn: began.append(time.monotonic()) or spawn(port)
    )

    server.start()

    assert len(began) == 1
    assert _ask(server.url(), "SELECT 7") == (7,)


def test_running_server_is_found_again_not_started_twice(server):
    server.start()
    pid = server.pid()

    other = Server(Instance.of(server.instance.clone), durable=False)
    assert other.start() == []

    assert other.pid() == pid
    other.stop()
    assert not processes.is_alive(pid)
    server.stop()
    assert server.child.returncode is not None


def test_lock_of_another_program_is_removed_and_that_program_left_alone(server):
    server.start()
    server.stop()
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:  # noqa: S607
        lines = [str(stranger.pid), str(server.data), "1", str(server.port), "", "127.0.0.1", "1 1", "ready   "]
        (server.data / "postmaster.pid").write_text("\n".join(lines) + "\n", encoding="ascii")

        assert server.pid() is None
        server.start()
        assert _ask(server.url(), "SELECT 1") == (1,)
        server.stop()

        assert stranger.poll() is None
        stranger.kill()


def test_taken_port_is_left_to_the_other_program(server):
    server.start()
    server.stop()
    with socket.create_server(("127.0.0.1", server.port)) as stranger:
        server.start()

        assert server.port != stranger.getsockname()[1]
        assert _ask(server.url(), "SELECT 1") == (1,)


def test_interrupted_first_start_is_repeated_from_the_beginning(server):
    (server.place / "postgres.new").mkdir()
    (server.place / "postgres.new" / "PG_VERSION").write_text("18\n", encoding="ascii")

    server.start()

    assert _ask(server.url(), "SELECT 1") == (1,)


def test_missing_programs_are_a_sentence(server, monkeypatch):
    monkeypatch.setattr(binaries.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(EmbeddedProblem, match="not installed: run `make demo`"):
        server.start()
