"""`make demo`: database, web server, worker and sequencer as one program in the foreground; `make stop` ends it."""

import argparse
import contextlib
import fcntl
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from exchange.embedded import fingerprint, lease, processes
from exchange.embedded.children import Child
from exchange.embedded.instance import CLONE, Instance
from exchange.embedded.problems import EmbeddedProblem
from exchange.embedded.server import Server
from exchange.settings.env import ADDRESS_OF_ROLE

SETTINGS = "exchange.settings.demo"
GRACE = 25  # seconds a running job may take to finish; what takes longer is taken up again at the next start
START_LIMIT = 120
REST = 15  # seconds between two starts of a program that keeps ending
SHOCK = 30  # seconds after an end of the database in which other programs may die of it


class Supervisor:
    """Starts everything in order, keeps it running, ends it in reverse order."""

    def __init__(self, instance: Instance, port: int) -> None:
        self.instance = instance
        self.port = port
        self.parent = os.getppid()
        self.is_ending = False
        self.lease: lease.Lease | None = None
        self.children: list[Child] = []
        self.database_died = float("-inf")
        self.has_worked = False

    def run(self) -> None:
        """The whole life of a demonstration."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_the_end)
        try:
            self._start()
            while not self._must_end():
                self._mind_the_children()
                time.sleep(0.5)
        finally:
            self._end()

    def _note_the_end(self, number: int, frame: object) -> None:
        if not self.is_ending:
            say("Ending: running work is finished first.")
        self.is_ending = True

    def _must_end(self) -> bool:
        """Told so by a signal, or left alone because the program that started us is gone."""
        return self.is_ending or os.getppid() != self.parent

    def _start(self) -> None:
        if not any(name in os.environ for name in ADDRESS_OF_ROLE.values()):
            say("Starting PostgreSQL.")
            self.lease = lease.take()
        self._prepare()
        if self._must_end():
            return
        self.children = [self._web(), self._worker(), self._sequencer()]
        for child in self.children:
            child.start()
        self._wait_until_ready()

    def _prepare(self) -> None:
        """Tables, reference and demonstration data, catalogues, static files: only when the sources changed."""
        wanted = fingerprint.of_clone(CLONE)
        made = (self.instance.room("static") / "staticfiles.json").exists()
        if made and fingerprint.of_database(owner_address()) == wanted:
            return
        say("Preparing tables, data, texts and static files; the first time this takes a minute.")
        work = Child("preparation", self._manage("prepare_demo"), self._environment("owner"), self._log("prepare"))
        work.start()
        while work.is_running and not self._must_end():
            time.sleep(0.1)
        work.ask_to_end()
        work.end(10)
        if self._must_end():
            return
        if work.failed:
            raise EmbeddedProblem(f"The preparation failed: {processes.last_line(work.log)} (more in {work.log}).")
        fingerprint.remember(owner_address(), wanted)

    def _web(self) -> Child:
        options = ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
        options += ["--no-control-socket", "--graceful-timeout", "10", "--timeout", "60", "--preload"]
        command = [sys.executable, "-m", "gunicorn", *options, "exchange.wsgi:application"]
        return Child("web server", command, self._environment("web"), self._log("web"))

    def _worker(self) -> Child:
        command = self._manage("worker", f"--grace={GRACE}")
        return Child("worker", command, self._environment("worker"), self._log("worker"))

    def _sequencer(self) -> Child:
        return Child("sequencer", self._manage("sequencer"), self._environment("sequencer"), self._log("sequencer"))

    def _manage(self, *arguments: str) -> list[str]:
        return [sys.executable, str(CLONE / "manage.py"), *arguments]

    def _environment(self, role: str) -> dict[str, str]:
        return environment_of(role, os.environ) | {
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "PYTHONUNBUFFERED": "1",
            "DEMO_PORT": str(self.port),
        }

    def _log(self, name: str) -> Path:
        return self.instance.room("logs") / f"{name}.log"

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_LIMIT
        while not self._must_end():
            self._mind_the_children()
            missing = missing_parts(self.port)
            if not missing:
                self.has_worked = True
                say(self._welcome())
                return
            if time.monotonic() > end:
                raise EmbeddedProblem(
                    f"Not ready after {START_LIMIT} s: {missing}; look into {self._log('web').parent}."
                )
            time.sleep(0.2)

    def _welcome(self) -> str:
        logins = self.instance.folder / "logins.txt"
        text = logins.read_text(encoding="utf-8").rstrip() if logins.exists() else ""
        return f"\nReady: http://127.0.0.1:{self.port}/ (English: /en/)\n{text}\nCtrl-C or `make stop` ends it."

    def _mind_the_children(self) -> None:
        if self.lease and self.lease.server.pid() is None and not self.is_ending:
            say("PostgreSQL ended by itself; starting it again.")
            self._revive(self.lease.server)
            self.database_died = time.monotonic()
        for child in self.children:
            if not child.is_running and not self.is_ending and time.monotonic() > child.rests_until:
                self._start_again(child)

    def _start_again(self, child: Child) -> None:
        """Before the first time that everything worked a program that keeps ending is given up; later never."""
        say(f"The {child.name} ended by itself; starting it again.")
        is_calm = time.monotonic() - self.database_died > SHOCK
        if child.restart(is_its_fault=is_calm):
            return
        words = f"The {child.name} keeps ending: {processes.last_line(child.log)} (more in {child.log})."
        if not self.has_worked:
            raise EmbeddedProblem(words)
        say(f"{words} It is started again every {REST} s.")
        child.rests_until = time.monotonic() + REST
        child.start()

    def _revive(self, server: Server) -> None:
        before = server.port
        try:
            server.start()
        except EmbeddedProblem as problem:
            if not self.has_worked:
                raise
            say(f"{problem} It is tried again.")
            return
        if server.port != before:
            os.environ.update(server.addresses())
            for child in self.children:  # they are started again with the new address
                child.environment |= self._environment(child.environment["DATABASE_ROLE"])
                child.ask_to_end()

    def _end(self) -> None:
        self.is_ending = True
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.end(GRACE + 5)
        if self.lease:
            self.lease.give_back()


def environment_of(role: str, known: Mapping[str, str]) -> dict[str, str]:
    """What a process of this role is told: the address it signs in with, and of no other role.

    The owner shares out the rights and gets all. Where one address serves for everything there are no walls.
    """
    told = dict(known) | {"DATABASE_ROLE": role}
    if role != "owner" and ADDRESS_OF_ROLE[role] in known:
        for variable in ADDRESS_OF_ROLE.values():
            if variable != ADDRESS_OF_ROLE[role]:
                told.pop(variable, None)
    return told


def owner_address() -> str:
    """Where the owner of the tables signs in."""
    return os.environ.get(ADDRESS_OF_ROLE["owner"]) or os.environ[ADDRESS_OF_ROLE["web"]]


def missing_parts(port: int) -> str:
    """What is not ready yet, in words; empty when everything is."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return ""
    except urllib.error.HTTPError as error:
        with error:
            parts = json.loads(error.read() or b"{}")
        return ", ".join(name for name, is_ready in parts.items() if not is_ready)
    except OSError:
        return "web server"


