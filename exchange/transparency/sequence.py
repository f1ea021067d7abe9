"""Every write the sequencer makes to tables of the log; its database role needs the rights of these and no others.

exchange_pending: SELECT, INSERT (by trigger), DELETE · exchange_entry, exchange_leaf, exchange_checkpoint: SELECT,
INSERT · exchange_cosignature: SELECT · exchange_systemsubject: SELECT, INSERT, UPDATE (to lock the row).
"""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from exchange.common.ids import random_ref
from exchange.transparency.models import CONTINUE, Checkpoint, Entry, Leaf, Pending, subject_label
from exchange.transparency.notes import TreeHead
from exchange.transparency.services import Machine, record_system
from exchange.transparency.tree import leaf_hash

BATCH = 2000
SEQUENCER = Machine("system:sequencer")
NUMBER_ENTRIES = """
WITH batch AS (
    DELETE FROM exchange_pending WHERE id IN (SELECT id FROM exchange_pending ORDER BY id LIMIT %s)
    RETURNING id, entry_id
)
INSERT INTO exchange_leaf (year, index, entry_id, leaf_hash)
SELECT %s, %s + row_number() OVER (ORDER BY batch.id) - 1, entry.id, entry.leaf_hash
FROM batch JOIN exchange_entry entry ON entry.id = batch.entry_id
"""


def tree_size(year: int) -> int:
    """Leaves of a year in the database."""
    last = Leaf.objects.filter(year=year).order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def leaves(year: int, start: int, end: int) -> Iterator[tuple[int, bytes, str]]:
    """Index, public leaf and hash of the numbered entries, streamed in order."""
    rows = Leaf.objects.filter(year=year, index__gte=start, index__lt=end).order_by("index")
    for index, entry, hashed in rows.values_list("index", "entry__leaf", "leaf_hash").iterator(chunk_size=BATCH):
        yield index, bytes(entry), hashed


@transaction.atomic
def number_entries(year: int, batch: int) -> int:
    """Give waiting entries their places, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBER_ENTRIES, [batch, year, tree_size(year)])
        return cursor.rowcount


def note_checkpoint(year: int, head: TreeHead, note: str) -> Checkpoint:
    """Keep a published checkpoint; a second time it is found."""
    found, _made = Checkpoint.objects.get_or_create(
        year=year, size=head.size, defaults={"root": head.root.hex(), "note": note}
    )
    return found


@transaction.atomic
def open_year(year: int, last: Checkpoint) -> None:
    """Begin the log of a year: its leaf 0 is the last checkpoint of the log before, byte for byte."""
    content = last.note.encode()
    hashed = leaf_hash(content).hex()
    entry = Entry.objects.create(
        kind=CONTINUE,
        subject=subject_label(last),
        object_ref=random_ref(),
        number=1,
        salt=b"",
        record=b"",
        leaf=content,
        leaf_hash=hashed,
        actor=SEQUENCER.label,
    )
    Leaf.objects.create(year=year, index=0, entry=entry, leaf_hash=hashed)


def is_rotation_waiting(year: int, size: int) -> bool:
    """Whether a change of the key is logged but not yet part of the published tree."""
    waits = Q(pending__isnull=False) | Q(sequenced__year=year, sequenced__index__gte=size)
    return Entry.objects.filter(waits, kind="log.rotate_key").exists()


def note_rotation(former: str, used: str) -> None:
    """Log that another key signs from now on."""
    record_system("log.rotate_key", about="log", actor=SEQUENCER, data={"from": former, "to": used})


@transaction.atomic
def take_back(year: int, index: int, content: bytes) -> str:
    """Put a published leaf back into a database that does not have it: the entry itself where it waits, else its leaf.

    Returns what kind of event it is. Salt and record of a lost entry cannot come back; whoever holds the opening can
    still show them.
    """
    hashed = leaf_hash(content).hex()
    entry = Entry.objects.filter(leaf_hash=hashed).first() or _entry_of(content, hashed)
    Pending.objects.filter(entry=entry).delete()
    Leaf.objects.create(year=year, index=index, entry=entry, leaf_hash=hashed)
    return entry.kind


def _entry_of(content: bytes, hashed: str) -> Entry:
    facts: dict[str, Any] = {"t": CONTINUE, "o": random_ref(), "n": 1, "p": "", "ts": timezone.now().isoformat()}
    if content.startswith(b"{"):
        facts = json.loads(content)
    return Entry.objects.create(
        kind=facts["t"],
        subject="",
        object_ref=facts["o"],
        number=facts["n"],
        previous=facts["p"],
        salt=b"",
        record=b"",
        leaf=content,
        leaf_hash=hashed,
        actor="",
        made_at=dt.datetime.fromisoformat(facts["ts"]),
    )
