"""Reads for the page of a certificate."""

from django.db.models import QuerySet

from catalog.assets.models import Revision
from catalog.assets.states import RevisionState
from catalog.classification.models import Access, Sharing
from catalog.offers.models import Audience, Listing
from catalog.offers.states import ListingState
from exchange.transparency.models import Entry
from exchange.transparency.selectors import entries_of

CERTIFIED = (RevisionState.REGISTERED, RevisionState.SUPERSEDED, RevisionState.RETIRED)


def certified() -> QuerySet[Revision]:
    """Revisions that stand in the register, or once stood there."""
    rows = Revision.objects.filter(state__in=CERTIFIED)
    return rows.select_related("asset__owner__province", "asset__live", "classification")


def is_content_public(revision: Revision) -> bool:
    """Whether everybody may read all that was registered, not only its hash."""
    row = revision.classification
    if revision.listings.current().filter(audience=Audience.NAMED).exists():
        return False
    return row.access != Access.NAMED and row.sharing != Sharing.INTERNAL and row.importance == "OTHER"


def public_offer(revision: Revision) -> Listing | None:
    """The offer on the market that everybody may see."""
    shown = revision.listings.filter(state=ListingState.LISTED, audience=Audience.PUBLIC)
    return shown.select_related("licence").first() if is_content_public(revision) else None


def entry_of_registration(revision: Revision) -> Entry | None:
    """The log entry by which the certificate was issued."""
    return entries_of(revision).filter(kind="asset.register").first()
