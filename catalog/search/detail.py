"""What the page of a dataset shows, read in a fixed number of queries."""

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

from django.http import Http404
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.access.actor import Actor
from accounts.organisations.models import Organisation
from catalog.assets.models import Revision
from catalog.classification.models import Access, Classification, Subject
from catalog.datasets.models import Column, DataFile
from catalog.licences.plain import Rights
from catalog.licences.selectors import plain_rights
from catalog.offers.models import Audience, Listing, PriceKind
from catalog.quality.models import QualityStatement
from catalog.search import reading
from catalog.search.models import CatalogueEntry
from exchange.codes.models import in_language
from exchange.codes.selectors import details, label
from exchange.common.charts import radar
from exchange.common.clock import today
from exchange.common.kept import Part
from exchange.common.money import vat_of
from exchange.common.uitags import bilingual


@dataclass(frozen=True)
class Charge:
    """What a buyer pays: price, tax by the seller's declaration, total; no tax where none is due."""

    price: int
    vat: int
    basis_points: int | None

    @property
    def total(self) -> int:
        """Price and tax."""
        return self.price + self.vat

    @property
    def percent(self) -> int | None:
        """The rate in whole per cent."""
        return None if self.basis_points is None else self.basis_points // 100


TYPES = {
    "text": gettext_lazy("text"),
    "integer": gettext_lazy("whole number"),
    "decimal": gettext_lazy("decimal number"),
    "date": gettext_lazy("date"),
    "datetime": gettext_lazy("date and time"),
    "boolean": gettext_lazy("yes or no"),
}


# Rows of tables are made at once: a template takes five times as long for each of them.
FIELD_ROW = (  # words of the heads first, then values of each row
    '<tr><th scope="row"><code>{{}}</code></th><td class="muted nowrap" data-label="{}">{{}}</td>'
    '<td class="min-14" data-label="{}">{{}}</td><td class="nowrap" data-label="{}">{{}}</td>'
    '<td class="n" data-label="{}">{{}}</td><td class="nowrap" data-label="{}">{{}}</td></tr>'
)
CRITERION_ROW = (
    '<tr><th scope="row" class="nowrap pis0">{}</th><td class="n strong">{}</td><td class="n pie0">{}</td></tr>'
)


class Field(NamedTuple):
    """A line of the dictionary as the page shows it."""

    name: str
    type: str
    meaning: SafeString | str
    unit: str
    filled: str
    example: SafeString | str


@dataclass(frozen=True)
class Preview:
    """Names of the columns shown, and their rows."""

    names: list[str]
    rows: list[list[Any]]


def preview_of(rows: list[dict[str, Any]], columns: list[Column]) -> Preview:
    """Rows by column name, cut to the columns of the dictionary that are not flagged."""
    names = [column.name for column in columns if not column.is_flagged and column.name in rows[0]]
    return Preview(names, [[row.get(name, "") for name in names] for row in rows[:20]])


def field_of(column: Column, rows: int | None) -> Field:
    """A column in words; values of a flagged one are never shown."""
    meaning = bilingual(column.label_vi, column.label_en)
    if column.code_list:
        meaning = format_html('{} <span class="muted">({})</span>', meaning, column.code_list)
    example: SafeString | str = column.example  # words in the letters of the page: many code fonts lack some
    if example.isascii() and example:
        example = format_html("<code>{}</code>", example)
    if column.is_flagged:
        example = format_html('<span class="muted">{}</span>', _("not shown"))
    return Field(
        column.name,
        str(TYPES.get(column.type, column.type)),
        meaning,
        _("Key") if column.is_key else column.unit,
        filled(column, rows) or "–",
        example,
    )


