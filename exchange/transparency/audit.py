"""Full audit: files against the signature, database against the files, records against their commitments."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exchange.common.canonical import sha256_hex
from exchange.transparency import keys, notes
from exchange.transparency.folders import folder_of, published_years
from exchange.transparency.leaf import commitment
from exchange.transparency.models import CONTINUE, Checkpoint, Entry, Leaf
from exchange.transparency.tiles import CHECKPOINT, HEIGHT, WIDTH, Folder, MissingTile, tile_name, tile_root
from exchange.transparency.tree import Frontier, leaf_hash, leaf_hashes

CHUNK = 2000
COLUMNS = (
    "pk", "kind", "subject", "object_ref", "number", "previous", "salt", "record", "rows", "leaf", "leaf_hash", "actor",
    "acting_for",
)  # fmt: skip


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
    """Size of the newest audited tree, how many rows were read, and every fault."""

    size: int = 0
    entries: int = 0
    records: int = 0
    lost_openings: int = 0  # entries taken back from the published files after a restore: their leaf alone is left
    faults: list[Fault] = field(default_factory=list)
    head: notes.TreeHead | None = None
    first: bytes = b""  # entry 0: in every year but the first the last checkpoint of the year before

    def add(self, code: str, place: object, detail: str = "") -> None:
        """Note a fault."""
        self.faults.append(Fault(code, str(place), detail))

    def take(self, year: "Report") -> None:
        """Add what the audit of a year found."""
        self.size, self.head = year.size, year.head
        self.entries += year.entries
        self.faults += year.faults


def audit_files(folder: Folder, *verifiers: notes.Verifier, known: dict[int, str] | None = None) -> Report:
    """Check a folder of published files with nothing but the public key; `known` are roots at earlier sizes."""
    report = Report()
    try:
        note = folder.read(CHECKPOINT) or b""
        head = notes.open_checkpoint(note.decode(), *verifiers)
    except (UnicodeDecodeError, notes.NoteError) as error:
        report.add("checkpoint_refused", CHECKPOINT, str(error))
        return report
    report.size, report.head = head.size, head
    frontier = Frontier()
    pending = _by_tile(known or {})
    for number, hashes in _level_zero(folder, head.size, report):
        report.entries += len(hashes)
        _check_known(frontier, hashes, pending.get(number, {}), report)
        if len(hashes) == WIDTH:
            above = tile_root(hashes)
            frontier.append_full(above, HEIGHT)
            _check_above(folder, number, above, head.size, report)
            continue
        for hashed in hashes:
            frontier.append(hashed)
    if frontier.size != head.size or frontier.root() != head.root:
        report.add("root_mismatch", f"size {head.size}", frontier.root().hex())
    return report


def _by_tile(known: dict[int, str]) -> dict[int, dict[int, str]]:
    """Earlier roots by the tile in which their tree ends."""
    found: dict[int, dict[int, str]] = {}
    for size, root in known.items():
        found.setdefault((size - 1) // WIDTH, {})[size] = root
    return found


def _check_known(frontier: Frontier, hashes: list[bytes], known: dict[int, str], report: Report) -> None:
    """Whether the tree passes through the roots that were signed while this tile grew."""
    if not known:
        return
    growing = frontier.copy()
    for hashed in hashes:
        growing.append(hashed)
        if growing.size in known and growing.root().hex() != known[growing.size]:
            report.add("history_rewritten", f"size {growing.size}")


def _level_zero(folder: Folder, size: int, report: Report) -> Iterator[tuple[int, list[bytes]]]:
    """Hashes of each bundle's entries, compared with the hash tile beside it."""
    for number in range((size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - number * WIDTH)
        try:
            entries = folder.entries(number, width)
            hashes = leaf_hashes(entries)
            report.first = report.first or entries[0]
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


def audit_copy(root: Path, *verifiers: notes.Verifier) -> Report:
    """Check a copy of published files with public keys alone: the folder of one year, or the folder of all years."""
    years = published_years(root)
    if not years:
        return audit_files(Folder(root), *verifiers)
    total = Report()
    for year in years:
        report = audit_files(folder_of(year, root), *keys_of(year, verifiers))
        _check_chain(total.head, report, year)
        total.take(report)
    return total


def keys_of(year: int, verifiers: Sequence[notes.Verifier]) -> tuple[notes.Verifier, ...]:
    """The keys somebody holds for a year: those named after it, or else all, each under the name of that year."""
    named = [one for one in verifiers if one.name.endswith(f"/{year}")] or verifiers
    names = {(one.name.rpartition("/")[0], one.public) for one in named}
    return tuple(notes.Verifier(f"{name}/{year}", public) for name, public in sorted(names))


def audit(root: Path) -> Report:
    """Check files and database together: leaves, openings, per-object order, every checkpoint ever noted."""
    total = Report()
    noted = Checkpoint.objects.order_by("year").values_list("year", flat=True).distinct()
    for year in sorted({*published_years(root), *noted}):
        folder, verifiers = folder_of(year, root), keys.verifiers(year)
        known = dict(Checkpoint.objects.filter(year=year, size__gt=0).values_list("size", "root"))
        report = audit_files(folder, *verifiers, known=known)
        _check_chain(total.head, report, year)
        _check_notes(verifiers, report, year)
        if not report.faults:
            _check_leaves(folder, report, year)
        total.take(report)
    _check_entries(total)
    return total


def _check_chain(before: notes.TreeHead | None, report: Report, year: int) -> None:
    """Entry 0 of a year is the last checkpoint of the year before."""
    if before is None or report.head is None:
        return
    try:
        kept = notes.TreeHead.parse(notes.split(report.first.decode())[0])
    except (UnicodeDecodeError, notes.NoteError):
        kept = None
    if kept != before:
        report.add("years_do_not_join", year)


def _check_notes(verifiers: tuple[notes.Verifier, ...], report: Report, year: int) -> None:
    for size, root, note in Checkpoint.objects.filter(year=year).values_list("size", "root", "note").iterator():
        try:
            head = notes.open_checkpoint(note, *verifiers)
        except notes.NoteError as error:
            report.add("noted_checkpoint_refused", f"size {size}", str(error))
            continue
        if (head.size, head.root.hex()) != (size, root):
            report.add("noted_checkpoint_differs", f"size {size}")
        if size > report.size:
            report.add("published_tree_is_older", f"size {size}")


def _check_leaves(folder: Folder, report: Report, year: int) -> None:
    """Database leaves stand without a gap and equal the published entries."""
    expected = 0
    bundle: list[bytes] = []
    rows = Leaf.objects.filter(year=year).order_by("index")
    found = rows.values_list("index", "leaf_hash", "entry__leaf_hash", "entry__leaf")
    for index, hashed, entry_hash, entry in found.iterator(chunk_size=CHUNK):
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
    rows = Entry.objects.order_by("object_ref", "number").values_list(*COLUMNS)
    for values in rows.iterator(chunk_size=CHUNK):
        entry = dict(zip(COLUMNS, values, strict=True))
        report.records += 1
        report.lost_openings += not entry["record"] and entry["kind"] != CONTINUE
        if entry["object_ref"] != object_ref:
            object_ref, number, previous = entry["object_ref"], 0, ""
        fault = entry_fault(entry, number + 1, previous)
        if fault:
            report.add(fault, f"entry {entry['pk']}", entry["subject"])
        number, previous = entry["number"], entry["leaf_hash"]


def entry_fault(entry: dict[str, Any], number: int, previous: str) -> str:
    """Why an entry does not hold, or an empty text."""
    content = bytes(entry["leaf"])
    if leaf_hash(content).hex() != entry["leaf_hash"]:
        return "leaf_hash_differs"
    if entry["kind"] == CONTINUE:
        return ""
    leaf = json.loads(content)
    if json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() != content:
        return "leaf_not_canonical"
    if (leaf["n"], leaf["p"]) != (number, previous):
        return "order_broken"
    if (entry["kind"], entry["object_ref"], entry["number"], entry["previous"]) != tuple(leaf[name] for name in "tonp"):
        return "columns_differ"
    return _record_fault(entry, leaf) if entry["record"] else ""


def _record_fault(entry: dict[str, Any], leaf: dict[str, Any]) -> str:
    """Whether salt, record and the states of rows are those the leaf commits to."""
    content = bytes(entry["record"])
    if commitment(bytes(entry["salt"]), content) != leaf["c"]:
        return "commitment_differs"
    record = json.loads(content)
    said = (record["t"], record["o"], record["n"], record["ts"], record["actor"], record["acting_for"])
    if said != (leaf["t"], leaf["o"], leaf["n"], leaf["ts"], entry["actor"], entry["acting_for"]):
        return "record_differs"
    rows = bytes(entry["rows"])
    return "" if record.get("rows", "") == (sha256_hex(rows) if rows else "") else "rows_differ"
