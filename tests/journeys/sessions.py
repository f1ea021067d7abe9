"""Which process of a portal holds which session of its database: found by the port a connection goes out from."""

import contextlib
import re
from pathlib import Path

from tests.journeys.portal import Portal

PARTS = ("web", "web-worker", "worker", "sequencer")
SESSIONS = "SELECT client_port, usename FROM pg_stat_activity WHERE backend_type = 'client backend' AND client_port > 0"


def roles_in_use(portal: Portal) -> set[tuple[str, str]]:
    """Part of the portal and role of the database, for every session open now."""
    with portal.database() as database:
        roles = dict(database.execute(SESSIONS).fetchall())
    ports = _ports_by_socket()
    return {
        (part.removesuffix("-worker") if part == "web-worker" else part, roles[ports[socket]])
        for part in PARTS
        for pid in portal.pids(part)
        for socket in _sockets(pid)
        if ports.get(socket) in roles
    }


def _ports_by_socket() -> dict[str, int]:
    """Number of a socket of this machine and the local port of its connection."""
    lines = Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
    return {fields[9]: int(fields[1].rpartition(":")[2], 16) for fields in map(str.split, lines)}


def _sockets(pid: int) -> list[str]:
    found = []
    with contextlib.suppress(OSError):  # it ended in between
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found += re.findall(r"socket:\[(\d+)\]", str(handle.readlink()))
    return found


def addresses_told(pid: int) -> dict[str, str]:
    """The addresses of databases in the environment a process was started with."""
    entries = Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "replace").split("\0")
    pairs = (entry.partition("=") for entry in entries)
    return {name: value for name, _is, value in pairs if name.endswith("DATABASE_URL")}
