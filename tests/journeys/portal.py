"""A portal of the tests' own: a copy of this clone, run by the same program as `make demo`, with its own instance."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg

from exchange.embedded import fingerprint, processes
from exchange.embedded.instance import CLONE, Instance
from exchange.embedded.server import Server

READY_LIMIT = 300
PARTS = (*fingerprint.SOURCES, "manage.py")
NOT_INHERITED = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")

MARKS = {
    "web": "-m gunicorn",
    "worker": "manage.py worker",
    "sequencer": "manage.py sequencer",
    "postgres": "bin/postgres -D",
}


class Portal:
    """Started, looked into, hurt and ended by tests; nobody else's process is ever touched."""

    def __init__(self, *, origin: Path = CLONE) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="exchange-portal-"))
        self.home.chmod(0o755)  # the database's user walks through it
        self.clone = self.home / "clone"
        self.clone.mkdir(mode=0o755)
        for part in PARTS:
            copy = shutil.copytree if (origin / part).is_dir() else shutil.copy2
            copy(origin / part, self.clone / part)
        self.copied = self.files()
        self.scratch = self.home / "scratch"
        self.scratch.mkdir()
        self.port = _free_port()
        self.process: subprocess.Popen | None = None
        self.output = self.home / "output.log"

    def files(self) -> set[Path]:
        """Every file of the clone as it is now."""
        return {path for path in self.clone.rglob("*") if path.is_file()}

    @property
    def address(self) -> str:
        """Where the portal is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """A person's environment: none of the settings of this test run."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in NOT_INHERITED and not name.startswith("EXCHANGE_TEST") and not name.endswith("DATABASE_URL")
        }
        return kept | {"TMPDIR": str(self.scratch)}

    def start(self) -> None:
        """What `make demo` does once the packages are there."""
        command = [sys.executable, "-m", "exchange.embedded.supervise", "demo", "--port", str(self.port)]
        with self.output.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                command, cwd=self.clone, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def wait(self, seconds: float = READY_LIMIT) -> None:
        """Until `/readyz` says that everything is there."""
        if not processes.wait_until(lambda: self.is_ready or self.has_ended, seconds, pause=0.1) or self.has_ended:
            raise AssertionError(f"The portal is not ready: {self.said()[-2000:]}")

    @property
    def is_ready(self) -> bool:
        """Whether the portal says that it can work."""
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=20) as answer:  # noqa: S310
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    @property
    def has_ended(self) -> bool:
        """Whether the program that runs everything is gone."""
        return self.process is None or self.process.poll() is not None

    def said(self) -> str:
        """What the person at the keyboard saw."""
        return self.output.read_text("utf-8", "replace") if self.output.exists() else ""

    def end(self, number: int = signal.SIGTERM) -> int:
        """One signal to the program that runs everything; its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(120)

    def remove(self) -> None:
        """End it and leave nothing behind."""
        if self.process is not None:
            self.end()
        place = self.server.place
        if not place.is_relative_to(self.clone):
            shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A management command, run as the README says."""
        return subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *arguments],
            cwd=self.clone,
            env=self.environment | {"DJANGO_SETTINGS_MODULE": "exchange.settings.demo"},
            capture_output=True,
            text=True,
            check=False,
        )

    def manage(self, *arguments: str) -> str:
        """Output of a management command that has to succeed."""
        done = self.command(*arguments)
        if done.returncode:
            raise AssertionError(f"manage.py {arguments} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    @property
    def instance(self) -> Instance:
        """The state of this portal."""
        return Instance.of(self.clone)

    @property
    def server(self) -> Server:
        """Its database server."""
        return Server(self.instance)

    @contextlib.contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """A look behind the portal's back, with all rights."""
        secret = self.instance.secret("database-owner")
        owner = {"user": "postgres", "password": secret}
        place = {"host": "127.0.0.1", "port": self.server.port, "dbname": "exchange"}
        with psycopg.connect(**place, **owner, autocommit=True) as connection:
            yield connection

    def pids(self, what: str) -> list[int]:
        """Processes of a part; `web` is the server that keeps the web workers."""
        assert self.process is not None
        if what == "web-worker":
            return [pid for master in self.pids("web") for pid in children_of(master)]
        return [pid for pid in children_of(self.process.pid) if MARKS[what] in processes.command_of(pid)]

    def all_pids(self) -> list[int]:
        """Every process that belongs to this portal, found by what it was started with."""
        mark = str(self.home)
        found = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
        return [pid for pid in found if mark in processes.command_of(pid) or mark in _folder_of(pid)]

    def kill(self, what: str) -> list[int]:
        """SIGKILL to a part; the numbers of the processes that were killed."""
        victims = self.pids(what)
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return victims

    def recover(self, seconds: float = 90) -> float:
        """Wait until every part stands and the portal works again; how long it took."""
        began = time.monotonic()
        if not processes.wait_until(lambda: self.stands or self.has_ended, seconds, pause=0.1) or self.has_ended:
            raise AssertionError(f"The portal did not recover: {self.said()[-2000:]}")
        return time.monotonic() - began

    @property
    def stands(self) -> bool:
        """Whether every part runs and the portal answers; web workers of a killed server answer for a moment still."""
        parts = [self.pids(part) for part in (*MARKS, "web-worker")]
        return all(parts) and self.is_ready and parts == [self.pids(part) for part in (*MARKS, "web-worker")]


def children_of(pid: int) -> list[int]:
    """Processes started by a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:  # it ended in between
            continue
        if fields[1] == str(pid) and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return sorted(found)


def _folder_of(pid: int) -> str:
    try:
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
