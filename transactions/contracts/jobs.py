"""The story's door to contracts."""

from accounts.access.actor import Actor
from exchange.jobs.services import job
from transactions.contracts import services


@job("transactions.contracts.draw_up")
def draw_up(order_id: int) -> None:
    """Write the contract of a cleared order."""
    services.draw_up(order_id=order_id, actor=Actor.system("contracts"))
