"""The owner changes their mind: a sent registration comes back as a draft, a draft that was never sent goes."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from catalog.assets.models import Revision, RightsEvidence
from catalog.assets.states import ASSET_FLOW
from catalog.datasets import services as datasets
from catalog.offers.services import TAKEN_BACK
from catalog.offers.states import ListingState
from catalog.registration.services.shared import lock_revision, move, tell
from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove
from exchange.jobs.services import enqueue


@transaction.atomic
def withdraw_registration(*, revision_id: int, version: int, actor: Actor) -> Revision:
    """A registration no reviewer has taken is a draft again, and so is the offer that was sent with it.

    What was sent stays in the log and with its checks.
    """
    revision = lock_revision(revision_id, version)
    require(actor, "catalog.submit_asset", organisation=revision.asset.owner)
    if not ASSET_FLOW.allows(revision.state, "withdraw"):
        raise IllegalMove()
    offers = list(revision.listings.locked().filter(state__in=(ListingState.SUBMITTED, ListingState.IN_REVIEW)))
    if any(offer.state == ListingState.IN_REVIEW for offer in offers):
        sentence = _("A reviewer has begun to examine the offer sent with it. Ask the exchange to return both to you.")
        raise DomainError(sentence, code="offer_taken")
    for offer in offers:
        offer.revision = revision
        move(offer, "withdraw", actor=actor, **TAKEN_BACK)
    move(revision, "withdraw", actor=actor, due_on=None, snapshot={}, truth_declared=False)
    tell("registration.withdrawn", revision)
    return revision


@transaction.atomic
def discard_draft(*, revision_id: int, version: int, actor: Actor) -> Revision:
    """A draft that was never sent is closed for everybody; its files and papers go, its rows and number stay."""
    revision = lock_revision(revision_id, version)
    require(actor, "catalog.edit_asset", organisation=revision.asset.owner)
    if not ASSET_FLOW.allows(revision.state, "discard"):
        raise IllegalMove()
    if revision.submitted_at is not None:
        sentence = _("This registration was sent once, so the exchange keeps it. It can stay a draft.")
        raise DomainError(sentence, code="was_sent")
    datasets.take_away_of(revision)
    RightsEvidence.objects.filter(revision=revision, removed_at__isnull=True).update(removed_at=now())
    move(revision, "discard", actor=actor)
    enqueue("catalog.registration.erase_discarded", revision_id=revision.pk)
    return revision
