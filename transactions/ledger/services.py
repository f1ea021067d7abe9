"""Posting: the only door to the ledger. One stored function writes a whole money event in one round trip (ADR 0010)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import connection, models, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.canonical import digest_of
from exchange.common.clock import now
from exchange.common.errors import DomainError
from exchange.transparency.models import Entry
from exchange.transparency.rows import Draft
from exchange.transparency.services import as_row, prepared
from transactions.ledger.accounts import FLOORED, kind_of
from transactions.ledger.models import Journal, state_of

LOCK = "SELECT code, has_floor, held FROM ledger_lock(%s, %s, %s)"
POST = "SELECT * FROM ledger_post(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
LOGGED = (
    "WITH made AS ({post}), "
    "logged AS (INSERT INTO exchange_entry ({columns}) SELECT {values} FROM made WHERE is_new) "
    "SELECT * FROM made"
)


def _described(codes: Iterable[str]) -> tuple[list[str], list[str], list[bool]]:
    """Codes in their order with their kinds and whether they have a floor, as the database takes them."""
    ordered = sorted(codes)
    kinds = [kind_of(code) for code in ordered]
    return ordered, kinds, [kind in FLOORED for kind in kinds]


def locked_balances(codes: Iterable[str]) -> dict[str, int]:
    """Balances of accounts with a floor, locked until the transaction ends: name all a use case will touch, at once.

    Rows are locked in key order; accounts without a floor are never locked and are not told.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, _described(set(codes)))
        return {code: held for code, has_floor, held in cursor.fetchall() if has_floor}


@transaction.atomic(savepoint=False)  # a refusal ends the whole use case: nothing half-booked can be kept
def post(
    key: str, kind: str, legs: Mapping[str, int], *, actor: Actor, order_number: str = "", reason: str = ""
) -> Journal:
    """Book one money event once, all legs or none; the same key with the same legs returns the first journal.

    Legs map account codes to whole dong, credit positive, and must sum to zero (double entry).
    Accounts with a floor are locked in key order; the database checks balance and floor again at commit.
    """
    return _book(_event(key, kind, legs, actor=actor, order_number=order_number, reason=reason))


@dataclass(frozen=True)
class _Event:
    """One money event with everything its journal will hold."""

    key: str
    kind: str
    legs: Mapping[str, int]
    made_by: str
    order_number: str = ""
    reason: str = ""
    reverses: int | None = None
    made_at: dt.datetime = field(default_factory=lambda: now())

    @cached_property
    def digest(self) -> str:
        """Hash of what kind of event it is and which figures it moves."""
        return digest_of({"kind": self.kind, "legs": {code: str(amount) for code, amount in self.legs.items()}})

    @property
    def draft(self) -> Draft:
        """The journal with its legs, for the leaf to bind before it is stored."""
        legs = dict(self.legs)
        columns = {part.name: getattr(self, part.name) for part in fields(self)} | {"body_digest": self.digest}
        return Draft(Journal, self.key, state_of(**columns | {"legs": legs, "postings": len(legs)}))


def _event(key: str, kind: str, legs: Mapping[str, int], *, actor: Actor, **details: Any) -> _Event:
    """A money event whose legs balance."""
    legs = {code: amount for code, amount in legs.items() if amount}
    if len(legs) < 2 or sum(legs.values()) != 0:
        raise DomainError(_("The entries of a money event must balance."), code="unbalanced")
    return _Event(key, kind, legs, actor.label, **details)


def _book(event: _Event, entry: Entry | None = None) -> Journal:
    codes, kinds, floors = _described(event.legs)
    amounts = [event.legs[code] for code in codes]
    head = [event.key, event.kind, event.order_number, event.reverses, event.reason, event.digest]
    values: list[object] = [*head, event.made_by, event.made_at, codes, kinds, floors, amounts]
    made = list(Journal.objects.raw(*_with_leaf(entry, values)))
    if not made:
        raise DomainError(_("The account does not hold enough money for this entry."), code="insufficient")
    if made[0].body_digest != event.digest:
        sentence = _("This money event was booked before with other figures; it was not booked again.")
        raise DomainError(sentence, code="key_reused")
    return made[0]


def _with_leaf(entry: Entry | None, values: list[object]) -> tuple[str, list[object]]:
    """The statement that posts and, where the event is new, stores its leaf in the same round trip."""
    if entry is None:
        return POST, values
    row = as_row(entry)
    columns = ", ".join(connection.ops.quote_name(name) for name in row)
    statement = LOGGED.format(post=POST, columns=columns, values=", ".join(["%s"] * len(row)))
    return statement, [*values, *row.values()]


@transaction.atomic(savepoint=False)
def book(
    event: str,
    *,
    subject: models.Model,
    key: str,
    kind: str,
    legs: Mapping[str, int],
    actor: Actor,
    order_number: str = "",
    reason: str = "",
    data: Mapping[str, str] | None = None,
    rows: Iterable[models.Model] = (),
) -> Journal:
    """Post a money event and commit to it in the public log: one journal, one leaf that names it (trust I8).

    The leaf is made ready first, so that accounts are locked for one statement before the transaction ends.
    """
    money = _event(key, kind, legs, actor=actor, order_number=order_number, reason=reason)
    noted = {**(data or {}), "journal": key}
    entry = prepared(event, subject=subject, actor=actor, data=noted, rows=rows, drafts=[money.draft])
    return _book(money, entry)


@transaction.atomic(savepoint=False)
def reverse(
    journal: Journal,
    *,
    event: str,
    subject: models.Model,
    key: str,
    kind: str,
    reason: str,
    actor: Actor,
    rows: Iterable[models.Model] = (),
) -> Journal:
    """Undo a journal by its exact negative, once; the original stays as it was."""
    if not reason:
        raise DomainError(_("A reversal needs a reason."), code="reason_missing")
    legs = {posting.account.code: -posting.amount for posting in journal.postings.select_related("account")}
    details = {"order_number": journal.order_number, "reason": reason, "reverses": journal.pk}
    money = _event(key, kind, legs, actor=actor, **details)
    noted = {"journal": key, "reverses": journal.key}
    return _book(money, prepared(event, subject=subject, actor=actor, data=noted, rows=rows, drafts=[money.draft]))
