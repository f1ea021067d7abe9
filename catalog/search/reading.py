"""What the page of a dataset reads: statements that are made once a process, planned once a connection."""

from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from accounts.access.actor import Actor
from catalog.assets.models import Revision
from catalog.assets.states import RevisionState
from catalog.datasets.models import Column
from catalog.datasets.selectors import current_files
from catalog.quality.scores import CRITERIA
from catalog.search.models import CatalogueEntry
from exchange.common.prepared import Prepared, PreparedRecords
from exchange.transparency.models import Entry
from exchange.transparency.selectors import subject_label

SHOWN_VERSIONS = (RevisionState.REGISTERED, RevisionState.SUPERSEDED)
# What changes when anything on the page changes: versions of the records that carry one, values of the others.
STAMP = (
    *("pk", "listing", "quality", "certificate", "is_public", "sharing", "importance", "origin", "access"),
    *("asset__live", "asset__live__version", "asset__live__updated_at", "asset__live__quality__measured_at"),
    *("asset__live__quality__last_updated", "listing__version", "owner__version", "owner__state"),
    *("owner__name_vi", "owner__name_en", "owner__verified_at", "owner__verified_until"),
)
# What nobody sees there is not read: frozen copies, papers of the owner, the text that is searched.
OF_ENTRY = (
    *("number", "certificate", "title_vi", "title_en", "summary_vi", "summary_en", "theme", "sharing", "importance"),
    *("origin", "access", "formats", "frequency", "province", "row_count", "quality", "price_kind", "price"),
    *("is_public", "registered_at", "updated_at", "asset__number", "asset__owner"),
    *("owner__name_vi", "owner__name_en", "owner__state", "owner__verified_at", "owner__verified_until"),
    *("owner__log_ref", "listing__number", "listing__revision", "listing__price_kind", "listing__price"),
    *("listing__vat_treatment", "listing__audience", "listing__content_hash", "listing__snapshot"),
    *("listing__licence__name_vi", "listing__licence__name_en", "listing__licence__is_open"),
)
OF_REVISION = (
    *("number", "state", "title_vi", "title_en", "summary_vi", "summary_en", "description_vi", "description_en"),
    *("keywords", "publisher", "province__name_vi", "province__name_en", "is_core_dataset", "contact_mailbox"),
    *("origin", "how_obtained", "legal_basis", "parents", "method", "certificate_number", "content_hash"),
    *("decided_at", "classification__subject", "classification__people_described", "classification__processing_basis"),
    *("classification__access", "classification__for_state", "classification__for_firms"),
    *("classification__for_persons", "classification__limit_reason", "classification__limit_text"),
    *("classification__classified_on", "quality__frequency", "quality__last_updated", "quality__temporal_from"),
    *("quality__temporal_to", "quality__spatial", "quality__declared_method", "quality__limitations"),
    *("quality__standards", "quality__measured", "quality__measured_at", *(f"quality__{name}" for name in CRITERIA)),
)
OF_FILE = (
    *("revision", "original_name", "format", "row_count", "column_count", "preview_on", "preview_rows"),
    *("stored__purpose", "stored__name", "stored__media_type", "stored__size", "stored__sha256"),
)
OF_COLUMN = (
    *("name", "label_vi", "label_en", "type", "unit", "code_list", "is_required", "is_key", "nulls", "distinct"),
    *("minimum", "maximum", "example", "position", "suspected", "is_personal", "override_reason"),
)
OF_VERSION = ("number", "state", "decided_at", "certificate_number", "content_hash", "asset_id")


def is_visitor(actor: Actor) -> bool:
    """Whether the viewer sees what everybody sees."""
    return not actor.is_staff and actor.organisation is None


def stamp(number: str, actor: Actor) -> tuple[Any, ...] | None:
    """The stamp of a page, its owner, and its place in the public log: leaf hash and index, if it has them yet."""
    rows = _stamp_for_visitors.rows(number=number) if is_visitor(actor) else list(_stamp(actor, number))
    return rows[0] if rows else None


def entry(number: str, actor: Actor) -> CatalogueEntry | None:
    """The entry this viewer may see, with what it brings along."""
    return _entry_for_visitors.first(number=number) if is_visitor(actor) else _entry(actor, number).first()


def _stamp(actor: Actor, number: str) -> QuerySet:
    live = Concat(Value(subject_label(Revision(pk=0))[:-1]), Cast(OuterRef("asset__live"), CharField()))
    registered = Entry.objects.filter(subject=live, kind="asset.register").order_by("-number")
    place = (Subquery(registered.values(name)[:1]) for name in ("leaf_hash", "sequenced__index"))
    entries = CatalogueEntry.objects.visible_to(actor).filter(number=number).order_by()
    return entries.values_list(*STAMP, "owner", *place)


def _entry(actor: Actor, number: str) -> QuerySet:
    entries = CatalogueEntry.objects.visible_to(actor).select_related(
        *("owner", "listing__licence", "asset__live__province"),
        *("asset__live__classification", "asset__live__quality"),
    )
    shown = (*OF_ENTRY, *(f"asset__live__{name}" for name in OF_REVISION))
    return entries.only(*shown).filter(number=number).order_by()


def _shown_versions(asset: int) -> QuerySet:
    rows = Revision.objects.filter(asset=asset, state__in=SHOWN_VERSIONS).order_by("-number")
    return rows.only(*OF_VERSION)


_stamp_for_visitors = Prepared(lambda number: _stamp(Actor(), number), "number")
_entry_for_visitors = PreparedRecords(lambda number: _entry(Actor(), number), "number")
file = PreparedRecords(lambda revision: current_files(revision).only(*OF_FILE)[:1], "#revision")
columns = PreparedRecords(lambda file: Column.objects.filter(file=file).only(*OF_COLUMN).order_by("position"), "#file")
versions = PreparedRecords(_shown_versions, "#asset")
