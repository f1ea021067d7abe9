"""Booking what nobody ordered: a fee of the bank, its interest, or what is not explained yet. Four eyes each time."""

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.common.clock import now
from exchange.common.errors import DomainError
from exchange.common.reasons import explained
from exchange.common.retry import retried
from exchange.transparency.services import record
from transactions.halts.services import require_trading
from transactions.ledger import accounts, flows
from transactions.ledger.models import Journal
from transactions.ledger.services import book, reverse
from transactions.payments.models import IncomingTransfer, TransferState
from transactions.statements.models import BankStatement, BankStatementLine, LineBooking
from transactions.statements.selectors import bookable_lines
from transactions.statements.states import BOOKING_FLOW, OPEN, BookingKind, BookingState

ACCOUNTS = {
    BookingKind.BANK_FEE: accounts.BANK_FEES,
    BookingKind.INTEREST: accounts.INTEREST,
    BookingKind.UNKNOWN: accounts.SUSPENSE,
}


@retried
@transaction.atomic
def propose_booking(*, line_id: int, kind: str, reason: str, actor: Actor) -> LineBooking:
    """Propose what a line that matches nothing is; nothing is booked before a second person agrees."""
    line = _locked_line(line_id)
    require(actor, "transactions.propose_booking")
    text = explained(reason)
    if kind not in _fitting(line.amount):
        sentence = _("Money that went out is a fee or not explained; money that came in is interest or not explained.")
        raise DomainError(sentence, code="kind_does_not_fit", fields={"kind": sentence})
    if not bookable_lines().filter(pk=line.pk).exists():
        raise DomainError(
            _("This line agrees with the books, or its booking has been proposed already."), code="line_not_bookable"
        )
    booking = LineBooking.objects.create(line=line, kind=kind, amount=line.amount, reason=text, proposed_by=actor.user)
    record("suspense.propose", subject=booking, actor=actor, data=_figures(booking))
    return booking


@retried
@transaction.atomic
def propose_reversal(*, booking_id: int, reason: str, actor: Actor) -> LineBooking:
    """Propose to undo a wrong booking of a line; a second person decides, the first booking stays as it was."""
    wrong = _locked(booking_id)
    require(actor, "transactions.propose_booking")
    text = explained(reason)
    if not may_be_reversed(wrong):
        raise DomainError(_("This booking cannot be undone, or that was proposed already."), code="not_reversible")
    booking = LineBooking.objects.create(
        line=wrong.line, kind=wrong.kind, amount=wrong.amount, reason=text, reverses=wrong, proposed_by=actor.user
    )
    record("suspense.propose_reversal", subject=booking, actor=actor, data=_figures(booking))
    return booking


@retried
@transaction.atomic
def approve_booking(*, booking_id: int, actor: Actor) -> LineBooking:
    """A second person agrees: the line is booked, or the wrong booking it names is reversed."""
    booking = _waiting(booking_id, "approve", actor)
    require_trading()
    if booking.reverses_id:
        _undo(booking, actor)
    else:
        _book(booking, actor)
    return booking


@retried
@transaction.atomic
def refuse_booking(*, booking_id: int, reason: str, actor: Actor) -> LineBooking:
    """A second person refuses a proposal with a reason; nothing was booked, the line can be proposed again."""
    booking = _waiting(booking_id, "refuse", actor)
    booking.refusal = explained(reason)
    _decide(booking, "refuse", actor)
    record("suspense.refuse", subject=booking, actor=actor, data=_figures(booking))
    return booking


def _book(booking: LineBooking, actor: Actor) -> None:
    target, transfer = ACCOUNTS[BookingKind(booking.kind)], _transfer(booking, TransferState.MISMATCHED)
    if transfer is None:
        legs = flows.paid_in(target, accounts.BANK, -booking.amount)
    else:
        legs = flows.paid_in(accounts.unmatched(transfer.pk), target, booking.amount)
        _turn(transfer, TransferState.BOOKED, actor)
    _decide(booking, "approve", actor)
    book(
        "suspense.book",
        subject=booking,
        key=booking.journal_key,
        kind="line_booking",
        legs=legs,
        reason=booking.reason[:300],
        actor=actor,
        data=_figures(booking),
        rows=[transfer] if transfer else [],
    )


