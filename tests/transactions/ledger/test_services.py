"""Double entry: what balances is booked once, what does not leaves no trace."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.access.actor import Actor
from exchange.common.errors import DomainError
from transactions.ledger.models import Account, Journal, Posting
from transactions.ledger.selectors import balance, total, trial_balance
from transactions.ledger.services import post, reverse

pytestmark = pytest.mark.django_db
BANK = Actor.system("bank")


def pay(key="payment:1", amount=2_200_000):
    return post(key, "payment", {"bank:escrow": -amount, "escrow:SDL1": amount}, actor=BANK, order_number="SDL1")


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_payment_stands_on_both_accounts_and_sums_to_zero():
    pay()
    check_now()
    assert trial_balance() == [("bank:escrow", -2_200_000), ("escrow:SDL1", 2_200_000)]
    assert total() == 0


def test_the_same_event_twice_is_one_journal():
    first, second = pay(), pay()
    assert first == second
    assert Posting.objects.count() == 2


def test_the_same_key_with_other_figures_is_refused_and_nothing_changes():
    pay()
    with pytest.raises(DomainError) as refusal:
        pay(amount=1)
    assert refusal.value.code == "key_reused"
    assert balance("escrow:SDL1") == 2_200_000


@pytest.mark.parametrize("legs", [{"a": 1, "b": -2}, {"a": 5}, {}, {"a": 0, "b": 0}])
def test_what_does_not_balance_is_refused(legs):
    with pytest.raises(DomainError) as refusal:
        post("k", "payment", legs, actor=BANK)
    assert refusal.value.code == "unbalanced"
    assert not Journal.objects.exists()


def test_an_escrow_account_cannot_give_more_than_it_holds():
    pay(amount=100)
    with pytest.raises(DomainError) as refusal:
        post("settle:1", "settle", {"escrow:SDL1": -101, "fee:income": 101}, actor=BANK)
    assert refusal.value.code == "insufficient"
    assert balance("fee:income") == 0


def test_reversal_is_the_exact_negative_and_happens_once():
    journal = pay()
    first = reverse(journal, key="undo:1", kind="reversal", reason="booked on the wrong order", actor=BANK)
    again = reverse(journal, key="undo:1", kind="reversal", reason="booked on the wrong order", actor=BANK)
    assert first == again
    assert (balance("escrow:SDL1"), balance("bank:escrow"), first.reverses) == (0, 0, journal)


def test_reversal_without_reason_is_refused():
    journal = pay()
    with pytest.raises(DomainError) as refusal:
        reverse(journal, key="undo:1", kind="reversal", reason="", actor=BANK)
    assert refusal.value.code == "reason_missing"


def test_database_refuses_an_unbalanced_journal_at_commit():
    journal = pay()
    Posting.objects.create(journal=journal, account=Account.objects.get(code="bank:escrow"), amount=5)
    with pytest.raises(IntegrityError, match="journal_does_not_balance"):
        check_now()


def test_database_refuses_a_journal_without_postings():
    Journal.objects.create(key="empty", kind="payment", body_digest="0" * 64, made_by="x")
    with pytest.raises(IntegrityError, match="journal_needs_two_postings"):
        check_now()


def test_database_refuses_an_overdraft_past_the_services():
    journal = Journal.objects.create(key="raw", kind="payment", body_digest="0" * 64, made_by="x")
    escrow = Account.objects.create(code="escrow:SDL9", kind="escrow", has_floor=True)
    other = Account.objects.create(code="other", kind="other")
    Posting.objects.create(journal=journal, account=escrow, amount=-1)
    Posting.objects.create(journal=journal, account=other, amount=1)
    with pytest.raises(IntegrityError, match="account_below_floor"):
        check_now()


@pytest.mark.parametrize("table", ["transactions_posting", "transactions_journal"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_ledger_rows_are_never_changed_or_deleted(table, verb):
    pay()
    with pytest.raises(ProgrammingError, match="annot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))
    assert balance("escrow:SDL1") == 2_200_000
