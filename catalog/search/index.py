"""What the catalogue keeps of a registered revision: the fields of its entry."""

from typing import Any

from catalog.assets.models import Revision
from catalog.datasets.models import DataFile
from catalog.offers.models import Listing
from catalog.search.words import body_of
from exchange.codes.selectors import row
from exchange.common.vietnamese import fold

MOST_COLUMNS = 300


def fields_of(revision: Revision, *, file: DataFile | None, listing: Listing | None) -> dict[str, Any]:
    """Every field of the entry but its visibility."""
    asset = revision.asset
    return {
        "listing": listing,
        "owner": asset.owner,
        "number": asset.number,
        "certificate": revision.certificate_number,
        "title_vi": revision.title_vi,
        "title_en": revision.title_en,
        "summary_vi": revision.summary_vi,
        "summary_en": revision.summary_en,
        "owner_name": asset.owner.name_vi,
        "body": body_of(_texts(revision, file, listing)),
        "theme": revision.theme,
        "origin": revision.origin,
        "province": revision.province_id or "",
        "sort_title": fold(revision.title_vi)[:120],
        "registered_at": revision.decided_at,
        "updated_at": max(moment for moment in (revision.decided_at, listing and listing.listed_at) if moment),
        **_class(revision),
        **_offer(listing),
        **_content(revision, file),
    }


def _class(revision: Revision) -> dict[str, Any]:
    classification = getattr(revision, "classification", None)
    if classification is None:
        return {"sharing": "", "importance": "", "access": ""}
    return {
        "sharing": classification.sharing if revision.asset.owner.is_state else "",
        "importance": classification.importance,
        "access": classification.access,
    }


def _offer(listing: Listing | None) -> dict[str, Any]:
    if listing is None:
        return {"price_kind": "", "price": 0}
    return {"price_kind": listing.price_kind, "price": listing.price}


def _content(revision: Revision, file: DataFile | None) -> dict[str, Any]:
    quality = getattr(revision, "quality", None)
    return {
        "formats": [file.format] if file else [],
        "row_count": file.row_count if file else None,
        "frequency": quality.frequency if quality else "",
        "quality": quality.index if quality else None,
    }


def _texts(revision: Revision, file: DataFile | None, listing: Listing | None) -> list[str]:
    owner = revision.asset.owner
    theme = row("theme", revision.theme)
    columns = file.columns.order_by("position")[:MOST_COLUMNS] if file else []
    return [
        revision.title_vi,
        revision.title_en,
        *revision.keywords,
        revision.other_names,
        revision.summary_vi,
        revision.summary_en,
        owner.name_en,
        owner.short_name,
        *([theme.label_vi, theme.label_en] if theme else []),
        *([revision.province.name_vi, revision.province.name_en] if revision.province else []),
        revision.asset.number,
        revision.certificate_number,
        listing.number if listing else "",
        revision.source_id,
        revision.master_entity,
        *(text for column in columns for text in (column.name, column.label_vi, column.label_en)),
        revision.description_vi,
        revision.description_en,
    ]
