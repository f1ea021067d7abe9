"""The nightly comparison: every logged record with its leaf, and with the business row it committed to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.vietnamese import clean
from exchange.jobs.services import enqueue
from exchange.transparency import audit, services
from exchange.transparency.models import CONTINUE, Discrepancy, Entry
from exchange.transparency.rows import Logged, logged_models, sealed, select_rows, unpack
from exchange.transparency.services import Acting, Machine, record_system

log = structlog.get_logger(__name__)

CHUNK = 500
MOST_KEPT = 1000  # a run that finds more has found one big thing; the first ones say which
Key = TypeVar("Key", int, str)
RECONCILER = Machine("system:reconciler")


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was logged."""

    code: str
    place: str
    details: list[dict[str, Any]] = field(default_factory=list)
    entry: int | None = None


@dataclass
class Outcome:
    """What a run read and found; `new` are those nobody had been told of."""

    entries: int = 0
    rows: int = 0
    differences: list[Difference] = field(default_factory=list)
    new: int = 0


def run() -> Outcome:
    """Compare everything, keep what differs, tell the supervisors of what is new, and log that it was done."""
    outcome = compare()
    with transaction.atomic():
        outcome.new = sum(_keep(difference) for difference in outcome.differences[:MOST_KEPT])
        counts = {"entries": outcome.entries, "rows": outcome.rows, "found": len(outcome.differences)}
        record_system("log.reconcile", about="log", actor=RECONCILER, data=counts)
        if outcome.new:
            log.critical("log_and_rows_differ", new=outcome.new, **counts)
            enqueue("exchange.console.tell_of_discrepancies", count=outcome.new)
    return outcome


def compare() -> Outcome:
    """Everything that differs now; reads only."""
    report = audit.audit(Path(settings.LOG_ROOT))
    outcome = Outcome(entries=report.records)
    outcome.differences += [_of_fault(fault) for fault in report.faults]
    _compare_rows(outcome)
    return outcome


def rows_that_differ() -> list[str]:
    """Rows that are not what the entries beside them committed to, in sentences; after a restore, before the log opens.

    The published files may be newer than the database then: they are compared when the log is opened.
    """
    outcome = Outcome()
    _compare_rows(outcome)
    return [f"{one.code} {one.place}" for one in outcome.differences]


def _compare_rows(outcome: Outcome) -> None:
    newest, lost = _commitments()
    for model in logged_models():
        outcome.differences += _compare_table(model, newest, lost, outcome)


def _of_fault(fault: audit.Fault) -> Difference:
    return Difference(fault.code, fault.place, [{"found": fault.detail}] if fault.detail else [])


def _commitments() -> tuple[dict[str, int], set[str]]:
    """For each row the entry that counts, and the objects of which later entries lost their record.

    It is the last one; where rows are fixed it is the first, so that a later event cannot cover an edit.
    """
    newest: dict[str, int] = {}
    lost: set[str] = set()
    fixed = {model._meta.label_lower for model in logged_models() if model.logged.fixed}  # type: ignore[attr-defined]
    rows = Entry.objects.order_by("pk").values_list("pk", "kind", "object_ref", "record", "rows")
    for key, kind, ref, record, content in rows.iterator(chunk_size=CHUNK):
        if not record and kind != CONTINUE:
            lost.add(ref)
            continue
        _salt, states = unpack(bytes(content))
        for name, state in states.items():
            if state is None or name not in newest or name.partition(":")[0] not in fixed:
                newest[name] = key
        lost.discard(ref)
    return newest, lost


def _compare_table(
    model: type[models.Model], newest: dict[str, int], lost: set[str], outcome: Outcome
) -> Iterator[Difference]:
    label = f"{model._meta.label_lower}:"
    names = {name.removeprefix(label): key for name, key in newest.items() if name.startswith(label)}
    by = model.logged.by or "pk"  # type: ignore[attr-defined]
    keys = model._base_manager.order_by("pk").values_list("pk", flat=True)
    for chunk in batched(keys.iterator(chunk_size=CHUNK), CHUNK):
        outcome.rows += len(chunk)
        called = dict(model._base_manager.filter(pk__in=chunk).values_list("pk", by))
        known = {key: str(name) for key, name in called.items() if str(name) in names}
        committed = {key: Commitment(f"{label}{name}", names.pop(name)) for key, name in known.items()}
        yield from _compare_chunk(model, called, committed, lost)
    for chunk in batched(sorted(names), CHUNK):
        yield from _missing({name: Commitment(f"{label}{name}", names[name]) for name in chunk})


