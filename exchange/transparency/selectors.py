"""Reading the log: entries of a record, proofs, openings, public figures."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from exchange.common import clock
from exchange.transparency import kinds
from exchange.transparency.folders import folder_of
from exchange.transparency.keys import origin_of, this_year, verifier
from exchange.transparency.models import Checkpoint, Entry, Leaf, Pending, subject_label
from exchange.transparency.notes import Proof, TreeHead, split
from exchange.transparency.promises import promise
from exchange.transparency.tiles import MissingTile
from exchange.transparency.tree import Complete, inclusion_proof


def entries_of(subject: models.Model) -> models.QuerySet[Entry]:
    """Every entry about a record, oldest first, with its place in the tree if it has one."""
    return entries_about(subject_label(subject))


def entries_about(label: str) -> models.QuerySet[Entry]:
    """The same by the record's name in the log."""
    return Entry.objects.filter(subject=label).select_related("sequenced").order_by("number")


def latest_checkpoint(year: int | None = None) -> Checkpoint | None:
    """The tree head published last, of the open log or of the log of a year, with what witnesses said about it."""
    found = Checkpoint.objects.filter(year=year) if year else Checkpoint.objects.all()
    return found.order_by("-year", "-size").prefetch_related("cosignatures").first()


def published(newest: Checkpoint) -> Q:
    """Leaves under the newest checkpoint: those of closed years, and the open year's up to its size."""
    return Q(year__lt=newest.year) | Q(year=newest.year, index__lt=newest.size)


@dataclass(frozen=True)
class Place:
    """An entry under a checkpoint: everything a receipt needs."""

    index: int
    leaf: bytes
    leaf_hash: str
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    @property
    def as_dict(self) -> dict[str, Any]:
        """What the page's own script recomputes: hexadecimal hashes."""
        return {
            "index": self.index,
            "size": self.checkpoint.size,
            "leaf": self.leaf_hash,
            "path": [item.hex() for item in self.path],
            "root": self.checkpoint.root,
            "note": self.checkpoint.cosigned,
            "key": verifier(self.checkpoint.year).vkey,
        }

    @property
    def file(self) -> str:
        """The C2SP tlog-proof; its `extra` line carries the public leaf."""
        return Proof(self.index, self.path, self.checkpoint.cosigned, self.leaf).text


def places(entries: list[Entry]) -> list[Place | None]:
    """The places of entries under the latest checkpoint of their year; None for one that is not yet published."""
    trees: dict[int, tuple[Checkpoint, Complete] | None] = {}

    def tree(year: int) -> tuple[Checkpoint, Complete] | None:
        if year not in trees:
            checkpoint = latest_checkpoint(year)
            trees[year] = (checkpoint, folder_of(year).complete(checkpoint.size)) if checkpoint else None
        return trees[year]

    def place(entry: Entry) -> Place | None:
        leaf = getattr(entry, "sequenced", None)
        found = tree(leaf.year) if leaf else None
        if leaf is None or found is None or leaf.index >= found[0].size:
            return None
        path = tuple(inclusion_proof(leaf.index, found[0].size, found[1]))
        return Place(leaf.index, bytes(entry.leaf), entry.leaf_hash, path, found[0])

    try:
        return [place(entry) for entry in entries]
    except MissingTile:
        return [None] * len(entries)


def place(entry: Entry) -> Place | None:
    """The place of one entry, or None while it waits for the next checkpoint."""
    return places([entry])[0]


def proof(entry: Entry) -> dict[str, Any] | None:
    """{index, size, leaf, path, root} of an entry, or None while it is not yet published."""
    found = place(entry)
    return found.as_dict if found else None


def receipt(entry: Entry) -> str | None:
    """The C2SP tlog-proof of an entry as text, or None while it is not yet published."""
    found = place(entry)
    return found.file if found else None


def pending_receipt(entry: Entry) -> str:
    """The signed promise that an entry is published within a minute of its commit."""
    return promise(entry.leaf_hash, entry.made_at)


