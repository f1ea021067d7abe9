"""The books of a running exchange hold; every way to break them past the walls is found, and trade stops."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.access.actor import Actor
from exchange.common.clock import now
from tests.factories.transactions import OrderFactory, reviewer
from transactions.halts.models import TradingHalt
from transactions.halts.selectors import is_halted
from transactions.invariants.checks import breaches
from transactions.invariants.services import watch
from transactions.ledger.models import Journal
from transactions.orders.models import Order
from transactions.orders.services import move
from transactions.payments.refunds import refund_order
from transactions.payments.services import BankCredit, receive_transfer, settle

pytestmark = pytest.mark.django_db
BANK = Actor.system("bank")
REASON = {"reason_code": "other", "reason_text": "Nội dung không khớp mô tả."}


def paid(number="FT1", **changes):
    """An order paid through the bank's report, with the leaf a real one has."""
    order = OrderFactory(contracted=True)
    move(order, "ask_payment", actor=BANK)
    values = {"amount": order.total, "memo": order.number} | changes
    receive_transfer(
        BankCredit(
            bank_transaction_id=number,
            currency="VND",
            credit_account="0000000000",
            value_time=now(),
            body_digest="0" * 64,
            **values,
        ),
        actor=BANK,
    )
    order.refresh_from_db()
    return order


def completed(number="FT1"):
    order = paid(number)
    move(order, "deliver", actor=BANK)
    move(order, "hand_over", actor=BANK)
    move(order, "complete", actor=BANK)
    settle(order, actor=BANK)
    return order


TABLES = ("transactions_posting", "transactions_journal", "transactions_account", "exchange_entry")


def past_the_walls(*statements):
    """What only the owner of the tables can do: triggers asleep."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def codes():
    return sorted({finding.invariant for finding in breaches()})


def test_an_exchange_with_every_kind_of_event_keeps_its_invariants():
    paid("A")
    completed("B")
    paid("C", amount=5)
    split = paid("D")
    move(split, "deliver", actor=BANK)
    refund_order(order_id=split.pk, amount=700_001, actor=reviewer(), **REASON)
    refund_order(order_id=completed("E").pk, amount=3, actor=reviewer(), **REASON)
    refund_order(order_id=paid("F").pk, amount=None, actor=reviewer(), **REASON)

    assert breaches() == []
    assert watch(actor=Actor.system("invariants"), whole=True) == []
    assert not is_halted()


SELLER = "account_id IN (SELECT id FROM transactions_account WHERE kind = 'seller:payable')"
FEE = "account_id IN (SELECT id FROM transactions_account WHERE code = 'fee:income')"
CLEARING = "account_id = (SELECT id FROM transactions_account WHERE code = 'payout:clearing')"
BROKEN = {
    "I1": ["UPDATE transactions_posting SET amount = amount + 1 WHERE amount > 0"],
    "I2": ["DELETE FROM transactions_posting WHERE amount < 0"],
    "I3": ["UPDATE transactions_account SET held = held + 1 WHERE kind = 'seller:payable'"],
    "I4": [f"UPDATE transactions_posting SET amount = -amount WHERE {SELLER}"],  # noqa: S608
    "I5": ["UPDATE transactions_order SET state = 'delivering' WHERE state = 'completed'"],
    "I6": ["UPDATE transactions_journal SET kind = 'payment' WHERE kind = 'settle'"],
    "I7": [
        f"UPDATE transactions_posting SET amount = amount + 9 WHERE {FEE}",  # noqa: S608
        f"UPDATE transactions_posting SET amount = amount - 9 WHERE {SELLER}",  # noqa: S608
    ],
    "I8": ["UPDATE transactions_journal SET key = 'settle:other' WHERE kind = 'settle'"],
    "I9": ["UPDATE transactions_order SET state = 'cancelled' WHERE state = 'completed'"],
    "I10": ["UPDATE transactions_incomingtransfer SET amount = amount - 1"],
    "I11": [f"UPDATE transactions_posting SET {CLEARING} WHERE {FEE}"],  # noqa: S608
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_breach_past_the_walls_is_found(code):
    completed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM ledger_lock('{payout:clearing}', '{payout:clearing}', '{f}')")
    assert breaches() == []

    past_the_walls(*BROKEN[code])

    assert code in codes()


def test_a_removed_leaf_and_a_leaf_without_money_are_found():
    completed()
    past_the_walls(
        "DELETE FROM exchange_pending",
        "DELETE FROM exchange_entry WHERE kind = 'payment.settle'",
        "DELETE FROM transactions_posting USING transactions_journal j WHERE journal_id = j.id AND j.kind = 'payment'",
        "DELETE FROM transactions_journal WHERE kind = 'payment'",
    )
    found = {finding.what for finding in breaches() if finding.invariant == "I8"}
    number = Order.objects.get().number
    assert found == {f"journal settle:{number}", "leaf of payment:FT1"}


def test_a_breach_stops_trade_alarms_once_and_ends_the_command_with_an_error(capsys):
    completed()
    past_the_walls(BROKEN["I3"][0])

    with pytest.raises(CommandError, match="1 breaches"):
        call_command("check_invariants")
    watch(actor=Actor.system("invariants"))

    halt = TradingHalt.objects.get()
    assert [one["invariant"] for one in halt.findings] == ["I3"]
    assert halt.found_by == "system:invariants"
    assert "I3 account seller:payable" in capsys.readouterr().err


def test_the_command_says_that_all_holds(capsys):
    call_command("check_invariants")
    assert "All 11 invariants hold" in capsys.readouterr().out


def test_old_journals_are_left_to_the_nightly_check():
    completed()
    past_the_walls("UPDATE transactions_journal SET key = 'settle:other' WHERE kind = 'settle'")
    assert breaches(since=now()) == []
    assert Journal.objects.filter(key="settle:other").exists()
