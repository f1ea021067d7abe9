"""Double entry: what balances is booked once, what does not leaves no trace."""

import json

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.access.actor import Actor
from exchange.common.errors import DomainError
from exchange.transparency.models import Entry
from tests.factories.transactions import OrderFactory
from transactions.ledger.models import Account, Journal, Posting
from transactions.ledger.selectors import balance, total, trial_balance
from transactions.ledger.services import book, locked_balances, post, reverse

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
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        pay(amount=1)
    assert refusal.value.code == "key_reused"
    assert balance("escrow:SDL1") == 2_200_000


def test_a_used_key_tells_nobody_whose_it_is_or_what_was_booked():
    post("payment:1", "payment", {"bank:escrow": -1_234, "escrow:SDL1": 1_234}, actor=BANK, order_number="SDL1")
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        post("payment:1", "payment", {"bank:escrow": -5, "escrow:SDL2": 5}, actor=Actor.system("somebody"))
    told = f"{refusal.value.message} {refusal.value.fields}"
    assert [word for word in ("payment:1", "SDL1", "1234", "1.234", "bank", "system") if word in told] == []


def test_the_same_key_for_another_kind_of_event_is_refused():
    pay()
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        post("payment:1", "arrival", {"bank:escrow": -2_200_000, "escrow:SDL1": 2_200_000}, actor=BANK)
    assert refusal.value.code == "key_reused"


@pytest.mark.parametrize("legs", [{"a": 1, "b": -2}, {"a": 5}, {}, {"a": 0, "b": 0}])
def test_what_does_not_balance_is_refused(legs):
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        post("k", "payment", legs, actor=BANK)
    assert refusal.value.code == "unbalanced"
    assert not Journal.objects.exists()


def test_an_escrow_account_cannot_give_more_than_it_holds():
    pay(amount=100)
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        post("settle:1", "settle", {"escrow:SDL1": -101, "fee:income": 101}, actor=BANK)
    assert refusal.value.code == "insufficient"
    assert balance("fee:income") == 0


def undo(journal, **changes):
    values = {"event": "payment.correct", "subject": OrderFactory(), "key": "undo:1", "kind": "reversal"}
    values |= {"reason": "booked on the wrong order", "actor": BANK}
    return reverse(journal, **{**values, **changes})


def test_reversal_is_the_exact_negative_and_happens_once():
    journal = pay()
    first = undo(journal)
    again = undo(journal)
    other = undo(journal, key="undo:2")
    assert first == again == other
    assert (balance("escrow:SDL1"), balance("bank:escrow"), first.reverses) == (0, 0, journal)
    assert (first.reason, first.order_number, first.kind) == ("booked on the wrong order", "SDL1", "reversal")
    assert Entry.objects.filter(kind="payment.correct").count() == 1


def test_reversal_without_reason_is_refused():
    journal = pay()
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        undo(journal, reason="")
    assert refusal.value.code == "reason_missing"
    assert Journal.objects.count() == 1


def test_one_money_event_is_one_journal_and_one_leaf_that_names_it():
    order = OrderFactory()
    given = {"subject": order, "key": "k", "kind": "payment", "legs": {"a": -5, "b": 5}, "actor": BANK}
    first = book("payment.match", data={"amount": "5"}, **given)
    again = book("payment.match", data={"amount": "5"}, **given)
    assert (first, first.is_new, again.is_new) == (again, True, False)
    entry = Entry.objects.get()
    assert (entry.kind, entry.object_ref) == ("payment.match", order.log_ref)
    assert json.loads(bytes(entry.record))["data"] == {"amount": "5", "journal": "k"}


def test_only_accounts_with_a_floor_keep_a_running_balance():
    pay(amount=100)
    post("s", "settle", {"escrow:SDL1": -60, "seller:payable:1": 55, "fee:income": 5}, actor=BANK)
    held = dict(Account.objects.values_list("code", "held"))
    assert held == {"bank:escrow": 0, "escrow:SDL1": 40, "fee:income": 0, "seller:payable:1": 55}
    assert {account.code: account.balance() for account in Account.objects.all()} == {
        "bank:escrow": -100,
        "escrow:SDL1": 40,
        "fee:income": 5,
        "seller:payable:1": 55,
    }


def test_locked_balances_name_accounts_with_a_floor_and_make_missing_ones():
    pay(amount=100)
    assert locked_balances(["escrow:SDL1", "seller:payable:3", "bank:escrow"]) == {
        "escrow:SDL1": 100,
        "seller:payable:3": 0,
    }
    assert Account.objects.get(code="seller:payable:3").has_floor


@pytest.mark.parametrize(
    "change", ["held = held + 1", "held = 0", "has_floor = false, held = 0", "code = 'escrow:SDL2'", "kind = 'x'"]
)
def test_an_account_changes_only_by_postings(change):
    pay()
    with (
        pytest.raises(IntegrityError, match="account_changes_only_by_postings"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE transactions_account SET " + change)  # noqa: S608
    assert balance("escrow:SDL1") == 2_200_000


def test_an_account_is_never_deleted_and_begins_at_zero():
    pay()
    with pytest.raises(ProgrammingError, match="annot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM transactions_account")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(code="escrow:X", kind="escrow", has_floor=True, held=5)
    assert Account.objects.count() == 2


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
    Posting.objects.create(journal=journal, account=other, amount=1)
    with pytest.raises(IntegrityError, match="account_not_below_floor"):
        Posting.objects.create(journal=journal, account=escrow, amount=-1)


@pytest.mark.parametrize("table", ["transactions_posting", "transactions_journal"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_ledger_rows_are_never_changed_or_deleted(table, verb):
    pay()
    with pytest.raises(ProgrammingError, match="annot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))
    assert balance("escrow:SDL1") == 2_200_000
