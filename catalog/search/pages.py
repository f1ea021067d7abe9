"""How the catalogue says what was found: facets with counts, chips, addresses, pages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.utils import formats
from django.utils.translation import gettext as _

from catalog.search import facets
from catalog.search.facets import BY_NAME, FACETS, NO_OFFER, SHOWN, Facet
from catalog.search.filters import SORTS, CatalogueFilter
from catalog.search.models import CatalogueEntry
from catalog.search.selectors import MOST_HITS, PAGE, Counts, Query, Value
from exchange.codes.models import in_language
from exchange.common.kept import Part, values_of

Pairs = list[tuple[str, str]]


class Option(NamedTuple):
    """A value of a facet as a box to tick."""

    value: str
    label: str
    count: str
    is_chosen: bool


@dataclass(frozen=True)
class Box:
    """A facet: heading, boxes, and the address that shows all of them."""

    facet: Facet
    options: list[Option]
    more: int = 0
    more_url: str = ""

    @property
    def is_open(self) -> bool:
        """Unfolded by default, or because something in it is chosen."""
        return self.facet.is_open or any(option.is_chosen for option in self.options)


@dataclass(frozen=True)
class Chip:
    """A chosen value, the address without it, and how many entries there would be then."""

    label: str
    url: str
    facet: str
    would_be: int = 0


class Place:
    """Addresses of the catalogue that differ from the present one in one thing."""

    def __init__(self, asked: CatalogueFilter) -> None:
        self.pairs: Pairs = [(name, value) for name, values in asked.chosen.items() for value in values]
        if asked.words:
            self.pairs.insert(0, ("q", asked.words))
        if asked.data and asked.data.get("sort") == asked.sort:
            self.pairs.append(("sort", asked.sort))

    def without(self, name: str, value: str = "") -> str:
        """The address without a value, or without anything of that name."""
        return self.address(p for p in self.pairs if p[0] != name or (value and p[1] != value))

    def bare(self) -> str:
        """The address with the query and the order only."""
        return self.address(p for p in self.pairs if p[0] not in BY_NAME)

    def showing(self, name: str) -> str:
        """The address with all values of a facet listed."""
        return self.address([*self.pairs, ("all", name)])

    @staticmethod
    def address(pairs: Iterable[tuple[str, str]]) -> str:
        """A query string; a lone question mark leads back to everything."""
        return f"?{urlencode(list(pairs))}"


class HitPages(Paginator):
    """Pages over a number of hits that was counted already."""

    def __init__(self, count: int) -> None:
        super().__init__(range(count), PAGE)


def shown(number: int, *, is_capped: bool = False) -> str:
    """A count; one that reaches the limit of counting says so: 10.000+."""
    text = formats.number_format(number, force_grouping=True)
    return f"{text}+" if is_capped else text


def _named(facet: Facet, values: list[Value], chosen: list[str]) -> list[tuple[str, str, int]]:
    """Value, label and count in the order they are shown: lists in their order, publishers by count."""
    counted = {_outer(facet, value.value): value for value in values}
    if facet.name == "publisher":
        rows = [(v.value, in_language(v.name_vi, v.name_en), v.count) for v in values]
        return sorted(rows, key=lambda row: (row[0] not in chosen, -row[2], row[1]))
    rows = [
        (code, str(label), counted[code].count if code in counted else 0)
        for code, label in facets.listed(facet.name)
        if (code in counted and counted[code].count) or code in chosen
    ]
    return sorted(rows, key=lambda row: -row[2]) if facet.name == "province" else rows


def _outer(facet: Facet, value: str) -> str:
    return NO_OFFER if facet.name == "price" and not value else value


def _box(facet: Facet, values: list[Value], asked: CatalogueFilter, place: Place, is_capped: bool) -> Box:
    chosen = asked.chosen.get(facet.name, [])
    rows = _named(facet, values, chosen)
    is_whole = facet.name not in {"publisher", "province"} or asked.data.get("all") == facet.name
    cut = len(rows) if is_whole else max(SHOWN, len(chosen))
    options = [
        Option(value, label, shown(count, is_capped=is_capped and count >= MOST_HITS), value in chosen)
        for value, label, count in rows[:cut]
    ]
    more = len(rows) - len(options)
    return Box(facet, options, more, place.showing(facet.name) if more else "")


def _chips(asked: CatalogueFilter, boxes: list[Box], counts: Counts, place: Place) -> list[Chip]:
    labels = {(box.facet.name, option.value): option.label for box in boxes for option in box.options}
    return [
        Chip(label, place.without(name, value), name, counts.without.get(name, 0))
        for name, values in asked.chosen.items()
        for value in values
        if (label := labels.get((name, value)))
    ]


def page(
    asked: CatalogueFilter,
    query: Query,
    counts: Counts,
    entries: list[CatalogueEntry],
    without_words: Callable[[], int],
) -> dict[str, Any]:
    """Everything the page of the catalogue shows."""
    place = Place(asked)
    boxes = [_box(facet, counts.facets.get(facet.name, []), asked, place, counts.is_capped) for facet in FACETS]
    chips = _chips(asked, boxes, counts, place)
    return {
        "words": asked.words,
        "is_common_only": query.is_common_only,
        "entries": entries,
        "results": [_result(entry) for entry in entries],
        "total": counts.total,
        "total_shown": shown(counts.total, is_capped=counts.is_capped and counts.total >= MOST_HITS),
        "boxes": [_part(box) for box in boxes if box.options],
        "chips": chips,
        "bare_url": place.bare(),
        "hidden": [pair for pair in place.pairs if pair[0] in {"q", "sort"}],
        "kept": [pair for pair in place.pairs if pair[0] != "sort"],
        "sorts": [(code, SORTS[code], code == asked.sort) for code in SORTS if code != "relevance" or asked.words],
        "page_obj": HitPages(counts.total).get_page(asked.page),
        "advice": None if counts.total else _advice(chips, query, place, without_words),
    }


def _result(entry: CatalogueEntry) -> Part:
    """A line of the results: what was read, and the words made of codes and of today."""
    owner = entry.owner
    made = (entry.frequency_label, entry.access_label, owner.is_active)
    return Part("entry", (values_of(entry), values_of(owner), made), entry)


def _part(box: Box) -> Part:
    return Part("box", (box.facet.name, box.is_open, box.more, box.more_url, tuple(box.options)), box)


def _advice(chips: list[Chip], query: Query, place: Place, without_words: Callable[[], int]) -> Chip | None:
    """The one thing to drop that brings most back: a filter, or the query."""
    best = max(chips, key=lambda chip: chip.would_be, default=None)
    if best is not None and best.would_be:
        return Chip(best.label, place.without(best.facet), best.facet, best.would_be)
    found = without_words() if query.words else 0  # asked only now: it is the dearest of all counts
    if found:
        return Chip(_("the query"), place.without("q"), "q", found)
    return None
