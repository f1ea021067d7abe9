"""Clock of the room."""

from catalog.registration.services import run_clocks
from exchange.jobs.services import periodic


@periodic("catalog.registration.clocks", cron="15 1 * * *")
def clocks() -> None:
    """Remind owners of returned cases, and let the oldest lapse, once a day."""
    run_clocks()
