"""The clock's and the story's doors to payments."""

from accounts.access.actor import Actor
from exchange.jobs.services import job
from transactions.payments import services


@job("transactions.payments.ask_payment")
def ask_payment(order_id: int) -> None:
    """Ask the buyer for the transfer once both sides accepted the contract."""
    services.ask_payment(order_id=order_id, actor=Actor.system("payments"))
