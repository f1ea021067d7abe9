"""The catalogue entry of an asset is written in the transaction that changes the asset or its offer."""

from typing import Any

from django.db import transaction

from catalog.assets.models import Asset, Revision
from catalog.datasets.models import Column, DataFile
from catalog.offers.models import Audience, Listing
from catalog.offers.selectors import current_file
from catalog.offers.states import ListingState
from catalog.search.models import CatalogueEntry
from exchange.common.clock import now
from exchange.common.vietnamese import fold


@transaction.atomic
def refresh_entry(*, asset_id: int) -> CatalogueEntry | None:
    """Show an asset as it is registered and offered now; an asset without live revision leaves the catalogue."""
    asset = Asset.objects.select_related("owner", "live__classification", "live__quality").get(pk=asset_id)
    if asset.live is None:
        CatalogueEntry.objects.filter(asset=asset).delete()
        return None
    asset.live.asset = asset
    listing = asset.live.listings.filter(state=ListingState.LISTED).first()
    entry, _ = CatalogueEntry.objects.update_or_create(asset=asset, defaults=_values(asset.live, listing))
    return entry


def _values(revision: Revision, listing: Listing | None) -> dict[str, Any]:
    file = current_file(revision)
    return {
        "number": revision.asset.number,
        "certificate": revision.certificate_number,
        "title_vi": revision.title_vi,
        "title_en": revision.title_en,
        "summary_vi": revision.summary_vi,
        "summary_en": revision.summary_en,
        "owner": revision.asset.owner,
        "owner_name": revision.asset.owner.name_vi,
        "body": _body(revision, file),
        "theme": revision.theme,
        "province": revision.province_id or "",
        "sort_title": fold(revision.title_vi)[:120],
        "registered_at": revision.decided_at,
        "updated_at": now(),
        "formats": [file.format] if file else [],
        "row_count": file.row_count if file else None,
        **_classes(revision),
        **_offer(listing),
    }


def _classes(revision: Revision) -> dict[str, Any]:
    sharing, _importance, _origin = revision.classification.badges
    return {
        "sharing": sharing.upper(),
        "importance": revision.classification.importance,
        "origin": revision.origin,
        "access": revision.classification.access,
        "frequency": revision.quality.frequency,
        "quality": revision.quality.measured.get("score"),
    }


def _offer(listing: Listing | None) -> dict[str, Any]:
    return {
        "listing": listing,
        "price_kind": listing.price_kind if listing else "",
        "price": listing.price if listing else 0,
        "is_public": listing is None or listing.audience == Audience.PUBLIC,
    }


def _body(revision: Revision, file: DataFile | None) -> str:
    columns = Column.objects.filter(file=file).values_list("name", "label_vi", "label_en") if file else []
    words = [
        revision.summary_vi,
        revision.summary_en,
        revision.description_vi,
        revision.description_en,
        revision.other_names,
        *revision.keywords,
        revision.asset.number,
        revision.certificate_number,
        revision.asset.owner.name_en,
        revision.asset.owner.short_name,
        *(word for names in columns for word in names),
    ]
    return "\n".join(word for word in words if word)