def filled(column: Column, rows: int | None) -> str:
    """The share of rows that have a value, rounded down: 100 % only when nothing is missing."""
    return _percent(1000 * (rows - column.nulls) // rows, get_language()) if rows else ""


@lru_cache(maxsize=2000)
def _percent(thousandths: int, language: str | None) -> str:
    return f"{formats.number_format(thousandths / 10, 1)}%"


def _missing(words: str) -> SafeString:
    return format_html('<span class="muted">{}</span>', words)


@dataclass(frozen=True)
class Receipt:
    """The entry of the public log about the registration; it has no index yet right after it."""

    leaf_hash: str
    index: int | None


@dataclass
class Dataset:
    """A registered asset as the catalogue shows it, with the offer this viewer may see."""

    entry: CatalogueEntry
    actor: Actor
    receipt: Receipt | None = None

    @property
    def is_mine(self) -> bool:
        """Whether the viewer acts for the owner."""
        return self.actor.organisation is not None and self.actor.organisation.pk == self.entry.owner_id

    @property
    def can_order(self) -> bool:
        """Whether the page invites to order: there is an offer, and the viewer is neither its owner nor staff."""
        return self.listing is not None and not self.is_mine and not self.actor.is_staff

    @property
    def theme(self) -> str:
        """The theme in words."""
        return label("theme", self.entry.theme)

    @property
    def obtained(self) -> str:
        """How the data was obtained, in words."""
        return label("how_obtained", self.revision.how_obtained)

    @property
    def limit(self) -> str:
        """Why not everybody may have the data, in words."""
        return label("access_reason", self.classification.limit_reason)

    @property
    def description(self) -> str:
        """The full description in the language of the page, the Vietnamese one where there is no other."""
        return in_language(self.revision.description_vi, self.revision.description_en)

    @property
    def lacks_english(self) -> bool:
        """Whether an English page shows the Vietnamese description."""
        return get_language() == "en" and not self.revision.description_en

    @cached_property
    def revision(self) -> Revision:
        """The live revision."""
        revision = self.entry.asset.live
        revision.asset = self.entry.asset
        revision.asset.owner = self.owner
        return revision

    @property
    def owner(self) -> Organisation:
        """Who publishes it."""
        return self.entry.owner

    @property
    def classification(self) -> Classification:
        """Its class."""
        return self.revision.classification

    @property
    def quality(self) -> QualityStatement:
        """What is declared and measured."""
        return self.revision.quality

    @property
    def listing(self) -> Listing | None:
        """The offer on the market."""
        return self.entry.listing

    @property
    def is_personal_free(self) -> bool:
        """Whether the owner declares that no personal data is in it."""
        return self.classification.subject == Subject.NON_PERSONAL

    @cached_property
    def file(self) -> DataFile | None:
        """Its file."""
        return reading.file.first(revision=self.entry.asset.live_id)

    @cached_property
    def columns(self) -> list[Column]:
        """Its dictionary."""
        return reading.columns.records(file=self.file.pk) if self.file else []

    @property
    def field_rows(self) -> SafeString:
        """The dictionary as the page shows it."""
        rows = self.file.row_count if self.file else None
        row = format_html(FIELD_ROW, _("Type"), _("Meaning"), _("Unit"), _("Filled"), _("Example"))
        return format_html_join("\n", row, (field_of(column, rows) for column in self.columns))

    @cached_property
    def preview(self) -> Preview | None:
        """Rows the steward chose to show, when the preview is on; never of a flagged column."""
        if self.file is None or not self.file.preview_on or not self.file.preview_rows:
            return None
        return preview_of(self.file.preview_rows, self.columns)

    @cached_property
    def versions(self) -> list[Revision]:
        """Registered versions, newest first; nothing stands before the first of them."""
        if self.revision.number == 1 and self.revision.state in reading.SHOWN_VERSIONS:
            return [self.revision]
        return reading.versions.records(asset=self.entry.asset_id)

    @cached_property
    def terms(self) -> dict[str, Any]:
        """Machine terms as they were approved."""
        return (self.listing.snapshot.get("terms") or {}) if self.listing else {}

    @property
    def owners(self) -> list[str]:
        """Names of the owners who share in the revenue, as they were approved; none where there is one."""
        offers = (self.listing.snapshot.get("offers") or [{}]) if self.listing else [{}]
        return [in_language(one["name_vi"], one["name_en"]) for one in offers[0].get("owners", [])]

    @cached_property
    def rights(self) -> Rights | None:
        """The terms in plain words."""
        return plain_rights(self.terms) if self.terms else None

    @property
    def rights_part(self) -> Part:
        """The same as a part of the page; many offers share their terms."""
        rights = self.rights
        lines = rights and (tuple(rights.may), tuple(rights.must), tuple(rights.must_not))
        return Part("rights", lines, rights)

    @property
    def criterion_rows(self) -> SafeString:
        """The six criteria: name, what was measured, what is declared, or that it was not."""
        unmeasured, undeclared = _missing(_("not measured")), _missing(_("not declared"))
        rows = (
            (
                row.label,
                unmeasured if row.measured is None else formats.localize(row.measured),
                undeclared if row.declared is None else formats.localize(row.declared),
            )
            for row in self.quality.criteria
        )
        return format_html_join("", CRITERION_ROW, rows)

    @cached_property
    def is_open(self) -> bool:
        """Whether anyone may download it without account and order."""
        offer = self.listing
        return (
            offer is not None
            and self.file is not None
            and offer.price_kind == PriceKind.FREE
            and offer.audience == Audience.PUBLIC
            and bool(offer.licence and offer.licence.is_open)
            and self.classification.access == Access.ANYONE
        )

    @cached_property
    def charge(self) -> Charge | None:
        """What a buyer pays; nothing for a free offer."""
        if self.listing is None or self.listing.price_kind != PriceKind.ONE_OFF:
            return None
        rate = details("vat_treatment", self.listing.vat_treatment).get("basis_points")
        return Charge(self.listing.price, vat_of(self.listing.price, rate) if rate else 0, rate)

    @property
    def radar(self) -> SafeString | str:
        """Measured beside declared, when all six criteria were measured."""
        rows = self.quality.criteria
        if any(row.measured is None for row in rows):
            return ""
        parts = ", ".join(f"{row.label} {row.measured}" for row in rows)
        return radar(
            [str(row.label) for row in rows],
            [row.measured or 0 for row in rows],
            [row.declared or 0 for row in rows],
            label=_("Measured quality by six criteria: %(parts)s.") % {"parts": parts},
        )


def page(number: str, *, actor: Actor) -> Part:
    """The page of a dataset for this viewer; read in full only when it is not kept as it stands now."""
    found = reading.stamp(number, actor)
    if found is None:
        raise Http404
    *stamp, owner, leaf, index = found
    receipt = Receipt(leaf, index) if leaf else None
    viewer = (actor.is_staff, actor.organisation is not None and actor.organisation.pk == owner)
    # the page has three parts; what they show is read once
    read = cache(lambda: dataset(number, actor=actor, receipt=receipt))
    return Part("dataset", (number, today(), tuple(stamp), owner, receipt, viewer), read)


def dataset(number: str, *, actor: Actor, receipt: Receipt | None = None) -> Dataset:
    """A dataset this viewer may see; for everybody else there is none."""
    entry = reading.entry(number, actor)
    if entry is None:
        raise Http404
    return Dataset(entry, actor, receipt)
