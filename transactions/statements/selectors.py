"""What the bank says against what the ledger says, to the dong."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from transactions.ledger import accounts
from transactions.ledger.models import Posting
from transactions.payments.models import IncomingTransfer, TransferState
from transactions.payouts.models import Payout
from transactions.payouts.states import PayoutState
from transactions.statements.models import BankStatement, BankStatementLine, LineBooking, LineEffect, StatementState
from transactions.statements.states import OPEN, BookingState


@dataclass(frozen=True)
class Reconciliation:
    """The escrow account at the bank and in the ledger, and every row that makes them differ."""

    statement: BankStatement | None
    bank: int  # closing balance of the latest statement
    ledger: int  # what the ledger says the bank holds
    not_on_statement: list[IncomingTransfer]  # booked from a report, not on any statement yet
    not_in_books: list[BankStatementLine]  # on a statement, not booked or with another sum
    under_way: list[Payout]  # handed to the bank, not on any statement yet: no difference

    @property
    def difference(self) -> int:
        """Bank less ledger."""
        return self.bank - self.ledger

    @property
    def explained(self) -> int:
        """The part of the difference the rows account for."""
        booked = sum(_booked(line) for line in self.not_in_books)
        there = sum(line.amount for line in self.not_in_books)
        return there - booked - sum(transfer.amount for transfer in self.not_on_statement)

    @property
    def unexplained(self) -> int:
        """What no row explains: zero, or the books are wrong."""
        return self.difference - self.explained

    @property
    def agrees(self) -> bool:
        """Whether bank and ledger agree to the dong, row by row."""
        return not (self.difference or self.not_in_books or self.not_on_statement)


def _booked(line: BankStatementLine) -> int:
    if line.transfer is not None:
        return line.transfer.amount
    is_paid = line.payout is not None and line.payout.state == PayoutState.PAID
    return -line.payout.amount if is_paid and line.payout is not None else 0


def in_ledger() -> int:
    """What the ledger says the bank holds for the exchange."""
    return -(Posting.objects.filter(account__code=accounts.BANK).aggregate(sum=Sum("amount"))["sum"] or 0)


def _booked_as(*states: str) -> Exists:
    """Whether a line has a booking in one of these states that is no reversal."""
    return Exists(LineBooking.objects.filter(line=OuterRef("pk"), reverses__isnull=True, state__in=states))


def waiting_bookings() -> QuerySet[LineBooking]:
    """Bookings of lines that wait for a second person."""
    return LineBooking.objects.filter(state=BookingState.PROPOSED).select_related("line", "proposed_by")


def bookable_lines() -> QuerySet[BankStatementLine]:
    """Lines that match nothing: money that went out unordered, money that came in and waits in the queue."""
    account = settings.ESCROW_ACCOUNT["number"]
    waits = Q(transfer__state=TransferState.MISMATCHED, transfer__currency="VND", transfer__credit_account=account)
    rows = BankStatementLine.objects.filter(Q(effect=LineEffect.UNKNOWN) | waits & ~Q(effect=LineEffect.DIFFERS))
    return rows.exclude(_booked_as(*OPEN)).order_by("-value_time", "pk")


def lines_of(statement: BankStatement) -> QuerySet[BankStatementLine]:
    """Lines in the order of the file, each with what two people booked it as, or what waits for the second."""
    return statement.lines.order_by("line").prefetch_related(_present_bookings())


def _present_bookings() -> Prefetch:
    """What a line is in the books or is proposed to be: one at a time, as `named`; a reversal is not one."""
    rows = LineBooking.objects.filter(state__in=OPEN, reverses__isnull=True)
    return Prefetch("bookings", rows, to_attr="named")


def unmatched_lines() -> QuerySet[BankStatementLine]:
    """Lines of statements that do not agree with the books."""
    rows = BankStatementLine.objects.filter(effect__in=(LineEffect.DIFFERS, LineEffect.UNKNOWN))
    rows = rows.exclude(_booked_as(BookingState.BOOKED))
    rows = rows.select_related("statement", "transfer", "payout").prefetch_related(_present_bookings())
    return rows.order_by("-value_time", "pk")


def reconciliation() -> Reconciliation:
    """The account as it stands after the latest imported statement."""
    imported = BankStatement.objects.filter(state=StatementState.IMPORTED)
    latest = imported.order_by("-last_day", "-pk").first()
    reported = IncomingTransfer.objects.filter(statement_line__isnull=True).order_by("value_time", "pk")
    return Reconciliation(
        statement=latest,
        bank=latest.closing if latest else 0,
        ledger=in_ledger(),
        not_on_statement=[transfer for transfer in reported if transfer.reached_escrow],
        not_in_books=list(unmatched_lines()),
        under_way=list(Payout.objects.filter(state=PayoutState.RELEASED).order_by("pk")),
    )
