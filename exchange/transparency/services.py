"""Writing to the log: in the transaction of the use case, never after it."""

from typing import Any, Protocol

from django.conf import settings
from django.db import models, transaction

from exchange.common import clock
from exchange.transparency import leaf
from exchange.transparency.models import Entry, Pending, subject_label


class Acting(Protocol):
    """Who acted, as records name them: a reference, never a name or an address."""

    @property
    def label(self) -> str: ...
    @property
    def acting_for(self) -> str: ...


def record(
    kind: str,
    *,
    subject: models.Model,
    actor: Acting,
    acting_for: str | None = None,
    data: dict[str, Any] | None = None,
) -> Entry:
    """Commit to what just happened to `subject`, whose row the caller has locked; published once committed."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() belongs into the transaction of the change it records")
    ref = subject.log_ref  # type: ignore[attr-defined]
    number, previous = _last_of(ref)
    made_at = clock.now()
    for_whom = actor.acting_for if acting_for is None else acting_for
    body = leaf.make(
        kind=kind,
        ref=ref,
        number=number + 1,
        previous=previous,
        at=made_at,
        policy=settings.LOG_POLICY,
        content={"actor": actor.label, "acting_for": for_whom, "data": leaf.plain(data or {})},
    )
    entry = Entry.objects.create(
        kind=kind,
        subject=subject_label(subject),
        object_ref=ref,
        number=number + 1,
        previous=previous,
        salt=body.salt,
        record=body.record,
        leaf=body.leaf,
        leaf_hash=body.hash,
        actor=actor.label,
        acting_for=for_whom,
        made_at=made_at,
    )
    Pending.objects.create(entry=entry)
    return entry


def _last_of(ref: str) -> tuple[int, str]:
    last = Entry.objects.filter(object_ref=ref).order_by("-number").values_list("number", "leaf_hash").first()
    return last or (0, "")
