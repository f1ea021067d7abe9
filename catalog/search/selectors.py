"""Finding entries: title matches first, facets counted over at most 10,000 hits (tech note 3)."""

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.access.actor import Actor
from catalog.search import statements
from catalog.search.counting import counting
from catalog.search.facets import FACETS, NO_OFFER
from catalog.search.models import CatalogueEntry
from catalog.search.reading import is_visitor
from catalog.search.statements import MOST_HITS, ORDERS, Looked
from catalog.search.words import marked_words, number_of, telling, tsquery
from exchange.common.prepared import Prepared
from exchange.transparency.models import Entry

PAGE = 20
MOST_TITLES = 1_000


@dataclass(frozen=True)
class Query:
    """What is looked for: words as typed, the values chosen of each facet, the order."""

    text: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)
    sort: str = "updated"

    @cached_property
    def words(self) -> list[str]:
        """The words that tell something."""
        return telling(self.text)

    @property
    def is_common_only(self) -> bool:
        """Whether something was typed that stands in nearly every entry."""
        return bool(self.text) and not self.words and not number_of(self.text)

    @property
    def is_whole(self) -> bool:
        """Whether everything is asked for."""
        return not self.words and not self.chosen and not number_of(self.text)

    @cached_property
    def looked(self) -> Looked:
        """The same as statements hold it."""
        chosen = {name: [_inner(name, value) for value in values] for name, values in self.chosen.items() if values}
        number = number_of(self.text)
        if number or not self.words:
            return Looked(number, chosen=chosen)
        exact = [word for word in marked_words(self.text) if telling(word)]
        marked = " & ".join(exact) if exact != self.words else ""
        return Looked("", tsquery(self.words), marked, chosen)


def _inner(facet: str, value: str) -> str | int:
    """A value of an address as entries hold it."""
    return int(value) if facet == "publisher" else "" if value == NO_OFFER else value


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


_last_event = Prepared(lambda: Entry.objects.order_by("-pk").values_list("pk")[:1])


def last_event() -> int:
    """The newest entry of the log: while it stays the newest, nothing was registered, listed or suspended."""
    return next((number for (number,) in _last_event.rows()), 0)


def counts(query: Query, *, actor: Actor) -> Counts:
    """Hits and facets; those of the whole catalogue are kept for a moment for visitors."""
    if not query.is_whole or not is_visitor(actor):
        return _count(query, actor)
    kept = _whole.get("visitor")
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + settings.CATALOGUE_KEPT_SECONDS, _count(query, actor))
        _whole["visitor"] = kept
    return kept[1]


def _count(query: Query, actor: Actor) -> Counts:
    looked = query.looked
    if is_visitor(actor):
        return _read(statements.counting_for_visitors(looked.shape).rows(**looked.values))
    sql, params = statements.hits(looked, actor).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(counting(sql, statements.chosen_facets(looked)), params)
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
    start, looked = (number - 1) * size, query.looked
    by_words = query.sort == "relevance" and bool(looked.folded)
    if by_words and hits > MOST_TITLES:
        return _best_of_many(looked, actor, start, size)
    sort = "relevance" if by_words else query.sort if query.sort in ORDERS else "updated"
    if is_visitor(actor):
        return statements.page_for_visitors(looked.shape, sort, start, start + size).records(**looked.values)
    return list(statements.ordered(looked, actor, sort)[start : start + size])


def _best_of_many(looked: Looked, actor: Actor, start: int, size: int) -> list[CatalogueEntry]:
    keys = _best_keys(looked, actor, start, size)
    shown = CatalogueEntry.objects.select_related("owner").only(*statements.SHOWN_FIELDS).order_by()
    found = shown.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _best_keys(looked: Looked, actor: Actor, start: int, size: int) -> list[int]:
    """Keys of one page, title matches first, the best of them at the top; columns are read for these alone."""
    keys: Any = statements.chosen_of(looked, actor).order_by().values_list("pk", flat=True)
    titles = keys.filter(sv_title=statements.search(looked.folded))[:MOST_TITLES]
    best = keys.filter(pk__in=titles).order_by(statements.rank(looked).desc(), "-updated_at", "-pk")
    found = list(best[start : start + size])
    if len(found) == size:
        return found
    before = max(0, start - titles.count()) if not found else 0
    rest = statements.matching(keys, looked).exclude(pk__in=titles).order_by("-updated_at", "-pk")
    return found + list(rest[before : before + size - len(found)])


def count_without_words(query: Query, *, actor: Actor) -> int:
    """How many entries the facets alone would give."""
    looked = Looked(chosen=query.looked.chosen)
    if is_visitor(actor):
        rows: Any = statements.number_for_visitors(looked.shape).rows(**looked.values)
    else:
        rows = statements.counted(looked, actor)
    return next((number for (number,) in rows), 0)