def _undo(booking: LineBooking, actor: Actor) -> None:
    """The exact negative: money that went out is a difference again, money that came in waits in the queue again."""
    wrong = LineBooking.objects.select_for_update().get(pk=booking.reverses_id)
    transfer = _transfer(wrong, TransferState.BOOKED)
    wrong.state = BOOKING_FLOW.after(wrong.state, "reverse")
    wrong.save(update_fields=["state"])
    if transfer is not None:
        _turn(transfer, TransferState.MISMATCHED, actor)
    _decide(booking, "approve", actor)
    reverse(
        Journal.objects.get(key=wrong.journal_key),
        event="suspense.reverse",
        subject=booking,
        key=f"undo:{wrong.journal_key}",
        kind="correction",
        reason=booking.reason[:300],
        actor=actor,
        rows=[wrong, transfer] if transfer else [wrong],
    )


def _transfer(booking: LineBooking, state: str) -> IncomingTransfer | None:
    """The transfer that brought the money, as it must still stand; None where money went out."""
    if booking.line.transfer_id is None:
        return None
    transfer = IncomingTransfer.objects.select_for_update().get(pk=booking.line.transfer_id)
    if transfer.state != state:
        raise DomainError(_("This transfer has been dealt with already."), code="transfer_done")
    return transfer


def _turn(transfer: IncomingTransfer, state: str, actor: Actor) -> None:
    transfer.state = state
    transfer.decided_by = actor.user if state == TransferState.BOOKED else None
    transfer.save(update_fields=["state", "decided_by"])


def _locked_line(line_id: int) -> BankStatementLine:
    """A line under the lock of its statement: lines themselves are never changed, so nobody may lock them."""
    line = BankStatementLine.objects.get(pk=line_id)
    BankStatement.objects.select_for_update().get(pk=line.statement_id)
    return line


def _locked(booking_id: int) -> LineBooking:
    return LineBooking.objects.select_for_update(of=("self",)).select_related("line").get(pk=booking_id)


def _waiting(booking_id: int, action: str, actor: Actor) -> LineBooking:
    booking = _locked(booking_id)
    require(actor, "transactions.approve_booking")
    BOOKING_FLOW.after(booking.state, action)
    if words := barred(booking, actor):
        raise DomainError(words, code="four_eyes")
    return booking


def _decide(booking: LineBooking, action: str, actor: Actor) -> None:
    booking.state = BOOKING_FLOW.after(booking.state, action)
    booking.decided_by, booking.decided_at = actor.user, now()
    booking.save(update_fields=["state", "decided_by", "decided_at", "refusal"])


def _figures(booking: LineBooking) -> dict[str, str]:
    return {"kind": booking.kind, "amount": str(booking.amount)}


def _fitting(amount: int) -> tuple[str, ...]:
    return (BookingKind.BANK_FEE if amount < 0 else BookingKind.INTEREST), BookingKind.UNKNOWN


def may_be_reversed(booking: LineBooking) -> bool:
    """Whether a booking stands, is no reversal itself and nobody has proposed to undo it."""
    is_first = booking.state == BookingState.BOOKED and booking.reverses_id is None
    return is_first and not booking.reversals.filter(state__in=OPEN).exists()


def barred(booking: LineBooking, actor: Actor) -> str | Promise:
    """Why this person does not decide on a booking: four eyes; empty where nothing stands against it."""
    if actor.user is None or booking.proposed_by_id == actor.user.pk:
        return _("Whoever proposed a booking does not decide on it. A second finance officer must.")
    return ""


def is_open(booking: LineBooking) -> bool:
    """Whether a second person still has to decide."""
    return booking.state == BookingState.PROPOSED
