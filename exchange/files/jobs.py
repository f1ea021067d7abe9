"""Cleaning up behind uploads."""

from exchange.files import services
from exchange.jobs.services import periodic


@periodic("exchange.files.sweep", cron="17 * * * *")
def sweep() -> None:
    """Remove what interrupted uploads left behind."""
    services.sweep()
