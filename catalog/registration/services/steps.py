"""Saving one page of a registration, whichever room keeps its answers."""

from typing import Any

from django.db import transaction

from accounts.access.actor import Actor
from catalog.assets import services as assets
from catalog.assets.models import Revision
from catalog.classification.services import save_classification
from catalog.offers import services as offers
from catalog.quality.services import save_quality


@transaction.atomic
def save_page(*, part: str, step: int, revision_id: int, version: int, data: dict[str, Any], actor: Actor) -> Revision:
    """Keep the answers of a page; the first answer about an offer begins the offer."""
    if part == "listing":
        listing = offers.create_listing(revision_id=revision_id, actor=actor)
        return offers.save_terms(listing_id=listing.pk, version=version, data=data, actor=actor).revision
    if part == "classification":
        return save_classification(revision_id=revision_id, version=version, data=data, actor=actor)
    if part == "quality":
        return save_quality(revision_id=revision_id, version=version, data=data, actor=actor)
    return assets.save_step(revision_id=revision_id, step=step, version=version, data=data, actor=actor)
