"""What the page of a dataset reads: statements that are made once a process, planned once a connection."""

from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from accounts.access.actor import Actor
from catalog.assets.models import Revision
from catalog.assets.states import RevisionState
from catalog.datasets.models import Column
from catalog.datasets.selectors import current_files
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
    *("is_public", "registered_at", "updated_at", "asset__number", "asset__live", "asset__owner"),
    *("owner__name_vi", "owner__name_en", "owner__state", "owner__verified_at", "owner__verified_until"),
    *("owner__log_ref", "listing__number", "listing__revision", "listing__price_kind", "listing__price"),
    *("listing__vat_treatment", "listing__audience", "listing__content_hash", "listing__snapshot"),
    *("listing__licence__name_vi", "listing__licence__name_en", "listing__licence__is_open"),
)
NOT_OF_REVISION = (
    *("snapshot", "reason_text", "reason_fields", "cleared_rules", "declared_at", "submitted_at", "due_on"),
    *("third_party_rights", "ip_notes", "created_at", "classification__deid_method", "classification__deid_fields"),
    *("classification__deid_test", "classification__deid_on", "classification__risk_assessed_on"),
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
    entries = CatalogueEntry.objects.visible_to(actor).select_related("owner", "asset", "listing__licence")
    return entries.only(*OF_ENTRY).filter(number=number).order_by()


def _live(pk: int) -> QuerySet:
    revisions = Revision.objects.select_related("province", "classification", "quality").defer(*NOT_OF_REVISION)
    return revisions.filter(pk=pk).order_by()


def _shown_versions(asset: int) -> QuerySet:
    rows = Revision.objects.filter(asset=asset, state__in=SHOWN_VERSIONS).order_by("-number")
    return rows.only(*OF_VERSION)


_stamp_for_visitors = Prepared(lambda number: _stamp(Actor(), number), "number")
_entry_for_visitors = PreparedRecords(lambda number: _entry(Actor(), number), "number")
live = PreparedRecords(_live, "#pk")
file = PreparedRecords(lambda revision: current_files(revision).only(*OF_FILE)[:1], "#revision")
columns = PreparedRecords(lambda file: Column.objects.filter(file=file).only(*OF_COLUMN).order_by("position"), "#file")
versions = PreparedRecords(_shown_versions, "#asset")
