"""The sequencer: turns waiting entries into a published tree, signs, publishes, and turns the year.

Steps: number the entries and commit; write tiles and bundles; sign; publish by one rename; note the checkpoint.
A crash between any two of them is taken up by the next run, because each step starts from what is published.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from django.db import connection

from exchange.transparency import keys, notes, sequence
from exchange.transparency.folders import folder_of, published_years
from exchange.transparency.models import Checkpoint, Leaf
from exchange.transparency.sequence import BATCH
from exchange.transparency.tiles import CHECKPOINT, WIDTH, Folder, MissingTile, Writer
from exchange.transparency.tree import EMPTY_ROOT, frontier_of, range_root

log = structlog.get_logger(__name__)

LOCK = 6962


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
    with leadership() as is_leader:
        if not is_leader:
            return Sealed(is_leader=False)
        try:
            return _seal_all()
        except LogHalted as halt:
            log.critical("log_halted", code=halt.code, **halt.facts)
            raise


@contextmanager
def leadership() -> Iterator[bool]:
    """Whether this process alone may number, sign and publish while the block runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_leader = cursor.fetchone()[0]
        try:
            yield is_leader
        finally:
            if is_leader and connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def open_year() -> int:
    """The year whose log is written now: the last one the database knows, else the present one."""
    known = [
        model.objects.order_by("-year").values_list("year", flat=True).first() or 0 for model in (Leaf, Checkpoint)
    ]
    year = max(known) or keys.this_year()
    newest = max(published_years(), default=0)
    if newest > year and max(known):
        raise LogHalted("published_tree_is_larger", published_year=newest, database_year=year)
    return max(year, newest)


def _seal_all() -> Sealed:
    year, added = open_year(), 0
    while True:
        head, count = _seal_batch(year)
        added += count
        if count == BATCH:
            continue
        if year >= keys.this_year():
            _publish_cosigned(year, head.size)
            return Sealed(head.size, added)
        closed = Checkpoint.objects.get(year=year, size=head.size)
        year = keys.this_year()
        sequence.open_year(year, closed)
        log.info("log_of_the_year_opened", year=year, closed=str(closed))


def _seal_batch(year: int) -> tuple[notes.TreeHead, int]:
    folder = folder_of(year)
    head = published_head(folder, year)
    _compare(folder, head, year)
    _note_rotation(folder, head, year)
    count = sequence.number_entries(year, BATCH)
    size = sequence.tree_size(year)
    if head is None or size > head.size or not Checkpoint.objects.filter(year=year, size=head.size).exists():
        head = _publish(folder, head, size, year)
    return head, count


def published_head(folder: Folder, year: int) -> notes.TreeHead | None:
    """The tree head this log published last, its signature checked."""
    content = folder.read(CHECKPOINT)
    if content is None:
        return None
    try:
        return notes.open_checkpoint(content.decode(), *keys.verifiers(year))
    except (UnicodeDecodeError, notes.NoteError) as error:
        raise LogHalted("published_checkpoint_unreadable", reason=str(error)) from error


def _note_rotation(folder: Folder, head: notes.TreeHead | None, year: int) -> None:
    """A checkpoint that a former key signed is the moment to log the change."""
    used = keys.signer(year).verifier
    if head is None or keys.verifier(year) != used:
        return
    _text, signatures = notes.split((folder.read(CHECKPOINT) or b"").decode())
    ids = [content[:4] for name, content in signatures if name == used.name]
    if used.key_id not in ids and not sequence.is_rotation_waiting(year, head.size):
        sequence.note_rotation(ids[0].hex(), used.key_id.hex())


def _compare(folder: Folder, head: notes.TreeHead | None, year: int) -> None:
    """Fail closed: never sign when the published tree is not the beginning of the database's."""
    noted = Checkpoint.objects.filter(year=year).order_by("-size").values_list("size", "root").first()
    if head is None:
        if noted:
            raise LogHalted("published_files_missing", noted=noted[0])
        return
    size = sequence.tree_size(year)
    if head.size > size:
        raise LogHalted("published_tree_is_larger", published=head.size, database=size)
    if noted and noted[0] > head.size:
        raise LogHalted("published_tree_is_older", published=head.size, noted=noted[0])
    try:
        _compare_roots(folder, head, year, *(noted or (0, EMPTY_ROOT.hex())))
    except MissingTile as missing:
        raise LogHalted("published_tile_missing", tile=str(missing)) from missing


def _compare_roots(folder: Folder, head: notes.TreeHead, year: int, noted_size: int, noted_root: str) -> None:
    complete = folder.complete(head.size)
    if range_root(0, head.size, complete) != head.root:
        raise LogHalted("tiles_do_not_give_the_root", size=head.size)
    if range_root(0, noted_size, complete).hex() != noted_root:
        raise LogHalted("roots_disagree", size=noted_size)
    start = min(noted_size, head.size // WIDTH * WIDTH)
    tail = Leaf.objects.filter(year=year, index__gte=start, index__lt=head.size).order_by("index")
    for index, hashed in tail.values_list("index", "leaf_hash").iterator():
        if complete(0, index).hex() != hashed:
            raise LogHalted("leaves_disagree", index=index)


def _publish(folder: Folder, head: notes.TreeHead | None, size: int, year: int) -> notes.TreeHead:
    """Write, sign and publish the tree of `size`, then note it in the database."""
    old = head.size if head else 0
    writer = _write(folder, old, size, year)
    new = notes.TreeHead(keys.origin_of(year), size, range_root(0, size, folder.complete(size)))
    if head is None or size > old:
        note = keys.signer(year).sign(new.text)
        folder.write(CHECKPOINT, note.encode())
    else:
        note = (folder.read(CHECKPOINT) or b"").decode()
    sequence.note_checkpoint(year, new, notes.own_part(note, keys.verifiers(year)))
    writer.clean()
    return new


def _publish_cosigned(year: int, size: int) -> None:
    """Add to the published checkpoint what witnesses have said about it since."""
    checkpoint = Checkpoint.objects.filter(year=year, size=size).prefetch_related("cosignatures").first()
    folder = folder_of(year)
    if checkpoint and folder.read(CHECKPOINT) != checkpoint.cosigned.encode():
        folder.write(CHECKPOINT, checkpoint.cosigned.encode())


def _write(folder: Folder, old: int, size: int, year: int) -> Writer:
    """Extend the tiles from the published size and prove that the old root is kept."""
    start = old // WIDTH * WIDTH
    edge = frontier_of(old, folder.complete(old))
    writer = Writer(folder, start)
    for index, entry, hashed in sequence.leaves(year, start, size):
        put(writer, index, entry, hashed)
        if index >= old:
            edge.append(bytes.fromhex(hashed))
    if writer.size != size:
        raise LogHalted("leaf_missing", index=writer.size)
    writer.finish()
    if range_root(0, size, folder.complete(size)) != edge.root():
        raise LogHalted("tiles_do_not_give_the_root", size=size)
    return writer


def put(writer: Writer, index: int, entry: bytes, hashed: str) -> None:
    """Add a leaf to the files, at its place and with its hash."""
    if index != writer.size:
        raise LogHalted("leaf_missing", index=writer.size)
    if writer.add(entry).hex() != hashed:
        raise LogHalted("leaf_changed", index=index)
