"""Clock of the room, and what is done after the deletion of a draft."""

from accounts.access.actor import Actor
from catalog.registration.services import erase_discarded, run_clocks
from exchange.jobs.registry import job
from exchange.jobs.services import periodic


@periodic("catalog.registration.clocks", cron="15 1 * * *")
def clocks() -> None:
    """Remind owners of returned cases, and let the oldest lapse, once a day."""
    run_clocks()


@job("catalog.registration.erase_discarded")
def erase_discarded_draft(revision_id: int) -> None:
    """Take what a deleted draft left off the disk."""
    erase_discarded(revision_id=revision_id, actor=Actor.system("registration"))
