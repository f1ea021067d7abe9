"""The story's door to the legality check."""

from accounts.access.actor import Actor
from exchange.jobs.services import job
from transactions.compliance import services


@job("transactions.compliance.screen")
def screen(order_id: int) -> None:
    """Check an accepted order by the rules."""
    services.screen(order_id=order_id, actor=Actor.system("legality"))