def say(text: str) -> None:
    """Tell the person at the keyboard."""
    with contextlib.suppress(BrokenPipeError):
        print(text, flush=True)  # noqa: T201


def check_port(port: int) -> None:
    """Refuse a port that cannot be had, with a sentence."""
    if not 0 < port < 65536:
        raise EmbeddedProblem(f"{port} is no port: take one between 1024 and 65535, for example `make demo PORT=8000`.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise EmbeddedProblem(
                f"Port {port} needs special rights: take one from 1024, `make demo PORT=8000`."
            ) from None
        except OSError:
            raise EmbeddedProblem(
                f"Port {port} is used by another program: take another one, "
                f"for example `make demo PORT={port % 60000 + 1}`."
            ) from None


def start(port: int) -> None:
    """Run a demonstration until it is ended; only one a clone."""
    instance = Instance.of()
    os.umask(0o077)
    lock = os.open(instance.folder / "demo.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        known = running(instance)
        raise EmbeddedProblem(
            f"The demonstration of this clone runs already at http://127.0.0.1:{known.get('port')}/ "
            f"(process {known.get('pid')}): open it, or end it with `make stop`."
        ) from None
    check_port(port)
    note = instance.folder / "demo.json"
    note.write_text(json.dumps({"pid": os.getpid(), "port": port}), encoding="ascii")
    try:
        Supervisor(instance, port).run()
    finally:
        note.unlink(missing_ok=True)


def running(instance: Instance) -> dict:
    """Process and port of the running demonstration, if there is one."""
    try:
        return json.loads((instance.folder / "demo.json").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return {}


def stop() -> None:
    """End the running demonstration of this clone and what a killed one left behind."""
    instance = Instance.of()
    pid = running(instance).get("pid")
    if pid and processes.is_alive(pid) and "exchange.embedded.supervise" in processes.command_of(pid):
        os.kill(pid, signal.SIGTERM)
        if not processes.wait_until(lambda: not processes.is_alive(pid), GRACE + 60):
            raise EmbeddedProblem(f"Process {pid} does not end: look into {instance.room('logs')}.")
        say("The demonstration is ended.")
        return
    if lease.end_orphan(instance):
        say("PostgreSQL of a killed demonstration is ended.")
    else:
        say("No demonstration of this clone is running.")


def main() -> None:
    """Command line: `demo --port N` or `stop`."""
    parser = argparse.ArgumentParser(prog="exchange.embedded.supervise")
    parser.add_argument("action", choices=["demo", "stop"])
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    try:
        stop() if options.action == "stop" else start(options.port)
    except EmbeddedProblem as problem:
        sys.exit(str(problem))
    except PermissionError as error:
        sys.exit(
            f"{error.filename} belongs to another user: run the command as that user, or work in a clone of your own."
        )


if __name__ == "__main__":
    main()
