"""One PostgreSQL server of the instance: made, started, found again and stopped by ourselves."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from exchange.embedded import account, initdb, processes
from exchange.embedded.binaries import programs
from exchange.embedded.instance import Instance
from exchange.embedded.problems import EmbeddedProblem
from exchange.settings.env import ADDRESS_OF_ROLE

OWNER = "exchange"
DATABASE = "exchange"
COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "jit": "off",
    "dynamic_shared_memory_type": "mmap",  # inside the data folder: a killed server leaves nothing in /dev/shm
    "timezone": "UTC",
    # The server's own log names no values: they may be personal data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
if sys.platform == "linux":
    COMMON["recovery_init_sync_method"] = "syncfs"  # one call instead of one a file: a crash is repaired in seconds
TRY_AGAIN = 60  # seconds for the helpers of a killed server to end
REPAIR = 600  # seconds a journal may need after a crash on a busy disk
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Server:
    """A server with its own data folder and port; `durable=False` is for tests, which may lose everything."""

    def __init__(self, instance: Instance, name: str = "postgres", *, durable: bool = True) -> None:
        self.instance = instance
        self.name = name
        self.options = COMMON if durable else COMMON | FAST
        self.uid = account.server_uid(instance)
        self.place = account.server_place(instance, self.uid)
        self.data = self.place / name
        self.child: subprocess.Popen | None = None

    def url(self, database: str = DATABASE) -> str:
        """The address of the owner of the tables."""
        return self._url(OWNER, database)

    def addresses(self, database: str = DATABASE) -> dict[str, str]:
        """The variable and the address of every role."""
        names = {role: OWNER if role == "owner" else f"{OWNER}_{role}" for role in ADDRESS_OF_ROLE}
        return {variable: self._url(names[role], database) for role, variable in ADDRESS_OF_ROLE.items()}

    def _url(self, role: str, database: str) -> str:
        password = quote(self.instance.secret(f"database-{role}"), safe="")
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def port(self) -> int:
        """The port remembered from the last start."""
        return self.instance.facts.get(f"{self.name}-port", 0)

    def pid(self) -> int | None:
        """The running server of this data folder, if there is one; a number taken over by another program is not."""
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="ascii").split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None
        ours = processes.is_alive(pid) and str(self.data) in processes.command_of(pid)
        return pid if ours else None

    def start(self) -> list[str]:
        """Make sure the server runs and the database exists; remarks for the person come back."""
        remarks: list[str] = []
        if not self.data.is_dir():
            self._create()
        self._own()
        if self.pid() is None:
            remarks = self._mind_a_crash()
            self._launch()
        self._prepare()
        return remarks

    def stop(self) -> None:
        """End the server cleanly: open connections are closed, everything written is on disk."""
        pid = self.pid()
        if pid is None:
            if self.child is not None:
                self.child.poll()  # ended by another program: take note of it
            return
        os.kill(pid, signal.SIGINT)
        if not processes.wait_until(partial(self._has_ended, pid), 30):
            raise EmbeddedProblem(f"PostgreSQL (process {pid}) does not stop: look into {self._log}.")

    def _has_ended(self, pid: int) -> bool:
        """Gone for good; the server removes its note a moment before its process ends."""
        if self.child is not None:
            return self.child.poll() is not None
        return not processes.is_alive(pid)

    @property
    def _log(self) -> Path:
        return self.instance.room("logs") / f"{self.name}.log"

    def _create(self) -> None:
        """Make the data folder beside and rename it: an interrupted start leaves nothing half-made."""
        draft = self.data.with_name(self.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        initdb.make_cluster(draft, programs(self.place, self.uid), self.uid, self.instance.secret("database-owner"))
        draft.rename(self.data)

    def _own(self) -> None:
        """Give the data to the server's user again when that number had to change."""
        if self.uid is None or self.data.stat().st_uid == self.uid:
            return
        account.hand_over(self.data, self.uid)

    def _mind_a_crash(self) -> list[str]:
        if not (self.data / "postmaster.pid").exists():
            return []
        return ["PostgreSQL was not stopped properly last time; it repairs itself now, nothing needs to be done."]

    def _forget_a_stranger(self) -> None:
        """Remove a stale lock whose number now belongs to another program, unless old helpers still use the data."""
        lock = self.data / "postmaster.pid"
        if lock.exists() and self.pid() is None and not processes.anyone_in(self.data):
            lock.unlink()

    def _launch(self) -> None:
        """Start on the remembered port, on another one only if that is taken by somebody else.

        After a crash the last helpers of the old server may need a moment to end: so it is tried again. A server
        that lives but is not ready repairs itself from its journal; that is waited for.
        """
        end = time.monotonic() + TRY_AGAIN
        while time.monotonic() < end:
            port = self.port if _is_free(self.port) else _free_port()
            if port != self.port:
                self.instance.remember(**{f"{self.name}-port": port})
            self._forget_a_stranger()
            child = self._spawn(port)
            if processes.wait_until(partial(self._is_ready_or_dead, child), REPAIR) and child.poll() is None:
                self.child = child
                return
            child.terminate()  # still not ready after all that time: leave no half-started server behind
            time.sleep(0.5)
        raise EmbeddedProblem(f"PostgreSQL does not start: {processes.last_line(self._log)} (more in {self._log}).")

    def _spawn(self, port: int) -> subprocess.Popen:
        command = [str(programs(self.place, self.uid) / "postgres"), "-D", str(self.data), "-p", str(port)]
        for name, value in self.options.items():
            command += ["-c", f"{name}={value}"]
        with processes.open_log(self._log) as log:
            return subprocess.Popen(  # noqa: S603
                command,
                **account.run_as(self.uid),
                cwd=self.data,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _is_ready_or_dead(self, child: subprocess.Popen) -> bool:
        if child.poll() is not None:
            return True
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and int(lines[0]) == child.pid

    def _prepare(self) -> None:
        """The role of the exchange and its database; the owner's password also proves that this is our server."""
        superuser = self.instance.secret("database-owner")
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", password=superuser, dbname="postgres", autocommit=True
        ) as connection:
            owner = sql.Identifier(OWNER)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                password = sql.Literal(self.instance.secret(f"database-{OWNER}"))
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(owner, password))
            connection.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(owner))  # for the roles of the processes
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                database = sql.Identifier(DATABASE)
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_free(port: int) -> bool:
    if not port:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