@dataclass(frozen=True)
class Commitment:
    """A row by the name the log knows it under, and the entry that counts for it."""

    name: str
    entry: int


def _missing(committed: dict[str, Commitment]) -> Iterator[Difference]:
    states = _states(committed)
    for key, found in committed.items():
        if states[key][1] is not None:
            yield Difference("row_missing", found.name, entry=found.entry)


def _compare_chunk(
    model: type[models.Model], called: dict[int, object], committed: dict[int, Commitment], lost: set[str]
) -> Iterator[Difference]:
    logged: Logged = model.logged  # type: ignore[attr-defined]
    keys, states = list(called), _states(committed)
    editable, unrecorded = _those(model, keys, logged.editable), _those(model, keys, logged.unrecorded)
    for key, values in select_rows(model, keys).items():
        place = f"{model._meta.label_lower}:{called[key]}"
        if values.get("log_ref") in lost:
            yield Difference("row_older_than_log", place)
        elif key not in states:
            if key not in unrecorded:
                yield Difference("row_extra", place)
        else:
            salt, state = states[key]
            details = _details(state, sealed(model, values, salt), logged.always if key in editable else None)
            if details:
                yield Difference("row_changed", place, details, committed[key].entry)


def _details(
    state: dict[str, Any] | None, found: dict[str, Any], counted: frozenset[str] | None
) -> list[dict[str, Any]]:
    """Columns that differ; a column added to the table later is no difference."""
    if state is None:
        return [{"column": "*", "logged": None, "found": "*"}]
    names = state.keys() if counted is None else state.keys() & counted
    return [
        {"column": name, "logged": state[name], "found": found.get(name)}
        for name in sorted(names)
        if name in found and state[name] != found[name]
    ]


def _states(committed: Mapping[Key, Commitment]) -> dict[Key, tuple[str, dict[str, Any] | None]]:
    """Salt and committed state of rows, by key."""
    wanted = {one.entry for one in committed.values()}
    contents = dict(Entry.objects.filter(pk__in=wanted).values_list("pk", "rows"))
    opened = {entry: unpack(bytes(content)) for entry, content in contents.items()}
    return {key: (opened[one.entry][0], opened[one.entry][1][one.name]) for key, one in committed.items()}


def _those(model: type[models.Model], keys: list[int], condition: models.Q | None) -> set[int]:
    if condition is None:
        return set()
    return set(model._base_manager.filter(condition, pk__in=keys).values_list("pk", flat=True))


def batched(keys: Iterable[Key], count: int) -> Iterator[list[Key]]:
    """Keys in lists of at most `count`."""
    waiting = iter(keys)
    while chunk := list(islice(waiting, count)):
        yield chunk


@transaction.atomic
def conclude(*, discrepancy_id: int, text: str, user_id: int, actor: Acting) -> Discrepancy:
    """A supervisor has looked into a difference and says what it was; the next run reports it anew if it lasts."""
    found = Discrepancy.objects.select_for_update(of=("self",)).get(pk=discrepancy_id)
    if found.concluded_at:
        raise IllegalMove()
    if not text.strip():
        words = _("Write what you found out and what was done.")
        raise DomainError(words, code="reason_missing", fields={"text": words})
    found.concluded_at, found.concluded_by_id, found.conclusion = now(), user_id, clean(text)
    found.save(update_fields=["concluded_at", "concluded_by", "conclusion"])
    data = {"code": found.code, "place": found.place, "conclusion": found.conclusion}
    services.record("log.conclude_discrepancy", subject=found, actor=actor, data=data)
    return found


def _keep(difference: Difference) -> bool:
    """Note a difference; True when nobody has been told of it yet."""
    moment = now()
    found, is_new = Discrepancy.objects.get_or_create(
        code=difference.code,
        place=difference.place,
        concluded_at=None,
        defaults={"details": difference.details, "entry_id": difference.entry},
    )
    if not is_new:
        Discrepancy.objects.filter(pk=found.pk).update(details=difference.details, seen_at=moment)
    return is_new
