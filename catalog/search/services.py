"""Keeping the catalogue in step with the records it mirrors, and counting open releases."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Asset, Revision
from catalog.classification.models import Access
from catalog.datasets.models import DataFile, OpenRelease
from catalog.offers.models import Audience, Listing
from catalog.offers.selectors import current_file, current_listing
from catalog.offers.states import ListingState
from catalog.search.index import fields_of
from catalog.search.models import CatalogueEntry
from exchange.common.errors import DomainError


@transaction.atomic
def refresh_entry(*, asset_id: int) -> CatalogueEntry | None:
    """The catalogue shows an asset as it is registered and offered now; what is no longer registered leaves it."""
    asset = Asset.objects.select_related("owner", "live__province").get(pk=asset_id)
    if asset.live is None:
        CatalogueEntry.objects.filter(asset=asset).delete()
        return None
    revision = asset.live
    revision.asset = asset
    current = current_listing(revision)
    offer = current if current and current.state == ListingState.LISTED else None
    fields = fields_of(revision, file=current_file(revision), listing=offer)
    fields["is_public"] = _is_public(revision, current)
    return CatalogueEntry.objects.update_or_create(asset=asset, defaults=fields)[0]


def _is_public(revision: Revision, current: Listing | None) -> bool:
    """Data for named organisations only is found by those alone, also while its offer is suspended."""
    classification = getattr(revision, "classification", None)
    for_named = classification is not None and classification.access == Access.NAMED
    return not (for_named or (current is not None and current.audience == Audience.NAMED))


@transaction.atomic
def refresh_all() -> int:
    """Every registered asset is written to the catalogue anew; returns how many."""
    keys = list(Asset.objects.filter(live__isnull=False).order_by("pk").values_list("pk", flat=True))
    for key in keys:
        refresh_entry(asset_id=key)
    CatalogueEntry.objects.exclude(asset__in=keys).delete()
    return len(keys)


@transaction.atomic
def count_release(*, file: DataFile, day: dt.date) -> None:
    """One more download of open data on a day; nobody is recorded."""
    row, _new = OpenRelease.objects.get_or_create(file=file, day=day)
    OpenRelease.objects.filter(pk=row.pk).update(count=F("count") + 1)


def check_release(*, listing: Listing, file: DataFile) -> None:
    """The stored file is the one the approved offer names, and its seller may trade; else nothing leaves (R8, R61)."""
    if not listing.revision.asset.owner.is_active:
        raise DomainError(
            _("The publisher may not offer data at the moment. Try again later."), code="seller_not_active"
        )
    if listing.snapshot.get("file_sha256") != file.stored.sha256:
        raise DomainError(
            _("The file differs from the version that was approved, so it is not handed out."), code="file_differs"
        )
