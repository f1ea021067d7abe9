"""Statements of the catalogue: which entries are hits, in which order.

What visitors ask differs in words and values, seldom in shape: which facets are chosen, with how many values, and the
order. A statement is made once for each shape. The database plans it anew each time, for a rare word and one that
stands everywhere need different plans.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, FloatField, Q, QuerySet, Value, When

from accounts.access.actor import Actor
from catalog.search.counting import counting
from catalog.search.facets import BY_NAME, FACETS, condition
from catalog.search.models import CatalogueEntry
from exchange.common.prepared import Prepared, PreparedRecords

MOST_HITS = 10_000
SHAPES = 500  # kept in each process; those not asked for longest give way
TEXTS = ("number", "folded", "marked")
SHOWN_FIELDS = (
    *("number", "certificate", "title_vi", "title_en", "summary_vi", "summary_en", "theme", "sharing", "importance"),
    *("origin", "access", "formats", "price_kind", "price", "frequency", "province", "row_count", "quality"),
    *("registered_at", "updated_at", "owner__name_vi", "owner__name_en", "owner__state", "owner__verified_until"),
)
ORDERS = {
    "updated": ("-updated_at", "-pk"),
    "newest": ("-registered_at", "-pk"),
    "quality": (F("quality").desc(nulls_last=True), "-updated_at", "-pk"),
    "price": (Case(When(price_kind="", then=1), default=0), "price", "-updated_at", "-pk"),
    "title": ("sort_title", "pk"),
}


@dataclass(frozen=True)
class Looked:
    """What is looked for as statements hold it: a number, or words folded and with their marks; values of facets."""

    number: str = ""
    folded: str = ""
    marked: str = ""
    chosen: Mapping[str, list[Any]] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """Every value under the name of its place."""
        texts = {name: text for name in TEXTS if (text := getattr(self, name))}
        return texts | {f"{name}.{at}": one for name, values in self.chosen.items() for at, one in enumerate(values)}

    @property
    def shape(self) -> tuple[str, ...]:
        """Names of the places, those of keys with a sharp sign."""
        return tuple(f"#{name}" if name.startswith("publisher.") else name for name in self.values)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Looked":
        """The other way round: from values, or from the marks that stand for them."""
        chosen: dict[str, list[Any]] = {}
        for name, value in values.items():
            if "." in name:
                chosen.setdefault(name.partition(".")[0], []).append(value)
        return cls(**{name: values[name] for name in TEXTS if name in values}, chosen=chosen)


def matching(entries: QuerySet[CatalogueEntry], looked: Looked) -> QuerySet[CatalogueEntry]:
    """Entries that have the number or the words."""
    if looked.number:
        return entries.filter(Q(number=looked.number) | Q(certificate=looked.number))
    return entries.filter(sv=search(looked.folded)) if looked.folded else entries


def chosen_of(looked: Looked, actor: Actor) -> QuerySet[CatalogueEntry]:
    """Entries this viewer may see that have the values chosen, whatever the words."""
    conditions = (condition(name, values) for name, values in looked.chosen.items())
    return CatalogueEntry.objects.visible_to(actor).filter(*conditions)


def hits(looked: Looked, actor: Actor) -> QuerySet:
    """Values that are counted, and for each chosen facet whether the entry passes it; at most one more than counts."""
    flags = {
        BY_NAME[name].flag: ExpressionWrapper(condition(name, values), output_field=BooleanField())
        for name, values in looked.chosen.items()
    }
    columns = (facet.column for facet in FACETS)
    entries = matching(CatalogueEntry.objects.visible_to(actor), looked).order_by().annotate(**flags)
    return entries.values(*columns, *flags)[: MOST_HITS + 1]


def ordered(looked: Looked, actor: Actor, sort: str) -> QuerySet[CatalogueEntry]:
    """Entries as they are shown; the order `relevance` ranks every hit, so it is for few."""
    order = _best_first(looked) if sort == "relevance" else ORDERS[sort]
    shown = matching(chosen_of(looked, actor), looked).select_related("owner").only(*SHOWN_FIELDS)
    return shown.order_by(*order)


def _best_first(looked: Looked) -> tuple[Any, ...]:
    """Title matches by their rank, then the rest: the order of `selectors._best_keys` without ranking everything."""
    in_title = When(sv_title=search(looked.folded), then=rank(looked))
    return Case(in_title, default=-1.0, output_field=FloatField()).desc(), "-updated_at", "-pk"


def rank(looked: Looked) -> SearchRank:
    """Exact words, with their marks, weigh more than folded ones."""
    wanted = search(looked.folded)
    return SearchRank(F("sv"), wanted | search(looked.marked) if looked.marked else wanted)


def search(text: str) -> SearchQuery:
    """Words as PostgreSQL looks for them."""
    return SearchQuery(text, config="simple", search_type="raw")


def chosen_facets(looked: Looked) -> list[Any]:
    """The facets chosen, in their order."""
    return [facet for facet in FACETS if facet.name in looked.chosen]


def counted(looked: Looked, actor: Actor) -> QuerySet:
    """One row with the number of entries that have the values chosen."""
    entries = chosen_of(looked, actor).order_by().annotate(every=Value(1)).values("every")
    return entries.annotate(number=Count("pk")).values_list("number")


@lru_cache(maxsize=SHAPES)
def counting_for_visitors(shape: tuple[str, ...]) -> Prepared:
    """Hits and their facets."""
    chosen = chosen_facets(Looked.of({name.removeprefix("#"): name for name in shape}))
    return Prepared(
        lambda **marks: hits(Looked.of(marks), Actor()),
        *shape,
        around=lambda sql: counting(sql, chosen),
        keeps_plan=False,
    )


@lru_cache(maxsize=SHAPES)
def page_for_visitors(shape: tuple[str, ...], sort: str, start: int, end: int) -> PreparedRecords:
    """One page of entries."""
    return PreparedRecords(
        lambda **marks: ordered(Looked.of(marks), Actor(), sort)[start:end], *shape, keeps_plan=False
    )


@lru_cache(maxsize=SHAPES)
def number_for_visitors(shape: tuple[str, ...]) -> Prepared:
    """How many entries have the values chosen."""
    return Prepared(lambda **marks: counted(Looked.of(marks), Actor()), *shape, keeps_plan=False)
