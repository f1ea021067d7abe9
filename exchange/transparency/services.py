"""Writing to the log: in the transaction of the use case, never after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.db import models, transaction

from exchange.common import clock
from exchange.common.canonical import sha256_hex
from exchange.transparency import leaf
from exchange.transparency.models import Entry, SystemSubject, subject_label
from exchange.transparency.rows import Draft, read


class Acting(Protocol):
    """Who acted, as records name them: a reference, never a name or an address."""

    @property
    def label(self) -> str: ...
    @property
    def acting_for(self) -> str: ...


@dataclass(frozen=True)
class Machine:
    """A program of the exchange that acts by itself."""

    label: str
    acting_for: str = ""


def record(
    kind: str,
    *,
    subject: models.Model,
    actor: Acting,
    acting_for: str | None = None,
    data: dict[str, Any] | None = None,
    rows: Iterable[models.Model] = (),
    gone: Iterable[models.Model] = (),
) -> Entry:
    """Commit to what just happened to `subject`, whose row the caller has locked; published once committed.

    The entry also binds the stored state of the subject and of the other `rows` the event wrote, so that the nightly
    comparison notices a later edit by hand; rows that were removed are `gone`. Call it after the rows are saved.
    """
    entry = prepared(kind, subject=subject, actor=actor, acting_for=acting_for, data=data, rows=rows, gone=gone)
    entry.save(force_insert=True)  # the database puts it into the outbox
    return entry


def prepared(
    kind: str,
    *,
    subject: models.Model,
    actor: Acting,
    acting_for: str | None = None,
    data: dict[str, Any] | None = None,
    rows: Iterable[models.Model] = (),
    gone: Iterable[models.Model] = (),
    drafts: Iterable[Draft] = (),
) -> Entry:
    """What `record` would store, not stored yet: for a use case that locks something busy between the two.

    `drafts` are rows that will be stored together with the entry.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs into the transaction of the change it records")
    ref = subject.log_ref  # type: ignore[attr-defined]
    standing = read(ref, [subject, *rows], gone, drafts)
    made_at = clock.now()
    for_whom = actor.acting_for if acting_for is None else acting_for
    content = {"actor": actor.label, "acting_for": for_whom, "data": leaf.plain(data or {})}
    body = leaf.make(
        kind=kind,
        ref=ref,
        number=standing.number + 1,
        previous=standing.previous,
        at=made_at,
        policy=settings.LOG_POLICY,
        content=content | ({"rows": sha256_hex(standing.states)} if standing.states else {}),
    )
    return Entry(
        kind=kind,
        subject=subject_label(subject),
        object_ref=ref,
        number=standing.number + 1,
        previous=standing.previous,
        salt=body.salt,
        record=body.record,
        rows=standing.states,
        leaf=body.leaf,
        leaf_hash=body.hash,
        actor=actor.label,
        acting_for=for_whom,
        made_at=made_at,
    )


def as_row(entry: Entry) -> dict[str, Any]:
    """Columns and values of a prepared entry, for a statement that stores it together with what it speaks of."""
    connection = transaction.get_connection()
    fields = [field for field in Entry._meta.concrete_fields if not field.primary_key]
    return {str(field.column): field.get_db_prep_save(getattr(entry, field.attname), connection) for field in fields}


def locked_system(about: str) -> SystemSubject:
    """The part of the exchange that system events speak about, locked until the transaction ends."""
    SystemSubject.objects.get_or_create(name=about)
    return SystemSubject.objects.select_for_update().get(name=about)


@transaction.atomic
def record_system(
    kind: str,
    *,
    about: str,
    actor: Acting,
    data: dict[str, Any] | None = None,
    rows: Iterable[models.Model] = (),
    gone: Iterable[models.Model] = (),
) -> Entry:
    """Log what the exchange itself did, `about` whatever part of it: a backup, a restore, a key, the ledger's root."""
    return record(kind, subject=locked_system(about), actor=actor, data=data, rows=rows, gone=gone)
