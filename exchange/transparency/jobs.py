"""The clock of the log."""

import structlog

from exchange.jobs.registry import job, periodic
from exchange.transparency import sealer
from exchange.transparency.services import SEAL

log = structlog.get_logger(__name__)


@job(SEAL)
def seal() -> None:
    """Publish what was just committed; queued by record() once its transaction is through."""
    _seal()


@periodic("exchange.transparency.seal_left_over", cron="* * * * * */15")
def seal_left_over() -> None:
    """Publish what waits although nobody asked: a process died right after its commit."""
    _seal()


def _seal() -> None:
    sealed = sealer.seal()
    if sealed.added:
        log.info("log_sealed", size=sealed.size, added=sealed.added)
