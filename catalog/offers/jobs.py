"""Offers follow the standing of their sellers."""

from accounts.access.actor import Actor
from catalog.offers import selectors, services
from exchange.common.clock import today
from exchange.jobs.registry import periodic
from exchange.jobs.services import job

STANDING = Actor.system("standing")


@job("catalog.offers.follow_standing")
def follow_standing(organisation_id: int) -> None:
    """A seller was suspended, restored, verified or closed."""
    services.follow_standing(organisation_id=organisation_id, actor=STANDING)


@periodic("catalog.offers.clocks", cron="3,18,33,48 * * * *")
def clocks() -> None:
    """A verification ended, or was renewed, without anybody pressing a button."""
    for seller_id in selectors.sellers_out_of_step(today()):
        services.follow_standing(organisation_id=seller_id, actor=STANDING)
