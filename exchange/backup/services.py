"""Taking a backup, whole or not at all; restoring it into an empty instance, whole or not at all."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string
from psycopg import sql

from exchange.backup import packing, postgres
from exchange.backup.manifest import (
    BackupProblem,
    Manifest,
    check_keys,
    check_parts,
    digest_of,
    fingerprint,
)
from exchange.common.clock import now
from exchange.transparency import hold
from exchange.transparency.sealer import LOCK
from exchange.transparency.services import record_system

log = structlog.get_logger(__name__)
DATABASE, FILES, LOG = "database.dump", "files.tar", "log.tar"
STORED = re.compile(r"[a-z_]+/[0-9a-f]{2}/[0-9a-f]{32}\Z")  # names StoredFile.path makes
ON_THE_WAY = "incoming"  # uploads that are not complete yet
COUNTED = ("exchange_entry", "exchange_leaf", "exchange_storedfile", "transactions_journal", "transactions_posting")
NEEDED_KEYS = ("FIELD_ENCRYPTION_KEY",)
SECRETS = (
    *("SECRET_KEY", "LINK_SIGNING_KEY", "FIELD_ENCRYPTION_KEY", "BANK_WEBHOOK_SECRET"),
    *("LOG_SIGNING_KEY", "LOG_PROMISE_KEY"),
)
SHORTEST_SECRET = 16
FAULTS_TOLD = 3


@dataclass(frozen=True)
class Operator:
    """Who takes and restores backups, as the log names them."""

    label: str = "system:backup"
    acting_for: str = ""


def take(place: Path) -> Path:
    """Save database, stored files and log into a new folder below `place`, and note it in the log."""
    folder = place / f"exchange-{now():%Y%m%dT%H%M%SZ}"
    draft = place / f".{folder.name}.part"
    if folder.exists():
        raise BackupProblem(f"{folder} exists already.")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    try:
        manifest = _fill(draft)
        digest = manifest.write(draft)
        _sync(draft)
        draft.rename(folder)
        _sync(place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _note("backup.take", digest, manifest)
    return folder


def _fill(draft: Path) -> Manifest:
    """Log before database before files: what the database knows is then always among the files."""
    secrets = known_secrets()
    with _quiet_log():
        log_root = Path(settings.LOG_ROOT)
        log_part = packing.pack(log_root, packing.files_below(log_root), draft / LOG, secrets)
    database = backup_database()
    with psycopg.connect(**_login(database)) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        moment = _one(reader.execute("SELECT pg_export_snapshot()"))
        postgres.dump(database, draft / DATABASE, snapshot=moment)
        rows = {table: _count(reader, table) for table in COUNTED}
        migrations = dict(reader.execute("SELECT app, max(name) FROM django_migrations GROUP BY app").fetchall())
    root = Path(settings.MEDIA_ROOT)
    known, strange = _sorted_out(packing.files_below(root))
    files_part = packing.pack(root, known, draft / FILES, secrets)
    return Manifest(
        made_at=now().isoformat(),
        parts=[packing.describe(draft / DATABASE), files_part, log_part],
        migrations=migrations,
        rows=rows,
        keys={name: fingerprint(getattr(settings, name)) for name in NEEDED_KEYS},
        strange=strange,
    )


@contextmanager
def _quiet_log() -> Iterator[None]:
    """While the published files are copied the sequencer waits: it sees that another process leads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _sorted_out(names: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Stored files, and names nobody gave; uploads on their way are neither."""
    known, strange = [], []
    for name in names:
        if STORED.match(name.as_posix()):
            known.append(name)
        elif name.parts[0] != ON_THE_WAY:
            strange.append(name.as_posix())
    return known, strange


def known_secrets() -> list[bytes]:
    """Secrets this process holds; none of them may lie in what is saved."""
    held = [str(getattr(settings, name, "")) for name in SECRETS]
    held += [str(connection.settings_dict["PASSWORD"]), str(backup_database()["PASSWORD"])]
    return [secret.encode() for secret in held if len(secret) >= SHORTEST_SECRET]


def backup_database() -> dict[str, Any]:
    """The database as the role `backup` sees it, or as this process does."""
    return settings.BACKUP_DATABASE or connection.settings_dict


def _login(database: dict[str, Any]) -> dict[str, Any]:
    options = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
    return options | {
        "host": database["HOST"],
        "port": database["PORT"] or None,
        "user": database["USER"],
        "password": database["PASSWORD"],
        "dbname": database["NAME"],
    }


def _one(cursor: psycopg.Cursor) -> Any:
    return (cursor.fetchone() or (None,))[0]


def _count(session: psycopg.Connection, table: str) -> int:
    return _one(session.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _note(kind: str, digest: str, manifest: Manifest) -> None:
    data = {"manifest": digest, "made_at": manifest.made_at, "rows": manifest.rows}
    record_system(kind, about="backup", actor=Operator(), data=data)
    log.info(kind.replace(".", "_"), manifest=digest)


def restore(folder: Path, *, published: Path | None = None, keep: bool = False) -> list[str]:
    """Put a backup into this empty instance; the log stays closed. Returns what does not hold, in sentences.

    What does not hold is taken out again, and the instance is as empty as before, unless it shall be kept to look into.
    `published` is what the log published up to the end, from a mirror or the surviving folder; else the backup's copy.
    """
    manifest = Manifest.read(folder)
    check_parts(folder, manifest)
    check_keys(manifest, {name: getattr(settings, name) for name in NEEDED_KEYS})
    _refuse_an_instance_in_use(published)
    _refuse_a_newer_release(manifest)
    hold.put({"manifest": digest_of(folder), "made_at": manifest.made_at, "restored_at": now().isoformat()})
    filled = _put_everything(folder, published)
    try:
        faults = [*_missing_rows(manifest), *_broken_promises()]
    except BaseException:
        _take_out(filled)
        raise
    if faults and not keep:
        _take_out(filled)
        raise BackupProblem(_refusal(faults))
    return faults


def _refusal(faults: list[str]) -> str:
    told = "; ".join(faults[:FAULTS_TOLD])
    more = f"; and {len(faults) - FAULTS_TOLD} more" if len(faults) > FAULTS_TOLD else ""
    return (
        f"What the backup holds is not what the exchange wrote: {told}{more}. Everything was taken out again. Take an "
        "older backup; to look into this one restore it with --keep, apart from the exchange."
    )


def _take_out(filled: list[Path]) -> None:
    """The instance is empty again: no table, no file, no note of a restore."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
    for folder in filled:
        shutil.rmtree(folder, ignore_errors=True)
    hold.take_away()


def _put_everything(folder: Path, published: Path | None) -> list[Path]:
    """Files, log and database; the folders that were filled."""
    media, log_root = Path(settings.MEDIA_ROOT), Path(settings.LOG_ROOT)
    targets = [media] if published and published.resolve() == log_root.resolve() else [media, log_root]
    try:
        packing.unpack(folder / FILES, packing.draft_of(media))
        if published is None:
            packing.unpack(folder / LOG, packing.draft_of(log_root))
        elif log_root in targets:
            _copy(published, packing.draft_of(log_root))
        postgres.restore(connection.settings_dict, folder / DATABASE)
    except BaseException:
        for target in targets:
            shutil.rmtree(packing.draft_of(target), ignore_errors=True)
        hold.take_away()
        raise
    for target in targets:
        packing.put_in_place(packing.draft_of(target), target)
    return targets


def _copy(source: Path, draft: Path) -> None:
    shutil.rmtree(draft, ignore_errors=True)
    try:
        shutil.copytree(source, draft)
    except OSError as error:
        raise BackupProblem(f"The published files in {source} cannot be copied: {error}.") from error


def _refuse_an_instance_in_use(published: Path | None) -> None:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if tables:
        raise BackupProblem(
            f"The database {connection.settings_dict['NAME']} holds {len(tables)} tables. A restore goes into an empty "
            "database only: make a new one."
        )
    log_root = Path(settings.LOG_ROOT)
    for root in (Path(settings.MEDIA_ROOT), log_root):
        kept_in_place = root == log_root and published is not None and published.resolve() == log_root.resolve()
        if not kept_in_place and not packing.is_empty(root):
            raise BackupProblem(f"{root} holds files. A restore overwrites nothing: name an empty STATE_DIR.")


def _refuse_a_newer_release(manifest: Manifest) -> None:
    known = set(MigrationLoader(None).graph.nodes)
    for app, name in manifest.migrations.items():
        if (app, name) not in known:
            raise BackupProblem(
                f"The backup was made by a newer release: it knows {app}.{name}. Install that release first."
            )


def _missing_rows(manifest: Manifest) -> list[str]:
    """Tables that do not hold as many rows as were saved."""
    found = []
    with connection.cursor() as cursor:
        for table, wanted in manifest.rows.items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of ours
            (count,) = cursor.fetchone()
            if count != wanted:
                found.append(f"{table}: {wanted} rows were saved, {count} are there.")
    return found


def _broken_promises() -> list[str]:
    """What the rooms check after a restore: settings.RESTORE_CHECKS."""
    return [str(problem) for name in settings.RESTORE_CHECKS for problem in import_string(name)()]
