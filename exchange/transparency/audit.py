"""Full audit: files against the signature, database against the files, records against their commitments."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from exchange.common.canonical import canonical_json
from exchange.transparency import notes
from exchange.transparency.leaf import commitment
from exchange.transparency.models import Checkpoint, Entry, Leaf
from exchange.transparency.tiles import CHECKPOINT, WIDTH, Folder, MissingTile, tile_name, tile_root
from exchange.transparency.tree import Frontier, leaf_hash


@dataclass(frozen=True)
class Fault:
    """One thing that does not hold: a code, the place, and what was found."""

    code: str
    place: str
    detail: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.code, self.place, self.detail) if part)


@dataclass
class Report:
    """Size of the audited tree, how many rows were read, and every fault."""

    size: int = 0
    entries: int = 0
    records: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, code: str, place: object, detail: str = "") -> None:
        """Note a fault."""
        self.faults.append(Fault(code, str(place), detail))


def audit_files(folder: Folder, verifier: notes.Verifier, known: dict[int, str] | None = None) -> Report:
    """Check a folder of published files with nothing but the public key; `known` are roots at earlier sizes."""
    report = Report()
    try:
        note = folder.read(CHECKPOINT) or b""
        head = notes.open_checkpoint(note.decode(), verifier)
    except (UnicodeDecodeError, notes.NoteError) as error:
        report.add("checkpoint_refused", CHECKPOINT, str(error))
        return report
    report.size = head.size
    frontier = Frontier()
    pending = dict(known or {})
    for number, hashes in _level_zero(folder, head.size, report):
        report.entries += len(hashes)
        for hashed in hashes:
            frontier.append(hashed)
            if frontier.size in pending and frontier.root().hex() != pending.pop(frontier.size):
                report.add("history_rewritten", f"size {frontier.size}")
        if len(hashes) == WIDTH:
            _check_above(folder, number, tile_root(hashes), head.size, report)
    if frontier.size != head.size or frontier.root() != head.root:
        report.add("root_mismatch", f"size {head.size}", frontier.root().hex())
    return report


def _level_zero(folder: Folder, size: int, report: Report) -> Iterator[tuple[int, list[bytes]]]:
    """Hashes of each bundle's entries, compared with the hash tile beside it."""
    for number in range((size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - number * WIDTH)
        try:
            hashes = [leaf_hash(entry) for entry in folder.entries(number, width)]
            if hashes != folder.hashes(0, number, width):
                report.add("tile_differs_from_entries", tile_name(0, number, width))
        except (MissingTile, ValueError) as error:
            report.add("file_missing_or_cut", tile_name(0, number, width), str(error))
            return
        yield number, hashes


def _check_above(folder: Folder, number: int, root: bytes, size: int, report: Report) -> None:
    """The hash that stands for a full tile in the tile above it, and so on upwards."""
    level = 1
    while True:
        above, place = divmod(number, WIDTH)
        width = min(WIDTH, (size >> 8 * level) - above * WIDTH)
        try:
            hashes = folder.hashes(level, above, width)
        except MissingTile as error:
            report.add("file_missing_or_cut", str(error))
            return
        if hashes[place] != root:
            report.add("tile_differs_from_tile_below", tile_name(level, above, width))
        if width < WIDTH or place < WIDTH - 1:
            return
        level, number, root = level + 1, above, tile_root(hashes)


def audit(root: Path, verifier: notes.Verifier) -> Report:
    """Check files and database together: leaves, openings, per-object order, every checkpoint ever noted."""
    folder = Folder(root)
    known = dict(Checkpoint.objects.filter(size__gt=0).values_list("size", "root"))
    report = audit_files(folder, verifier, known)
    _check_notes(verifier, report)
    if not report.faults:
        _check_leaves(folder, report)
    _check_entries(report)
    return report


def _check_notes(verifier: notes.Verifier, report: Report) -> None:
    for size, root, note in Checkpoint.objects.values_list("size", "root", "note").iterator():
        try:
            head = notes.open_checkpoint(note, verifier)
        except notes.NoteError as error:
            report.add("noted_checkpoint_refused", f"size {size}", str(error))
            continue
        if (head.size, head.root.hex()) != (size, root):
            report.add("noted_checkpoint_differs", f"size {size}")
        if size > report.size:
            report.add("published_tree_is_older", f"size {size}")


def _check_leaves(folder: Folder, report: Report) -> None:
    """Database leaves stand without a gap and equal the published entries."""
    expected = 0
    bundle: list[bytes] = []
    rows = Leaf.objects.order_by("index").values_list("index", "leaf_hash", "entry__leaf_hash", "entry__leaf")
    for index, hashed, entry_hash, entry in rows.iterator(chunk_size=2000):
        if index != expected:
            report.add("leaf_missing", expected)
            return
        expected += 1
        if index >= report.size:
            continue
        if index % WIDTH == 0:
            number = index // WIDTH
            bundle = folder.entries(number, min(WIDTH, report.size - index))
        if hashed != entry_hash or bytes(entry) != bundle[index % WIDTH]:
            report.add("leaf_changed", index)
    if expected < report.size:
        report.add("leaf_missing", expected)


def _check_entries(report: Report) -> None:
    """Each record opens its commitment; each object's entries follow one another."""
    object_ref, number, previous = "", 0, ""
    for entry in Entry.objects.order_by("object_ref", "number").iterator(chunk_size=2000):
        report.records += 1
        if entry.object_ref != object_ref:
            object_ref, number, previous = entry.object_ref, 0, ""
        fault = entry_fault(entry, number + 1, previous)
        if fault:
            report.add(fault, f"entry {entry.pk}", entry.subject)
        number, previous = entry.number, entry.leaf_hash


def entry_fault(entry: Entry, number: int, previous: str) -> str:
    """Why an entry does not hold, or an empty text."""
    leaf_bytes, record_bytes = bytes(entry.leaf), bytes(entry.record)
    leaf, record = json.loads(leaf_bytes), json.loads(record_bytes)
    checks = {
        "leaf_hash_differs": leaf_hash(leaf_bytes).hex() == entry.leaf_hash,
        "leaf_not_canonical": canonical_json(leaf) == leaf_bytes,
        "commitment_differs": commitment(bytes(entry.salt), record_bytes) == leaf["c"],
        "order_broken": (leaf["n"], leaf["p"]) == (number, previous),
        "columns_differ": (entry.kind, entry.object_ref, entry.number, entry.previous)
        == (leaf["t"], leaf["o"], leaf["n"], leaf["p"]),
        "record_differs": (record["t"], record["o"], record["n"], record["ts"], record["actor"], record["acting_for"])
        == (leaf["t"], leaf["o"], leaf["n"], leaf["ts"], entry.actor, entry.acting_for),
    }
    return next((code for code, holds in checks.items() if not holds), "")
