"""What nobody ordered is booked by two people, exactly once, and undone only by its reversal."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common.errors import DomainError, IllegalMove
from exchange.transparency import reconcile
from exchange.transparency.models import Entry
from tests.factories.transactions import OrderFactory, acting, reviewer, staff, trader
from tests.transactions.statements.test_services import imported, officer
from transactions.halts.services import halt
from transactions.invariants.checks import breaches
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance, total
from transactions.payments.models import IncomingTransfer, TransferState
from transactions.payments.services import mark_for_refund, match_by_hand
from transactions.statements import bookings
from transactions.statements.models import BankStatementLine, LineBooking
from transactions.statements.selectors import bookable_lines, reconciliation, waiting_bookings
from transactions.statements.states import BOOKING_FLOW, BookingState

pytestmark = pytest.mark.django_db
WHY = "Theo sao kê của ngân hàng."
ACCOUNTS = ("bank:escrow", "expense:bank-fees", "income:interest", "suspense:unknown")


@pytest.fixture
def bank():
    """A statement with 100,000 dong nobody can place, a fee, interest and 700 dong that went out unordered."""
    imported(("IN", 100_000, "?"), ("FEE", -11_000, "PHI QLTK"), ("INT", 2_345, "LAI"), ("OUT", -700, "?"))
    return SimpleNamespace(
        **{line.bank_transaction_id.lower(): line for line in BankStatementLine.objects.order_by("pk")}
    )


def sums():
    return {code: balance(code) for code in ACCOUNTS}


def trace():
    """All that a booking may change."""
    rows = LineBooking.objects.order_by("pk").values_list("pk", "state", "decided_by")
    transfers = IncomingTransfer.objects.order_by("pk").values_list("state", flat=True)
    return Journal.objects.count(), Entry.objects.count(), list(rows), list(transfers), sums()


def proposed(line, kind="unknown", who=None):
    return bookings.propose_booking(line_id=line.pk, kind=kind, reason=WHY, actor=who or officer())


def booked(line, kind="unknown"):
    return bookings.approve_booking(booking_id=proposed(line, kind).pk, actor=officer())


def rows_that_differ():
    """Rows of money that are not as the log committed to them."""
    money = ("transactions.linebooking:", "transactions.journal:", "transactions.incomingtransfer:")
    return [one.place for one in reconcile.compare().differences if one.place.startswith(money)]


def refused(code, call, **arguments):
    """The use case refuses with this code, and nothing is changed."""
    before = trace()
    with pytest.raises(DomainError) as refusal:
        call(**arguments)
    assert (refusal.value.code, trace()) == (code, before)


def test_a_proposal_books_nothing_and_waits_for_a_second_person(bank):
    journals = Journal.objects.count()

    booking = proposed(bank.fee, "bank_fee")

    assert (booking.state, booking.amount, booking.decided_by) == ("proposed", -11_000, None)
    assert list(waiting_bookings()) == [booking]
    assert (Journal.objects.count(), balance("expense:bank-fees")) == (journals, 0)
    assert Entry.objects.filter(kind="suspense.propose").count() == 1
    assert reconciliation().difference == -11_700


def test_a_fee_of_the_bank_is_booked_against_escrow_and_its_line_is_matched(bank):
    booking = booked(bank.fee, "bank_fee")

    assert booking.state == "booked"
    assert sums() == {
        "bank:escrow": -91_345,
        "expense:bank-fees": -11_000,
        "income:interest": 0,
        "suspense:unknown": 0,
    }
    found = reconciliation()
    assert (found.bank, found.ledger, found.difference) == (90_645, 91_345, -700)
    assert [line.bank_transaction_id for line in found.not_in_books] == ["OUT"]
    assert (found.unexplained, total(), breaches()) == (0, 0, [])
    journal = Journal.objects.get(key=f"line:{booking.pk}")
    assert (journal.kind, journal.reason, journal.order_number) == ("line_booking", WHY, "")
    assert Entry.objects.filter(kind="suspense.book").count() == 1


def test_interest_leaves_the_queue_of_transfers_and_becomes_income(bank):
    transfer = bank.int.transfer

    booked(bank.int, "interest")

    transfer.refresh_from_db()
    assert transfer.state == TransferState.BOOKED
    assert (balance("income:interest"), balance(f"unmatched:{transfer.pk}")) == (2_345, 0)
    assert (balance("bank:escrow"), breaches()) == (-102_345, [])


def test_with_every_line_booked_bank_and_ledger_agree_to_the_dong(bank):
    for line, kind in (
        (bank.fee, "bank_fee"),
        (bank.int, "interest"),
        (bank.out, "unknown"),
        (getattr(bank, "in"), "unknown"),
    ):
        booked(line, kind)

    found = reconciliation()
    assert (found.bank, found.ledger, found.agrees) == (90_645, 90_645, True)
    assert sums() == {
        "bank:escrow": -90_645,
        "expense:bank-fees": -11_000,
        "income:interest": 2_345,
        "suspense:unknown": 99_300,
    }
    assert (total(), breaches(), list(bookable_lines())) == (0, [], [])
    assert rows_that_differ() == []


def test_whoever_proposed_does_not_decide(bank):
    who = officer()
    booking = proposed(bank.fee, "bank_fee", who)
    refused("four_eyes", bookings.approve_booking, booking_id=booking.pk, actor=who)
    refused("four_eyes", bookings.refuse_booking, booking_id=booking.pk, reason=WHY, actor=who)


def test_the_database_refuses_one_person_twice(bank):
    booking = proposed(bank.fee, "bank_fee")
    with pytest.raises(IntegrityError, match="line_booking_needs_four_eyes"), transaction.atomic():
        LineBooking.objects.filter(pk=booking.pk).update(
            state="booked", decided_by=booking.proposed_by, decided_at=booking.proposed_at
        )


def test_the_database_keeps_what_was_proposed(bank):
    booking = proposed(bank.fee, "bank_fee")
    for change in ({"amount": -1}, {"kind": "unknown"}, {"line": bank.out}):
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            LineBooking.objects.filter(pk=booking.pk).update(**change)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        booking.delete()


def test_only_finance_officers_propose_and_decide(bank):
    booking = proposed(bank.fee, "bank_fee")
    before = trace()
    for who in (reviewer(), staff(StaffRole.SUPERVISOR), acting(trader(), "finance")):
        for call in (
            lambda who=who: proposed(bank.out, who=who),
            lambda who=who: bookings.approve_booking(booking_id=booking.pk, actor=who),
            lambda who=who: bookings.refuse_booking(booking_id=booking.pk, reason=WHY, actor=who),
            lambda who=who: bookings.propose_reversal(booking_id=booking.pk, reason=WHY, actor=who),
        ):
            with pytest.raises(PermissionDenied):
                call()
    assert trace() == before


@pytest.mark.parametrize(
    ("line", "kind"), [("fee", "interest"), ("int", "bank_fee"), ("out", "interest"), ("out", "gift")]
)
def test_a_kind_that_does_not_fit_the_direction_is_refused(bank, line, kind):
    refused(
        "kind_does_not_fit",
        bookings.propose_booking,
        line_id=getattr(bank, line).pk,
        kind=kind,
        reason=WHY,
        actor=officer(),
    )


def test_a_proposal_needs_a_reason(bank):
    refused(
        "reason_missing", bookings.propose_booking, line_id=bank.fee.pk, kind="unknown", reason="phí", actor=officer()
    )


def test_pressed_twice_a_line_is_proposed_booked_and_reversed_once(bank):
    booking = proposed(bank.fee, "bank_fee")
    again = {"line_id": bank.fee.pk, "kind": "bank_fee", "reason": WHY, "actor": officer()}
    refused("line_not_bookable", bookings.propose_booking, **again)
    second = officer()
    bookings.approve_booking(booking_id=booking.pk, actor=second)
    refused("line_not_bookable", bookings.propose_booking, **again)
    before = trace()
    with pytest.raises(IllegalMove):
        bookings.approve_booking(booking_id=booking.pk, actor=second)
    assert trace() == before
    undo = bookings.propose_reversal(booking_id=booking.pk, reason=WHY, actor=officer())
    refused("not_reversible", bookings.propose_reversal, booking_id=booking.pk, reason=WHY, actor=officer())
    bookings.approve_booking(booking_id=undo.pk, actor=officer())
    refused("not_reversible", bookings.propose_reversal, booking_id=undo.pk, reason=WHY, actor=officer())
    assert (balance("expense:bank-fees"), Journal.objects.filter(kind="line_booking").count()) == (0, 1)


def test_a_line_the_books_know_is_not_booked_again():
    order = OrderFactory(awaiting_payment=True)
    imported(("FT1", 2_200_000, order.number))
    refused(
        "line_not_bookable",
        bookings.propose_booking,
        line_id=BankStatementLine.objects.get().pk,
        kind="interest",
        reason=WHY,
        actor=officer(),
    )


def test_a_refused_proposal_books_nothing_and_the_line_can_be_proposed_again(bank):
    booking, figures = proposed(bank.out, "bank_fee"), sums()

    bookings.refuse_booking(booking_id=booking.pk, reason="Không phải phí.", actor=officer())

    booking.refresh_from_db()
    assert (booking.state, booking.refusal, sums()) == ("refused", "Không phải phí.", figures)
    assert Entry.objects.filter(kind="suspense.refuse").count() == 1
    assert booked(bank.out).state == "booked"


def test_a_wrong_booking_is_undone_by_its_exact_negative_and_stays(bank):
    wrong = booked(bank.out, "bank_fee")
    undo = bookings.propose_reversal(booking_id=wrong.pk, reason=WHY, actor=officer())
    assert balance("expense:bank-fees") == -700

    bookings.approve_booking(booking_id=undo.pk, actor=officer())

    wrong.refresh_from_db()
    journal = Journal.objects.get(key=f"undo:line:{wrong.pk}")
    assert (wrong.state, journal.reverses.key) == ("reversed", f"line:{wrong.pk}")
    assert (balance("expense:bank-fees"), balance("bank:escrow")) == (0, -102_345)
    assert [line.bank_transaction_id for line in reconciliation().not_in_books] == ["FEE", "OUT"]
    assert booked(bank.out).state == "booked"
    assert (balance("suspense:unknown"), breaches()) == (-700, [])
    assert rows_that_differ() == []


def test_undone_money_that_came_in_waits_in_the_queue_and_can_be_matched(bank):
    line = getattr(bank, "in")
    wrong = booked(line)
    given = {"transfer_id": line.transfer_id, "note": WHY}
    refused("transfer_done", match_by_hand, **given, order_number="SDL0", actor=officer())
    undo = bookings.propose_reversal(booking_id=wrong.pk, reason=WHY, actor=officer())

    bookings.approve_booking(booking_id=undo.pk, actor=officer())

    line.transfer.refresh_from_db()
    assert (line.transfer.state, balance(f"unmatched:{line.transfer_id}")) == ("mismatched", 100_000)
    assert (balance("suspense:unknown"), breaches()) == (0, [])
    order = OrderFactory(awaiting_payment=True)
    refused("mismatch_amount", match_by_hand, **given, order_number=order.number, actor=officer())


def test_a_transfer_dealt_with_in_the_meantime_is_not_booked(bank):
    booking = proposed(bank.int, "interest")
    mark_for_refund(transfer_id=bank.int.transfer_id, note="Chuyển nhầm", actor=officer())
    refused("transfer_done", bookings.approve_booking, booking_id=booking.pk, actor=officer())


def test_nothing_is_booked_while_trade_is_stopped(bank):
    booking = proposed(bank.fee, "bank_fee")
    halt(findings=[{"invariant": "I1"}], actor=Actor.system("invariants"))
    refused("trading_halted", bookings.approve_booking, booking_id=booking.pk, actor=officer())


@pytest.mark.parametrize("state", BookingState.values)
def test_every_state_allows_only_its_actions(state):
    allowed = {"proposed": ["approve", "refuse"], "booked": ["reverse"], "refused": [], "reversed": []}
    assert BOOKING_FLOW.actions(state) == allowed[state]
