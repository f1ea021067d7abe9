"""The clock's door to disputes."""

from accounts.access.actor import Actor
from exchange.jobs.services import periodic
from transactions.disputes import services


@periodic("transactions.disputes.clocks", cron="*/5 * * * *")
def clocks() -> None:
    """Remind, go on without an answer, and let decisions take effect."""
    services.run(actor=Actor.system("clock"))
