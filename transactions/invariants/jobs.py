"""The clock's door to the invariants: every minute, whole every night, and whole when a worker starts."""

from accounts.access.actor import Actor
from exchange.jobs.services import job, periodic
from transactions.invariants.services import watch

WATCHER = Actor.system("invariants")


@periodic("transactions.invariants.watch", cron="* * * * *")
def every_minute() -> None:
    """Check what changed lately."""
    watch(actor=WATCHER)


@periodic("transactions.invariants.watch_all", cron="10 18 * * *")  # 01:10 in Viet Nam
def every_night() -> None:
    """Check the books of all time."""
    watch(actor=WATCHER, whole=True)


@job("transactions.invariants.start")
def at_start() -> None:
    """Check the books of all time when a worker starts, also after a restore."""
    watch(actor=WATCHER, whole=True)
