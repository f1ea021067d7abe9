"""Making an empty cluster. `initdb` insists that its user stands in the list of users, the server itself does not."""

import os
import pwd
import shutil
import subprocess
import sysconfig
from pathlib import Path

from exchange.embedded.account import hand_over, has_entry, run_as
from exchange.embedded.problems import EmbeddedProblem

NAME_FOR_NOBODY = """
#include <pwd.h>
struct passwd *getpwuid(uid_t uid) {
  static struct passwd entry = {.pw_name = "exchange", .pw_passwd = "", .pw_dir = "/", .pw_shell = ""};
  entry.pw_uid = entry.pw_gid = uid;
  return &entry;
}
"""


def make_cluster(folder: Path, programs: Path, uid: int | None, password: str) -> None:
    """Fill the folder; only the server's user can read it, and its owner role has the given password."""
    maker, extra = _maker(folder, uid)
    note = folder.with_name(folder.name + ".password")
    note.touch(mode=0o600)
    note.write_text(password, encoding="ascii")
    if maker is not None:
        hand_over(folder, maker)
        hand_over(note, maker)
    try:
        _run_initdb(folder, programs, note, run_as(maker, **extra))
    finally:
        note.unlink()
    if uid is not None:
        hand_over(folder, uid)


def _maker(folder: Path, uid: int | None) -> tuple[int | None, dict[str, str]]:
    """Who runs initdb: ourselves, or for a moment `nobody` when we are root; and what its environment needs."""
    if uid is not None:
        return pwd.getpwnam("nobody").pw_uid, {}
    if has_entry(os.geteuid()):
        return None, {}
    return None, {"LD_PRELOAD": str(_shim(folder.parent))}


def _shim(place: Path) -> Path:
    """A library that lends our user number a name, for a user the machine has no entry for."""
    library = place / "name-for-nobody.so"
    compiler = shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0]) or shutil.which("cc")
    if compiler is None:
        raise EmbeddedProblem(
            f"User {os.geteuid()} has no entry in /etc/passwd and no C compiler is installed, so the embedded "
            "PostgreSQL cannot be made: add the entry, install gcc, or set DATABASE_URL."
        )
    command = [compiler, "-shared", "-fPIC", "-x", "c", "-o", str(library), "-"]
    subprocess.run(command, input=NAME_FOR_NOBODY, text=True, check=True)  # noqa: S603
    return library


def _run_initdb(folder: Path, programs: Path, password: Path, run: dict) -> None:
    command = [
        str(programs / "initdb"),
        f"--pgdata={folder}",
        "--username=postgres",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-instructions",
        "--no-sync",
    ]
    made = subprocess.run(command, **run, capture_output=True, text=True, check=False, cwd=folder)  # noqa: S603
    if made.returncode:
        reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EmbeddedProblem(f"The database could not be made in {folder}: {reason}")
