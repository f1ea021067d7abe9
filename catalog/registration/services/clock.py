"""What the clock does with returned cases: two reminders, then they lapse (product rule 2.2)."""

from django.db import transaction

from accounts.access.actor import Actor
from accounts.access.services import require
from catalog.assets.models import Revision
from catalog.assets.states import RevisionState
from catalog.offers.models import Listing
from catalog.offers.states import ListingState
from catalog.registration.services.shared import Case, lock_listing, lock_revision, move, tell, working_days
from exchange.codes.services import days_left
from exchange.common.clock import today
from exchange.rules.selectors import parameters

CLOCK = Actor.system("clock")


@transaction.atomic
def remind_or_lapse(*, actor: Actor, revision_id: int | None = None, listing_id: int | None = None) -> str:
    """Let a returned case lapse when its time is over, or remind its owner; says which, or nothing."""
    case: Case = lock_revision(revision_id, None) if revision_id else lock_listing(listing_id or 0, None)
    require(actor, "catalog.lapse_asset")
    kind = "registration" if isinstance(case, Revision) else "listing"
    if case.state not in (RevisionState.RETURNED, ListingState.RETURNED) or case.due_on is None:
        return ""
    if case.due_on < today():
        move(case, "lapse", actor=actor, due_on=None)
        tell(f"{kind}.lapsed", case)
        return "lapsed"
    if not _reminder_is_due(case):
        return ""
    case.reminders_sent += 1
    case.save(update_fields=["reminders_sent"])
    tell(f"{kind}.reminder", case)
    return "reminded"


def _reminder_is_due(case: Case) -> bool:
    """Reminders are counted from the return: the lapse day less the days that are left."""
    after = parameters(today()).get("returned_remind_days")
    passed = working_days("returned_lapse_days") - days_left(today(), case.due_on)
    return case.reminders_sent < len(after) and passed >= after[case.reminders_sent]


def run_clocks() -> None:
    """Every returned case, each in a transaction of its own."""
    for pk in Revision.objects.filter(state=RevisionState.RETURNED).values_list("pk", flat=True):
        remind_or_lapse(revision_id=pk, actor=CLOCK)
    for pk in Listing.objects.filter(state=ListingState.RETURNED).values_list("pk", flat=True):
        remind_or_lapse(listing_id=pk, actor=CLOCK)
