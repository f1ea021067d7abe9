"""As root PostgreSQL runs under an unused numeric user id, in a folder that user can reach without any mode changed."""

import os
import pwd
import random
import stat
import subprocess
from pathlib import Path

from exchange.embedded.instance import Instance
from exchange.embedded.problems import EmbeddedProblem

FREE_RANGE = range(45_000, 59_000)  # below 65536: a container may map no more


def server_uid(instance: Instance) -> int | None:
    """The user id the server runs under: None (ourselves) unless we are root."""
    if os.geteuid() != 0:
        return None
    uid = instance.facts.get("uid")
    if uid is None or has_entry(uid):
        uid = _unused_uid()
        instance.remember(uid=uid)
    return uid


def server_place(instance: Instance, uid: int | None) -> Path:
    """The folder of the server's files: in the clone, or outside when the server's user cannot reach the clone."""
    if uid is None:
        return instance.folder
    remembered = instance.facts.get("place")
    if remembered and Path(remembered).is_dir():
        return Path(remembered)
    place = _choose_place(instance)
    place.mkdir(exist_ok=True)
    place.chmod(0o711)  # mkdir's own mode would be cut by the umask; the server's user has to walk in
    instance.remember(place=str(place))
    return place


def is_reachable(folder: Path) -> bool:
    """Whether a user who owns nothing can walk into the folder."""
    return all(_open_to_others(part, stat.S_IXOTH) for part in (folder, *folder.parents))


def _choose_place(instance: Instance) -> Path:
    if is_reachable(instance.folder) and not _in_a_home(instance.folder):
        return instance.folder
    for parent in (Path("/var/lib"), Path("/var/tmp"), Path("/tmp")):  # noqa: S108 - the name below is random
        if is_reachable(parent) and os.access(parent, os.W_OK):
            return parent / f"data-exchange-{instance.identity}"
    raise EmbeddedProblem(
        "No folder outside the home folders can hold the database: make /var/lib writable, or set DATABASE_URL."
    )


def _open_to_others(path: Path, bit: int) -> bool:
    return bool(path.stat().st_mode & bit)


def _in_a_home(folder: Path) -> bool:
    homes = {Path(entry.pw_dir) for entry in pwd.getpwall() if entry.pw_uid == 0 or entry.pw_uid >= 1000}
    return any(folder.is_relative_to(home) for home in homes | {Path("/home"), Path("/root")} if home != Path("/"))


def has_entry(uid: int) -> bool:
    """Whether the machine's list of users knows this number."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _running_uids() -> set[int]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            found.add(entry.stat().st_uid)
        except OSError:  # it ended in between
            continue
    return found


def _unused_uid() -> int:
    running = _running_uids()
    for uid in random.sample(FREE_RANGE, len(FREE_RANGE)):
        if uid not in running and not has_entry(uid):
            return uid
    raise EmbeddedProblem("No unused user id is left for the database: set DATABASE_URL to a server of your own.")


def hand_over(folder: Path, uid: int) -> None:
    """Give a folder and all in it to the server's user."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, uid, follow_symlinks=False)


def run_as(uid: int | None, **environment: str) -> dict:
    """Arguments of subprocess for a program of the server's user: bare environment, private files."""
    arguments: dict = {
        "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", **environment},
        "umask": 0o077,
        "stdin": subprocess.DEVNULL,
    }
    if uid is not None and uid != os.geteuid():
        arguments |= {"user": uid, "group": uid, "extra_groups": []}
    return arguments
