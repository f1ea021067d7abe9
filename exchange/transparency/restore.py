"""Bringing files and database together again: files from the database, or leaves from the published files."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from exchange.transparency import keys, notes, sequence
from exchange.transparency.folders import folder_of, published_years
from exchange.transparency.models import Checkpoint, Entry, Leaf
from exchange.transparency.sealer import LogHalted, leadership, published_head, put
from exchange.transparency.tiles import CHECKPOINT, WIDTH, Folder, MissingTile, Writer
from exchange.transparency.tree import leaf_hash, range_root


def rebuild() -> int:
    """Write all files anew from the database, up to the last noted checkpoints; for a lost log folder only."""
    with leadership() as is_leader:
        if not is_leader:
            return 0
        years = Checkpoint.objects.order_by("year").values_list("year", flat=True).distinct()
        return sum(_rebuild_year(year) for year in years)


def _rebuild_year(year: int) -> int:
    noted = Checkpoint.objects.filter(year=year).order_by("-size").first()
    folder = folder_of(year)
    head = published_head(folder, year)
    if noted is None:
        return 0
    if head and head.size > noted.size:
        raise LogHalted("published_tree_is_larger", published=head.size, database=noted.size)
    writer = Writer(folder, 0)
    for index, entry, hashed in sequence.leaves(year, 0, noted.size):
        put(writer, index, entry, hashed)
    writer.finish()
    if range_root(0, noted.size, folder.complete(noted.size)).hex() != noted.root:
        raise LogHalted("roots_disagree", size=noted.size)
    folder.write(CHECKPOINT, noted.cosigned.encode())
    return noted.size


@dataclass
class TakenBack:
    """What a rehydration did: leaves put back, and how many of them are without their opening."""

    leaves: int = 0
    lost: Counter[str] = field(default_factory=Counter)  # kind of event: how many whose record is gone
    sizes: dict[int, int] = field(default_factory=dict)

    @property
    def lost_openings(self) -> int:
        """How many leaves came back without their opening."""
        return self.lost.total()


def rehydrate() -> TakenBack:
    """After a restore: put every published leaf the database lacks back into it, or refuse and change nothing.

    What the database still holds must be the beginning of what was published; otherwise it is another history.
    """
    with leadership() as is_leader:
        if not is_leader:
            raise LogHalted("another_process_seals")
        with transaction.atomic():
            done = TakenBack()
            for year in published_years():
                _rehydrate_year(year, done)
            return done


def _rehydrate_year(year: int, done: TakenBack) -> None:
    folder = folder_of(year)
    head = published_head(folder, year)
    if head is None:
        return
    start = sequence.tree_size(year)
    try:
        _check_beginning(folder, head, year, min(start, head.size))
        for index, content in _published(folder, head, start):
            _take_back(year, index, content, done)
    except MissingTile as missing:
        raise LogHalted("published_tile_missing", tile=str(missing)) from missing
    if start <= head.size:
        note = (folder.read(CHECKPOINT) or b"").decode()
        sequence.note_checkpoint(year, head, notes.own_part(note, keys.verifiers(year)))
    done.sizes[year] = head.size


def _check_beginning(folder: Folder, head: notes.TreeHead, year: int, size: int) -> None:
    complete = folder.complete(head.size)
    if range_root(0, head.size, complete) != head.root:
        raise LogHalted("tiles_do_not_give_the_root", size=head.size)
    rows = Leaf.objects.filter(year=year, index__lt=size).order_by("index").values_list("index", "leaf_hash")
    for index, hashed in rows.iterator(chunk_size=sequence.BATCH):
        if complete(0, index).hex() != hashed:
            raise LogHalted("leaves_disagree", index=index)


def _published(folder: Folder, head: notes.TreeHead, start: int) -> "list[tuple[int, bytes]]":
    """The published leaves from a place on, each compared with the tree."""
    complete = folder.complete(head.size)
    found = []
    for number in range(start // WIDTH, (head.size + WIDTH - 1) // WIDTH):
        first = number * WIDTH
        for offset, content in enumerate(folder.entries(number, min(WIDTH, head.size - first))):
            index = first + offset
            if index < start:
                continue
            if leaf_hash(content) != complete(0, index):
                raise LogHalted("tile_differs_from_entries", index=index)
            found.append((index, content))
    return found


def _take_back(year: int, index: int, content: bytes, done: TakenBack) -> None:
    known = Entry.objects.filter(leaf_hash=leaf_hash(content).hex()).exists()
    try:
        with transaction.atomic():
            kind = sequence.take_back(year, index, content)
    except IntegrityError as error:
        raise LogHalted("continued_after_restore", index=index) from error
    done.leaves += 1
    if not known:
        done.lost[kind] += 1
