"""Opening the log after a restore: it signs again only as the continuation of what was published."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from exchange.backup.manifest import BackupProblem
from exchange.transparency import audit, hold, keys, notes, sequence
from exchange.transparency.folders import folder_of
from exchange.transparency.sealer import LogHalted, published_head
from exchange.transparency.services import Acting, record_system
from exchange.transparency.tiles import MissingTile
from exchange.transparency.tree import range_root


def open_log(checkpoint: str, *, actor: Acting) -> int:
    """Prove that files and database hold the tree of the last known checkpoint, note the restore, let it sign again.

    `checkpoint` comes from outside: a mirror, a witness, a receipt. Returns the size of the tree.
    """
    closed = hold.facts()
    if closed is None:
        raise BackupProblem("The log is open: nothing was restored here.")
    head, year = _read(checkpoint)
    try:
        published = published_head(folder_of(year), year)
    except LogHalted as halt:
        raise BackupProblem(f"The published files cannot be read: {halt}.") from halt
    _contains(published, head, year)
    _database_holds(published, year)
    with transaction.atomic():
        data = {**closed, "shown": {"size": head.size, "root": head.root.hex()}}
        record_system("backup.restore", about="backup", actor=actor, data=data)
    hold.take_away()
    return head.size


def _read(checkpoint: str) -> tuple[notes.TreeHead, int]:
    origin = checkpoint.split("\n", 1)[0]
    year = keys.year_of(origin)
    if year is None:
        raise BackupProblem(f"This is no checkpoint of {settings.LOG_ORIGIN}, but of {origin[:80]!r}.")
    try:
        return notes.open_checkpoint(checkpoint, *keys.verifiers(year)), year
    except notes.NoteError as error:
        raise BackupProblem(f"The checkpoint is not signed by this log: {error}.") from error


def _contains(published: notes.TreeHead | None, head: notes.TreeHead, year: int) -> None:
    """The files of the log hold the tree of the checkpoint from outside."""
    size = published.size if published else 0
    if published is None or size < head.size:
        raise BackupProblem(
            f"{head.size} entries were published, the files below {settings.LOG_ROOT} hold {size}. Copy the newest "
            "published files there from a mirror, then run rehydrate_log and this command again."
        )
    try:
        root = range_root(0, head.size, folder_of(year).complete(size))
    except MissingTile as missing:
        raise BackupProblem(f"A file of the log is missing: {missing}.") from missing
    if root != head.root:
        raise BackupProblem("The files of the log hold another history than the checkpoint. Nothing was opened.")


def _database_holds(published: notes.TreeHead | None, year: int) -> None:
    size = sequence.tree_size(year)
    if published is not None and size < published.size:
        raise BackupProblem(
            f"{published.size} entries were published, the database holds {size}. Run rehydrate_log, then this again."
        )
    report = audit.audit(Path(settings.LOG_ROOT))
    if report.faults:
        raise BackupProblem(f"The log does not hold: {'; '.join(map(str, report.faults[:3]))}.")