def opening(entry: Entry) -> dict[str, Any]:
    """What opens the public commitment of an entry: for the parties of the record only; the caller decides who."""
    return {
        "v": 1,
        "origin": origin_of(entry.sequenced.year) if hasattr(entry, "sequenced") else settings.LOG_ORIGIN,
        "leaf_hash": entry.leaf_hash,
        "leaf": json.loads(bytes(entry.leaf)),
        "record": json.loads(bytes(entry.record)) if entry.record else None,
        "salt": bytes(entry.salt).hex(),
        "proof": receipt(entry),
    }


@dataclass(frozen=True)
class PublicLeaf:
    """A leaf as anybody may see it."""

    year: int
    index: int
    leaf_hash: str
    made_at: dt.datetime
    kind: str
    object_ref: str
    number: int

    @property
    def label(self) -> str:
        """The event in words."""
        return kinds.label(self.kind)


def public_leaf(leaf: Leaf) -> PublicLeaf:
    """A numbered entry without what stands behind it."""
    entry = leaf.entry
    return PublicLeaf(leaf.year, leaf.index, leaf.leaf_hash, entry.made_at, entry.kind, entry.object_ref, entry.number)


def find(leaf_hash: str) -> Entry | None:
    """The entry with this leaf hash, published or waiting."""
    return Entry.objects.filter(leaf_hash=leaf_hash).select_related("sequenced").first()


def latest_leaves(count: int) -> list[PublicLeaf]:
    """The newest published leaves: event, time and hash, nothing about whom."""
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        return []
    rows = Leaf.objects.filter(published(checkpoint)).select_related("entry").order_by("-year", "-index")[:count]
    return [public_leaf(leaf) for leaf in rows]


class PublicFigures:
    """Figures counted from published entries alone; each is read when a page asks for it."""

    def __init__(self) -> None:
        self.checkpoint = latest_checkpoint()

    @property
    def year(self) -> int:
        """The year of the open log."""
        return self.checkpoint.year if self.checkpoint else this_year()

    @property
    def size(self) -> int:
        """Published entries of the open log."""
        return self.checkpoint.size if self.checkpoint else 0

    @cached_property
    def head(self) -> TreeHead | None:
        """The signed tree head."""
        return TreeHead.parse(split(self.checkpoint.note)[0]) if self.checkpoint else None

    @cached_property
    def total(self) -> int:
        """Published entries of all years."""
        return sum(self.by_kind.values())

    def entries(self) -> models.QuerySet[Entry]:
        """Published entries."""
        if self.checkpoint is None:
            return Entry.objects.none()
        return Entry.objects.filter(sequenced__in=Leaf.objects.filter(published(self.checkpoint)))

    @cached_property
    def by_kind(self) -> dict[str, int]:
        """Published entries of each kind, of all years."""
        rows = self.entries().values("kind").annotate(count=Count("pk"))
        return {row["kind"]: row["count"] for row in rows.order_by("-count", "kind")}

    @cached_property
    def waiting_since(self) -> dt.datetime | None:
        """When the oldest entry that waits for publication was made."""
        return Pending.objects.order_by("pk").values_list("entry__made_at", flat=True).first()

    def growth(self, days: int) -> list[tuple[dt.date, int]]:
        """Published entries of each of the last days in Viet Nam, today last."""
        today = clock.today()
        first = today - dt.timedelta(days=days - 1)
        start = dt.datetime.combine(first, dt.time.min, clock.VIETNAM)
        rows = (
            self.entries()
            .filter(made_at__gte=start)
            .annotate(day=TruncDate("made_at", tzinfo=clock.VIETNAM))
            .values_list("day")
            .annotate(count=Count("pk"))
            .order_by("day")
        )
        counts = dict(rows)
        return [(day, counts.get(day, 0)) for day in (first + dt.timedelta(days=i) for i in range(days))]


def by_week(growth: list[tuple[dt.date, int]], total: int) -> list[tuple[dt.date, int, int]]:
    """Monday of each week of a growth that ends today, the entries of that week, and the size of the log at its end."""
    added: dict[dt.date, int] = {}
    for day, count in growth:
        monday = day - dt.timedelta(days=day.weekday())
        added[monday] = added.get(monday, 0) + count
    rows = []
    for monday in sorted(added, reverse=True):
        rows.append((monday, added[monday], total))
        total -= added[monday]
    return [row for row in reversed(rows) if row[2]]
