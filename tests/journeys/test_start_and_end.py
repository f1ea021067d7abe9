"""A running portal ends by one signal and leaves nothing outside its clone; the next start has nothing to prepare."""

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from exchange.embedded import binaries, processes
from tests.journeys.portal import Portal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("portal"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc and /dev/shm"),
]
SHARED = (Path("/dev/shm"), Path("/run/lock"))  # noqa: S108
PREPARING = "Preparing tables"


def modes(portal: Portal) -> dict[Path, int]:
    """Modes of the clone, of everything above it, and of the packages."""
    packages = binaries._site_packages() / binaries.WHEEL
    places = (portal.clone, *portal.clone.parents, *(portal.clone / part for part in ("exchange", "manage.py")))
    return {place: place.stat().st_mode for place in (*places, packages, *packages.parents)}


def traces(portal: Portal) -> dict[str, list]:
    """What of the portal is outside its clone and its state: processes, sockets, files."""
    uid = portal.server.uid
    ours = {os.geteuid()} if uid is None else {uid}
    outside = [
        path
        for folder in (Path("/tmp"), Path("/var/tmp"), *SHARED)  # noqa: S108
        if folder.is_dir()
        for path in folder.iterdir()
        if uid is not None and path.lstat().st_uid in ours and path not in (portal.home, portal.server.place)
    ]
    return {
        "processes": [processes.command_of(pid) for pid in portal.all_pids()],
        "of its user": [] if uid is None else [pid for pid in _pids() if _owner(pid) == uid],
        "listening": [port for port in (portal.port, portal.server.port) if _answers(port)],
        "temporary files": list(portal.scratch.iterdir()),
        "files outside": outside,
    }


NOTHING = {"processes": [], "of its user": [], "listening": [], "temporary files": [], "files outside": []}


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def _owner(pid: int) -> int:
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return -1


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_one_signal_ends_everything_and_the_next_start_prepares_nothing(portal, number):
    before, said = modes(portal), portal.said().count(PREPARING)
    assert len(traces(portal)["listening"]) == 2

    status = portal.end(number)
    left = traces(portal)
    portal.start()
    portal.wait()

    assert status == 0
    assert left == NOTHING
    assert modes(portal) == before
    assert portal.said().count(PREPARING) == said
    assert not (portal.clone / "var").stat().st_mode & 0o022


def test_only_its_state_and_compiled_files_are_new_in_the_clone(portal):
    state = portal.clone / "var"

    made = {path for path in portal.files() - portal.copied if not path.is_relative_to(state)}

    assert {path.suffix for path in made} <= {".mo", ".pyc"}
