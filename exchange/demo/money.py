"""Money of the demonstration: a payout handed to the bank, one that waits, a statement that agrees."""

import csv
import io

from accounts.access.models import StaffRole
from exchange.demo.cast import Cast
from exchange.jobs.testing import run_jobs
from transactions.payments.models import IncomingTransfer
from transactions.payouts.services import approve_batch, prepare_batch
from transactions.statements.reading import HEAD
from transactions.statements.services import import_statement, upload_statement


def pay_out(cast: Cast) -> None:
    """What the first completed trade earned is handed to the bank by two people."""
    first, second = (cast.staff(StaffRole.FINANCE, number) for number in (0, 1))
    batch = prepare_batch(actor=first)
    approve_batch(batch_id=batch.pk, actor=second)


def reconcile(cast: Cast) -> None:
    """The bank's statement of every transfer so far is imported; it agrees with the ledger to the dong."""
    officer = cast.staff(StaffRole.FINANCE)
    statement = upload_statement(file_name="sao-ke-minh-hoa.csv", content=_statement(), actor=officer)
    import_statement(statement_id=statement.pk, actor=officer)


def _statement() -> bytes:
    out, balance = io.StringIO(), 0
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerow(["OPENING", "", 0, 0, ""])
    for one in IncomingTransfer.objects.order_by("value_time", "pk"):
        balance += one.amount
        writer.writerow([one.bank_transaction_id, one.value_time.isoformat(), one.amount, balance, one.memo])
    writer.writerow(["TOTAL", "", balance, balance, ""])
    return out.getvalue().encode()


def play(cast: Cast) -> None:
    """A statement that agrees; what the divided trade left to both sides waits for a second person."""
    reconcile(cast)
    prepare_batch(actor=cast.staff(StaffRole.FINANCE))
    run_jobs()
