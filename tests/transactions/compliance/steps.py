"""Orders the rules have looked at, as tests of the legality check need them."""

from accounts.access.actor import Actor
from catalog.offers.models import Listing
from catalog.offers.selectors import content_hash, snapshot
from tests.factories.transactions import (
    OrderFactory,
    listed,
    trader,
)
from transactions.compliance import services
from transactions.orders.models import Order

SYSTEM = Actor.system("legality")
RETURN = {
    "reason_code": "purpose_unclear",
    "reason_text": "Nêu rõ bộ phận dùng dữ liệu.",
    "fields": ["use_description"],
}


def screened(**fields) -> Order:
    """An order the rules have just looked at."""
    order = OrderFactory(accepted=True, **fields)
    services.screen(order_id=order.pk, actor=SYSTEM)
    order.refresh_from_db()
    return order


def related(**fields) -> Order:
    """A screened order between two firms of one group (R51 HOLD)."""
    buyer = trader(group_code="nhom-1")
    listing = listed(revision__asset__owner__group_code="nhom-1", **fields)
    return screened(listing=listing, buyer=buyer)


def important() -> Order:
    """A screened order of important data (R27 HOLD, two people)."""
    listing = listed()
    axes = listing.revision.classification
    axes.importance = "IMPORTANT"
    axes.save(update_fields=["importance"])
    return screened(listing=relist(listing))


def relist(listing: Listing) -> Listing:
    """Approve a listing again after its class changed."""
    listing = Listing.objects.get(pk=listing.pk)
    listing.snapshot = snapshot(listing)
    listing.content_hash = content_hash(listing.snapshot)
    listing.save(update_fields=["snapshot", "content_hash"])
    return listing
