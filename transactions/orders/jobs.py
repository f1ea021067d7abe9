"""The clock's door to orders."""

from accounts.access.actor import Actor
from exchange.jobs.services import job, periodic
from transactions.orders import clocks as calendar
from transactions.orders import overlays


@periodic("transactions.orders.clocks", cron="*/5 * * * *")
def clocks() -> None:
    """Remind, escalate, lapse and cancel what has waited too long."""
    calendar.run(actor=Actor.system("clock"))


@job("transactions.orders.resume_all")
def resume_all() -> None:
    """Go on with the trades that waited while trading was stopped."""
    overlays.resume_all()
