"""Posting: the only door to the ledger. One stored function writes a whole money event in one round trip (ADR 0010)."""

from collections.abc import Iterable, Mapping

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.canonical import digest_of
from exchange.common.clock import now
from exchange.common.errors import DomainError
from exchange.transparency.models import Entry
from exchange.transparency.services import as_row, prepared, record
from transactions.ledger.accounts import FLOORED, kind_of
from transactions.ledger.models import Journal

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
    return _book(key, kind, legs, actor=actor, order_number=order_number, reason=reason)


def _book(
    key: str,
    kind: str,
    legs: Mapping[str, int],
    *,
    actor: Actor,
    order_number: str,
    reason: str,
    reverses: int | None = None,
    entry: Entry | None = None,
) -> Journal:
    legs = {code: amount for code, amount in legs.items() if amount}
    if len(legs) < 2 or sum(legs.values()) != 0:
        raise DomainError(_("The entries of a money event must balance."), code="unbalanced")
    digest = digest_of({"kind": kind, "legs": {code: str(amount) for code, amount in legs.items()}})
    codes, kinds, floors = _described(legs)
    amounts = [legs[code] for code in codes]
    head = [key, kind, order_number, reverses, reason, digest, actor.label, now()]
    made = list(Journal.objects.raw(*_with_leaf(entry, [*head, codes, kinds, floors, amounts])))
    if not made:
        raise DomainError(_("The account does not hold enough money for this entry."), code="insufficient")
    if made[0].body_digest != digest:
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
    entry = prepared(event, subject=subject, actor=actor, data={**(data or {}), "journal": key}, rows=rows)
    return _book(key, kind, legs, actor=actor, order_number=order_number, reason=reason, entry=entry)


@transaction.atomic(savepoint=False)
def reverse(
    journal: Journal, *, event: str, subject: models.Model, key: str, kind: str, reason: str, actor: Actor
) -> Journal:
    """Undo a journal by its exact negative, once; the original stays as it was."""
    if not reason:
        raise DomainError(_("A reversal needs a reason."), code="reason_missing")
    legs = {posting.account.code: -posting.amount for posting in journal.postings.select_related("account")}
    number = journal.order_number
    made = _book(key, kind, legs, actor=actor, order_number=number, reason=reason, reverses=journal.pk)
    if made.is_new:
        record(event, subject=subject, actor=actor, data={"journal": made.key, "reverses": journal.key})
    return made
