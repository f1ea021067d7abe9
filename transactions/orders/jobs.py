"""The clock's door to orders."""

from accounts.access.actor import Actor
from exchange.jobs.services import periodic
from transactions.orders import clocks as calendar


@periodic("transactions.orders.clocks", cron="*/5 * * * *")
def clocks() -> None:
    """Remind, escalate, lapse and cancel what has waited too long."""
    calendar.run(actor=Actor.system("clock"))
