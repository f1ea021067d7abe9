"""The clock's and the story's doors to payments."""

from accounts.access.actor import Actor
from exchange.jobs.services import job
from transactions.payments import services
from transactions.payments.models import IncomingTransfer, TransferState


@job("transactions.payments.ask_payment")
def ask_payment(order_id: int) -> None:
    """Ask the buyer for the transfer once both sides accepted the contract."""
    services.ask_payment(order_id=order_id, actor=Actor.system("payments"))


@job("transactions.payments.match_parked")
def match_parked() -> None:
    """Match what waited while trading was stopped."""
    waiting = IncomingTransfer.objects.filter(state=TransferState.MISMATCHED, mismatch="halted").order_by("pk")
    for pk in waiting.values_list("pk", flat=True):
        services.match_parked(transfer_id=pk, actor=Actor.system("payments"))
