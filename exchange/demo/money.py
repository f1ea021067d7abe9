"""Money of the demonstration: a payout handed to the bank, one that waits, a statement with two fees of the bank."""

import csv
import io

from accounts.access.models import StaffRole
from exchange.common.clock import now
from exchange.demo.cast import Cast
from exchange.jobs.testing import run_jobs
from transactions.payments.models import IncomingTransfer
from transactions.payouts.services import approve_batch, prepare_batch
from transactions.statements.bookings import approve_booking, propose_booking
from transactions.statements.models import BankStatementLine
from transactions.statements.reading import HEAD
from transactions.statements.services import import_statement, upload_statement
from transactions.statements.states import BookingKind

FEES = (("PHI-TK-2026-11", 11_000, "PHI QUAN LY TAI KHOAN T11/2026"), ("PHI-SK-2026-11", 3_300, "PHI SAO KE T11/2026"))


def pay_out(cast: Cast) -> None:
    """What the first completed trade earned is handed to the bank by two people."""
    first, second = (cast.staff(StaffRole.FINANCE, number) for number in (0, 1))
    batch = prepare_batch(actor=first)
    approve_batch(batch_id=batch.pk, actor=second)


def reconcile(cast: Cast) -> None:
    """The bank's statement of every transfer and two fees: one is booked by two people, one waits for the second."""
    officer, second = (cast.staff(StaffRole.FINANCE, number) for number in (0, 1))
    statement = upload_statement(file_name="sao-ke-minh-hoa.csv", content=_statement(), actor=officer)
    import_statement(statement_id=statement.pk, actor=officer)
    lines = BankStatementLine.objects.filter(bank_transaction_id__in=[number for number, *_ in FEES]).order_by("line")
    reason = "Phí của ngân hàng theo biểu phí, chưa có trong sổ (minh họa)."
    first, _waiting = [
        propose_booking(line_id=line.pk, kind=BookingKind.BANK_FEE, reason=reason, actor=officer) for line in lines
    ]
    approve_booking(booking_id=first.pk, actor=second)


def _statement() -> bytes:
    out, balance = io.StringIO(), 0
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerow(["OPENING", "", 0, 0, ""])
    for one in IncomingTransfer.objects.order_by("value_time", "pk"):
        balance += one.amount
        writer.writerow([one.bank_transaction_id, one.value_time.isoformat(), one.amount, balance, one.memo])
    for number, fee, memo in FEES:
        balance -= fee
        writer.writerow([number, now().isoformat(timespec="seconds"), -fee, balance, memo])
    writer.writerow(["TOTAL", "", balance, balance, ""])
    return out.getvalue().encode()


def play(cast: Cast) -> None:
    """A statement with the bank's fees; what the divided trade left to both sides waits for a second person."""
    reconcile(cast)
    prepare_batch(actor=cast.staff(StaffRole.FINANCE))
    run_jobs()
