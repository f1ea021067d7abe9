"""Finding entries: title matches first, facets counted over at most 10,000 hits (tech note 3)."""

import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, F, FloatField, Q, QuerySet, When

from accounts.access.actor import Actor
from catalog.search.counting import counting
from catalog.search.facets import FACETS
from catalog.search.models import CatalogueEntry
from catalog.search.words import marked_words, number_of, telling, tsquery
from exchange.common.prepared import Prepared
from exchange.transparency.models import Entry

PAGE = 20
MOST_HITS = 10_000
MOST_TITLES = 1_000
SHOWN_FIELDS = (
    "number",
    "certificate",
    "title_vi",
    "title_en",
    "summary_vi",
    "summary_en",
    "theme",
    "sharing",
    "importance",
    "origin",
    "access",
    "formats",
    "price_kind",
    "price",
    "frequency",
    "province",
    "row_count",
    "quality",
    "registered_at",
    "updated_at",
    "owner__name_vi",
    "owner__name_en",
    "owner__state",
    "owner__verified_until",
)
ORDERS = {
    "updated": ("-updated_at", "-pk"),
    "newest": ("-registered_at", "-pk"),
    "quality": (F("quality").desc(nulls_last=True), "-updated_at", "-pk"),
    "price": (Case(When(price_kind="", then=1), default=0), "price", "-updated_at", "-pk"),
    "title": ("sort_title", "pk"),
}


@dataclass(frozen=True)
class Query:
    """What is looked for: words as typed, what each chosen facet demands, the order."""

    text: str = ""
    conditions: dict[str, Q] = field(default_factory=dict)
    sort: str = "updated"

    @property
    def words(self) -> list[str]:
        """The words that tell something."""
        return telling(self.text)

    @property
    def is_common_only(self) -> bool:
        """Whether something was typed that stands in nearly every entry."""
        return bool(self.text) and not self.words and not number_of(self.text)


@dataclass(frozen=True)
class Value:
    """A value of a facet and how many hits have it; a publisher brings its names."""

    value: str
    count: int
    name_vi: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class Counts:
    """How many hits there are, by facet, and how many there would be without each chosen facet."""

    total: int = 0
    is_capped: bool = False
    facets: dict[str, list[Value]] = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)


_whole: dict[str, tuple[float, Counts]] = {}


def _folded(words: list[str]) -> SearchQuery:
    return SearchQuery(tsquery(words), config="simple", search_type="raw")


def _matching(entries: QuerySet[CatalogueEntry], query: Query) -> QuerySet[CatalogueEntry]:
    number = number_of(query.text)
    if number:
        return entries.filter(Q(number=number) | Q(certificate=number))
    return entries.filter(sv=_folded(query.words)) if query.words else entries


_last_event = Prepared(lambda: Entry.objects.order_by("-pk").values_list("pk")[:1])


def last_event() -> int:
    """The newest entry of the log: while it stays the newest, nothing was registered, listed or suspended."""
    return next((number for (number,) in _last_event.rows()), 0)


def counts(query: Query, *, actor: Actor) -> Counts:
    """Hits and facets; those of the whole catalogue are kept for a moment for visitors."""
    is_whole = not query.words and not number_of(query.text) and not query.conditions
    if not is_whole or actor.is_staff or actor.organisation is not None:
        return _count(query, actor)
    kept = _whole.get("visitor")
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + settings.CATALOGUE_KEPT_SECONDS, _count(query, actor))
        _whole["visitor"] = kept
    return kept[1]


def _count(query: Query, actor: Actor) -> Counts:
    chosen = [facet for facet in FACETS if facet.name in query.conditions]
    flags = {
        facet.flag: ExpressionWrapper(query.conditions[facet.name], output_field=BooleanField()) for facet in chosen
    }
    columns = [facet.column for facet in FACETS]
    hits = _matching(CatalogueEntry.objects.visible_to(actor), query).order_by().annotate(**flags)
    sql, params = hits.values(*columns, *flags)[: MOST_HITS + 1].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(counting(sql, chosen), params)
        return _read(cursor.fetchall())


def _read(rows: list[tuple[str, str, int, str, str]]) -> Counts:
    facets: dict[str, list[Value]] = {facet.name: [] for facet in FACETS}
    without: dict[str, int] = {}
    total = seen = 0
    for name, value, count, name_vi, name_en in rows:
        if name == "#all":
            total = count
        elif name == "#seen":
            seen = count
        elif name == "#without":
            without[value] = count
        else:
            facets[name].append(Value(value, count, name_vi, name_en))
    is_capped = seen > MOST_HITS
    return Counts(min(total, MOST_HITS), is_capped, facets, without)


def page_of(
    query: Query, *, actor: Actor, number: int, size: int = PAGE, hits: int = MOST_HITS
) -> list[CatalogueEntry]:
    """One page of entries; with a query its title matches come first, the best of them at the top.

    `hits` says how many there are where that is known: few are put in order by one statement.
    """
    start = (number - 1) * size
    entries = CatalogueEntry.objects.visible_to(actor).filter(*query.conditions.values())
    by_words = query.sort == "relevance" and bool(query.words) and not number_of(query.text)
    if not by_words or hits <= MOST_TITLES:
        order = _best_first(query) if by_words else ORDERS[query.sort if query.sort in ORDERS else "updated"]
        shown = _matching(entries, query).select_related("owner").only(*SHOWN_FIELDS)
        return list(shown.order_by(*order)[start : start + size])
    keys = _best_keys(entries, query, start, size)
    found = CatalogueEntry.objects.select_related("owner").only(*SHOWN_FIELDS).order_by().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _best_first(query: Query) -> tuple[Any, ...]:
    """Title matches by their rank, then the rest: the order `_best_keys` makes without ranking everything."""
    in_title = When(sv_title=_folded(query.words), then=_rank(query))
    return Case(in_title, default=-1.0, output_field=FloatField()).desc(), "-updated_at", "-pk"


def _best_keys(entries: QuerySet[CatalogueEntry], query: Query, start: int, size: int) -> list[int]:
    """Keys of one page, title matches first, the best of them at the top; columns are read for these alone."""
    keys = entries.order_by().values_list("pk", flat=True)
    titles = keys.filter(sv_title=_folded(query.words))[:MOST_TITLES]
    found = list(keys.filter(pk__in=titles).order_by(_rank(query).desc(), "-updated_at", "-pk")[start : start + size])
    if len(found) == size:
        return found
    before = max(0, start - titles.count()) if not found else 0
    rest = _matching(keys, query).exclude(pk__in=titles).order_by("-updated_at", "-pk")
    return found + list(rest[before : before + size - len(found)])


def _rank(query: Query) -> SearchRank:
    """Exact words, with their marks, weigh more than folded ones."""
    exact = [word for word in marked_words(query.text) if telling(word)]
    wanted = _folded(query.words)
    if exact and exact != query.words:
        wanted = wanted | SearchQuery(" & ".join(exact), config="simple", search_type="raw")
    return SearchRank(F("sv"), wanted)


def count_without_words(query: Query, *, actor: Actor) -> int:
    """How many entries the facets alone would give."""
    return CatalogueEntry.objects.visible_to(actor).filter(*query.conditions.values()).count()
