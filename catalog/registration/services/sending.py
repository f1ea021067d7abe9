"""The owner's side: send a registration, a listing, or both, and send them again after a return."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from catalog.assets import services as assets
from catalog.assets.models import Asset, Revision
from catalog.assets.states import ASSET_FLOW, RevisionState
from catalog.assets.steps import REGISTRATION_STEPS
from catalog.assets.wizard import STEPS
from catalog.classification.models import Classification
from catalog.classification.steps import FIELDS as CLASS_FIELDS
from catalog.offers.models import Listing
from catalog.offers.selectors import content_hash, registration_snapshot, snapshot, unanswered
from catalog.offers.states import LISTING_FLOW, NEWER_REVISION, REPLACED, ListingState
from catalog.quality.models import QualityStatement
from catalog.quality.steps import FIELDS as QUALITY_FIELDS
from catalog.registration.preflight import evaluate_listing, evaluate_registration
from catalog.registration.selectors import obstacle_to_retiring
from catalog.registration.services.shared import (
    lock_listing,
    lock_revision,
    move,
    refuse_blocked,
    review_due,
    tell,
)
from catalog.search.services import refresh_entry
from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove


@transaction.atomic
def submit_registration(*, revision_id: int, version: int, declared: bool, actor: Actor) -> Revision:
    """Send a registration, or send it again after a return; from here on it can be read, not changed."""
    revision = lock_revision(revision_id, version)
    require(actor, "catalog.submit_asset", organisation=revision.asset.owner)
    action = _sending_action(ASSET_FLOW.actions(revision.state))
    _refuse_unfinished(revision.steps_done)
    _refuse_undeclared(declared)
    refuse_blocked(evaluate_registration(revision, actor=actor))
    content = registration_snapshot(revision)
    move(
        revision,
        action,
        actor=actor,
        data={"content": content_hash(content)},
        snapshot=content,
        truth_declared=True,
        **_sent_by(actor, review_due(revision)),
    )
    tell("registration.submitted", revision)
    return revision


@transaction.atomic
def submit_listing(*, listing_id: int, version: int, declared: bool, actor: Actor) -> Listing:
    """Send an offer for moderation, or send it again; its terms and price are frozen with it (product rule 2.2)."""
    listing = lock_listing(listing_id, version)
    require(actor, "catalog.submit_asset", organisation=listing.revision.asset.owner)
    action = _sending_action(LISTING_FLOW.actions(listing.state))
    if listing.revision.state not in (RevisionState.SUBMITTED, RevisionState.IN_REVIEW, RevisionState.REGISTERED):
        raise DomainError(_("Send the registration first, or together with the offer."), code="registration_not_sent")
    if unanswered(listing):
        raise DomainError(_("Step 6 is not complete. Answer its questions first."), code="offer_incomplete")
    _refuse_undeclared(declared)
    listing.lawful_declared = True
    refuse_blocked(evaluate_listing(listing, actor=actor))
    content = snapshot(listing)
    move(
        listing,
        action,
        actor=actor,
        data={"content": content_hash(content)},
        snapshot=content,
        lawful_declared=True,
        **_sent_by(actor, review_due(listing)),
    )
    tell("listing.submitted", listing, listing=listing.number)
    return listing


@transaction.atomic
def submit_together(
    *, revision_id: int, version: int, listing_id: int, listing_version: int, declared: bool, actor: Actor
) -> Revision:
    """Send a registration and its offer at once: two decisions on one case page."""
    revision = submit_registration(revision_id=revision_id, version=version, declared=declared, actor=actor)
    submit_listing(listing_id=listing_id, version=listing_version, declared=declared, actor=actor)
    return revision


@transaction.atomic
def new_revision(*, asset_id: int, actor: Actor) -> Revision:
    """A draft beside the live revision with its answers; only the file is asked for again."""
    revision = assets.copy_revision(asset_id=asset_id, actor=actor)
    live = revision.asset.live
    earlier = Classification.objects.get(revision=live)
    kept = {name: getattr(earlier, name) for name in (*CLASS_FIELDS, "classified_by", "classified_on")}
    Classification.objects.create(revision=revision, **kept)
    statement = QualityStatement.objects.get(revision=live)
    kept = {name: getattr(statement, name) for name in (*QUALITY_FIELDS, "next_due")}
    QualityStatement.objects.create(revision=revision, **kept)
    revision.steps_done = [step for step in REGISTRATION_STEPS if step != 2]
    revision.save(update_fields=["steps_done"])
    return revision


@transaction.atomic
def retire(*, revision_id: int, version: int, actor: Actor) -> Revision:
    """Take a registered asset out of the catalogue; its certificate stays readable. An offer is ended first."""
    asset_id = Revision.objects.values_list("asset_id", flat=True).get(pk=revision_id)
    asset = Asset.objects.select_for_update().get(pk=asset_id)
    revision = lock_revision(revision_id, version)
    require(actor, "catalog.submit_asset", organisation=revision.asset.owner)
    _end_replaced(asset, actor)
    code, words = obstacle_to_retiring(asset)
    if code:
        raise DomainError(words, code=code)
    move(revision, "retire", actor=actor)
    asset.live = None
    asset.save(update_fields=["live"])
    refresh_entry(asset_id=asset.pk)
    return revision


def _end_replaced(asset: Asset, actor: Actor) -> None:
    """An offer that only waited for the newer revision's own ends with the asset; nobody could end it otherwise."""
    waiting = Listing.objects.locked().filter(revision__asset=asset, state=ListingState.SUSPENDED)
    for offer in waiting.filter(reason_code=NEWER_REVISION).select_related("revision__asset"):
        move(offer, "remove", actor=actor, reason_code=REPLACED, reason_text="")


def _sending_action(actions: Collection[str]) -> str:
    for action in ("submit", "resubmit"):
        if action in actions:
            return action
    raise IllegalMove()


def _refuse_unfinished(steps_done: Collection[int]) -> None:
    missing = [step for step in REGISTRATION_STEPS if step not in steps_done]
    if missing:
        titles = "; ".join(str(STEPS[step]) for step in missing)
        sentence = _("These steps are not complete yet: %(steps)s. Finish them, then send.")
        raise DomainError(sentence % {"steps": titles}, code="steps_missing")


def _refuse_undeclared(declared: bool) -> None:
    if not declared:
        words = _("Declare that the information is accurate and lawful.")
        raise DomainError(words, code="not_declared", fields={"declared": words})


def _sent_by(actor: Actor, due: Any) -> dict[str, Any]:
    return {
        "submitted_by": actor.user,
        "submitted_at": now(),
        "declared_by": actor.user,
        "declared_at": now(),
        "due_on": due,
        "reminders_sent": 0,
    }
