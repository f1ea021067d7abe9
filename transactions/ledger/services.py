"""Posting: the only door to the ledger."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.canonical import digest_of
from exchange.common.errors import DomainError
from transactions.ledger.accounts import FLOORED, kind_of
from transactions.ledger.models import Account, Journal, Posting


def _account(code: str) -> Account:
    kind = kind_of(code)
    account, _made = Account.objects.get_or_create(code=code, defaults={"kind": kind, "has_floor": kind in FLOORED})
    return account


def _lock_floored(codes: list[str]) -> dict[str, Account]:
    accounts = {code: _account(code) for code in sorted(codes)}
    floored = [account.pk for account in accounts.values() if account.has_floor]
    list(Account.objects.filter(pk__in=floored).order_by("pk").select_for_update())
    return accounts


def locked_balances(codes: list[str]) -> dict[str, int]:
    """Balances of accounts, locked until the transaction ends: name all that a use case will touch, at once."""
    return {code: account.balance() for code, account in _lock_floored(codes).items()}


def _same_or_refuse(journal: Journal, digest: str) -> Journal:
    if journal.body_digest != digest:
        sentence = _("This money event was booked before with other figures; it was not booked again.")
        raise DomainError(sentence, code="key_reused")
    return journal


@transaction.atomic
def post(
    key: str, kind: str, legs: Mapping[str, int], *, actor: Actor, order_number: str = "", reason: str = ""
) -> Journal:
    """Book one money event once, all legs or none; the same key with the same legs returns the first journal.

    Legs map account codes to whole dong, credit positive, and must sum to zero (double entry).
    Accounts with a floor are locked in key order; the database checks balance and floor again at commit.
    """
    legs = {code: amount for code, amount in legs.items() if amount}
    digest = digest_of({"kind": kind, "legs": {code: str(amount) for code, amount in legs.items()}})
    earlier = Journal.objects.filter(key=key).first()
    if earlier:
        return _same_or_refuse(earlier, digest)
    if len(legs) < 2 or sum(legs.values()) != 0:
        raise DomainError(_("The entries of a money event must balance."), code="unbalanced")
    accounts = _lock_floored(list(legs))
    _refuse_overdraft(accounts, legs)
    try:
        with transaction.atomic():
            journal = Journal.objects.create(
                key=key, kind=kind, order_number=order_number, reason=reason, body_digest=digest, made_by=actor.label
            )
    except IntegrityError:
        return _same_or_refuse(Journal.objects.get(key=key), digest)
    _write_legs(journal, accounts, legs)
    return journal


def _refuse_overdraft(accounts: Mapping[str, Account], legs: Mapping[str, int]) -> None:
    for code, account in accounts.items():
        if account.has_floor and legs[code] < 0 and account.balance() + legs[code] < 0:
            raise DomainError(_("The account does not hold enough money for this entry."), code="insufficient")


def _write_legs(journal: Journal, accounts: Mapping[str, Account], legs: Mapping[str, int]) -> None:
    Posting.objects.bulk_create(
        Posting(journal=journal, account=accounts[code], amount=legs[code]) for code in sorted(legs)
    )


@transaction.atomic
def reverse(journal: Journal, *, key: str, kind: str, reason: str, actor: Actor) -> Journal:
    """Undo a journal by its exact negative, once; the original stays as it was."""
    if not reason:
        raise DomainError(_("A reversal needs a reason."), code="reason_missing")
    legs = {posting.account.code: -posting.amount for posting in journal.postings.select_related("account")}
    digest = digest_of({"kind": kind, "legs": {code: str(amount) for code, amount in legs.items()}})
    earlier = Journal.objects.filter(reverses=journal).first()
    if earlier:
        return _same_or_refuse(earlier, digest)
    accounts = _lock_floored(list(legs))
    _refuse_overdraft(accounts, legs)
    undone = Journal.objects.create(
        key=key,
        kind=kind,
        order_number=journal.order_number,
        reverses=journal,
        reason=reason,
        body_digest=digest,
        made_by=actor.label,
    )
    _write_legs(undone, accounts, legs)
    return undone
