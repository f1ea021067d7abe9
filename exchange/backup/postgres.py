"""pg_dump and pg_restore, with an address of our own and nothing of our environment."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings

from exchange.backup.manifest import BackupProblem


def dump(database: dict[str, Any], target: Path, *, snapshot: str) -> None:
    """The whole database as the given snapshot shows it, in pg_dump's own compressed format."""
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
    _run("pg_dump", database, *options)


def restore(database: dict[str, Any], source: Path) -> None:
    """All of a dump into an empty database, or nothing."""
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", database, *options, f"--dbname={database['NAME']}", str(source))


def _run(program: str, database: dict[str, Any], *options: str) -> None:
    environment = {
        "PATH": os.defpath,
        "PGHOST": database["HOST"],
        "PGPORT": str(database["PORT"] or 5432),
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
        **{f"PG{name.upper()}": value for name, value in database["OPTIONS"].items() if name.startswith("ssl")},
    }
    done = subprocess.run(  # noqa: S603
        [_path_of(program), *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BackupProblem(f"{program} failed: {reason}")


def _path_of(program: str) -> str:
    folder = settings.POSTGRES_PROGRAMS
    found = shutil.which(program, path=folder or None)
    if not found:
        raise BackupProblem(
            f"{program} is not installed. Install the client programs of your PostgreSQL, or name their folder in "
            "POSTGRES_PROGRAMS."
        )
    return found
