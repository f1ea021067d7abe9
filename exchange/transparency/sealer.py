"""The sequencer: gives waiting entries their place in the tree, writes the tiles, signs, publishes.

Steps: number the entries and commit; write tiles and bundles; sign; publish by one rename; note the checkpoint.
A crash between any two of them is taken up by the next run, because each step starts from what is published.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.db import connection, transaction

from exchange.transparency import keys, notes
from exchange.transparency.models import Checkpoint, Leaf
from exchange.transparency.tiles import CHECKPOINT, WIDTH, Folder, MissingTile, Writer
from exchange.transparency.tree import EMPTY_ROOT, frontier_of, range_root

log = structlog.get_logger(__name__)

LOCK = 6962
BATCH = 2000
NUMBER_ENTRIES = """
WITH batch AS (
    DELETE FROM exchange_pending WHERE id IN (SELECT id FROM exchange_pending ORDER BY id LIMIT %s)
    RETURNING id, entry_id
)
INSERT INTO exchange_leaf (index, entry_id, leaf_hash)
SELECT %s + row_number() OVER (ORDER BY batch.id) - 1, entry.id, entry.leaf_hash
FROM batch JOIN exchange_entry entry ON entry.id = batch.entry_id
"""


class LogHalted(Exception):
    """The log refuses to sign: what is published and what the database holds do not fit together."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}")
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Sealed:
    """Result of one run: size of the published tree, entries added; not leader when another process seals."""

    size: int = 0
    added: int = 0
    is_leader: bool = True


def seal() -> Sealed:
    """Publish every waiting entry. One process at a time; a second one returns at once."""
    with _leadership() as is_leader:
        if not is_leader:
            return Sealed(is_leader=False)
        try:
            return _seal_all()
        except LogHalted as halt:
            log.critical("log_halted", code=halt.code, **halt.facts)
            raise


@contextmanager
def _leadership() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_leader = cursor.fetchone()[0]
        try:
            yield is_leader
        finally:
            if is_leader and connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _seal_all() -> Sealed:
    folder = Folder(Path(settings.LOG_ROOT))
    added = 0
    while True:
        head = published_head(folder)
        _compare(folder, head)
        count = _number_entries()
        size = tree_size()
        if head is None or size > head.size or not Checkpoint.objects.filter(size=head.size).exists():
            head = _publish(folder, head, size)
        added += count
        if count < BATCH:
            return Sealed(head.size, added)


def published_head(folder: Folder) -> notes.TreeHead | None:
    """The tree head this log published last, its signature checked."""
    content = folder.read(CHECKPOINT)
    if content is None:
        return None
    try:
        return notes.open_checkpoint(content.decode(), keys.verifier())
    except (UnicodeDecodeError, notes.NoteError) as error:
        raise LogHalted("published_checkpoint_unreadable", reason=str(error)) from error


def tree_size() -> int:
    """Leaves in the database."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def _compare(folder: Folder, head: notes.TreeHead | None) -> None:
    """Fail closed: never sign when the published tree is not the beginning of the database's."""
    noted = Checkpoint.objects.order_by("-size").values_list("size", "root").first()
    if head is None:
        if noted:
            raise LogHalted("published_files_missing", noted=noted[0])
        return
    size = tree_size()
    if head.size > size:
        raise LogHalted("published_tree_is_larger", published=head.size, database=size)
    if noted and noted[0] > head.size:
        raise LogHalted("published_tree_is_older", published=head.size, noted=noted[0])
    try:
        _compare_roots(folder, head, *(noted or (0, EMPTY_ROOT.hex())))
    except MissingTile as missing:
        raise LogHalted("published_tile_missing", tile=str(missing)) from missing


def _compare_roots(folder: Folder, head: notes.TreeHead, noted_size: int, noted_root: str) -> None:
    complete = folder.complete(head.size)
    if range_root(0, head.size, complete) != head.root:
        raise LogHalted("tiles_do_not_give_the_root", size=head.size)
    if range_root(0, noted_size, complete).hex() != noted_root:
        raise LogHalted("roots_disagree", size=noted_size)
    start = min(noted_size, head.size // WIDTH * WIDTH)
    tail = Leaf.objects.filter(index__gte=start, index__lt=head.size).order_by("index")
    for index, hashed in tail.values_list("index", "leaf_hash").iterator():
        if complete(0, index).hex() != hashed:
            raise LogHalted("leaves_disagree", index=index)


@transaction.atomic
def _number_entries() -> int:
    with connection.cursor() as cursor:
        cursor.execute(NUMBER_ENTRIES, [BATCH, tree_size()])
        return cursor.rowcount


def _publish(folder: Folder, head: notes.TreeHead | None, size: int) -> notes.TreeHead:
    """Write, sign and publish the tree of `size`, then note it in the database."""
    old = head.size if head else 0
    writer = _write(folder, old, size)
    new = notes.TreeHead(settings.LOG_ORIGIN, size, range_root(0, size, folder.complete(size)))
    if head is None or size > old:
        note = keys.signer().sign(new.text)
        folder.write(CHECKPOINT, note.encode())
    else:
        note = (folder.read(CHECKPOINT) or b"").decode()
    Checkpoint.objects.get_or_create(size=size, defaults={"root": new.root.hex(), "note": note})
    writer.clean()
    return new


def _write(folder: Folder, old: int, size: int) -> Writer:
    """Extend the tiles from the published size and prove that the old root is kept."""
    start = old // WIDTH * WIDTH
    edge = frontier_of(old, folder.complete(old))
    writer = Writer(folder, start)
    for index, entry, hashed in leaves(start, size):
        _add(writer, index, entry, hashed)
        if index >= old:
            edge.append(bytes.fromhex(hashed))
    if writer.size != size:
        raise LogHalted("leaf_missing", index=writer.size)
    writer.finish()
    if range_root(0, size, folder.complete(size)) != edge.root():
        raise LogHalted("tiles_do_not_give_the_root", size=size)
    return writer


def _add(writer: Writer, index: int, entry: bytes, hashed: str) -> None:
    if index != writer.size:
        raise LogHalted("leaf_missing", index=writer.size)
    if writer.add(entry).hex() != hashed:
        raise LogHalted("leaf_changed", index=index)


def rebuild() -> int:
    """Write all files anew from the database, up to the last noted checkpoint; for a lost log folder only."""
    with _leadership() as is_leader:
        noted = Checkpoint.objects.order_by("-size").first()
        if not is_leader or noted is None:
            return 0
        folder = Folder(Path(settings.LOG_ROOT))
        head = published_head(folder)
        if head and head.size > noted.size:
            raise LogHalted("published_tree_is_larger", published=head.size, database=noted.size)
        writer = Writer(folder, 0)
        for index, entry, hashed in leaves(0, noted.size):
            _add(writer, index, entry, hashed)
        writer.finish()
        if range_root(0, noted.size, folder.complete(noted.size)).hex() != noted.root:
            raise LogHalted("roots_disagree", size=noted.size)
        folder.write(CHECKPOINT, noted.note.encode())
        return noted.size


def leaves(start: int, end: int) -> Iterator[tuple[int, bytes, str]]:
    """Index, public leaf and hash of the numbered entries, streamed in order."""
    rows = Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index")
    for index, entry, hashed in rows.values_list("index", "entry__leaf", "leaf_hash").iterator(chunk_size=BATCH):
        yield index, bytes(entry), hashed
