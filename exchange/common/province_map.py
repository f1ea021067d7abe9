"""The country as 34 hexagons, one a province, with Hoàng Sa and Trường Sa (own layout)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from exchange.common.svg import Point, hexagon, points

RADIUS = 21
STEP = RADIUS * sqrt(3)
SHADES = 5
DARK_FROM = 4  # from this shade on the name is written in the light colour
WIDTH, HEIGHT = 300, 588
CELLS: list[dict] = json.loads(Path(__file__).with_name("province_map.json").read_text(encoding="utf-8"))
ISLES = ((0, 0), (12.6, 0), (6.3, 11), (18.9, 11))


@dataclass(frozen=True)
class Cell:
    """What one province shows: how many, what a screen reader says, where the link leads."""

    count: int
    label: str
    url: str


def shade(count: int, most: int) -> int:
    """1 for none to 5 for the most; by square root, so that small numbers still differ."""
    if count <= 0 or most <= 0:
        return 1
    return min(SHADES, 2 + int((SHADES - 1) * sqrt(count / most) - 1e-9))


def _centre(cell: Mapping) -> Point:
    shift = STEP / 2 if cell["row"] % 2 else 0
    return 24 + cell["column"] * STEP + shift, 24 + cell["row"] * RADIUS * 1.5


def _name(text: str, centre: Point, *, light: bool) -> SafeString:
    x, y = centre
    words = text.split(" ", 1)
    start = y + 3 if len(words) == 1 else y - 1
    lines = format_html_join(
        " ", '<tspan x="{}" dy="{}">{}</tspan>', ((f"{x:.1f}", 9.5 if i else 0, word) for i, word in enumerate(words))
    )
    return format_html('<text class="{}" y="{}">{}</text>', "inv" if light else "", f"{start:.1f}", lines)


def _cell(place: Mapping, cell: Cell, most: int, name: str) -> SafeString:
    tone, centre = shade(cell.count, most), _centre(place)
    return format_html(
        '<a href="{}" aria-label="{}"><polygon class="h{}f" points="{}"/>{}</a>',
        *(cell.url, cell.label, tone, points(hexagon(centre, RADIUS))),
        _name(name, centre, light=tone >= DARK_FROM),
    )


def _islands(x: float, y: float, name: str, province: str) -> SafeString:
    shapes = ((points(hexagon((x + dx, y + dy), 7)),) for dx, dy in ISLES)
    return format_html(
        '<g role="img" aria-label="{} ({})">{}<text x="{}" y="{}">{}</text>'
        '<text x="{}" y="{}" class="sub">({})</text></g>',
        *(name, province, format_html_join("", '<polygon class="h2f" points="{}"/>', shapes)),
        *(x + 9, y + 32, name, x + 9, y + 42, province),
    )


def province_map(cells: Mapping[str, Cell]) -> SafeString:
    """The map of provinces by code; a province without a cell is left out of the links but never off the map."""
    language = "en" if get_language() == "en" else "vi"
    most = max((cell.count for cell in cells.values()), default=0)
    drawn = ((_cell(p, cells[p["code"]], most, p[language]),) for p in CELLS if p["code"] in cells)
    bare = (
        (points(hexagon(_centre(p), RADIUS)), _name(p[language], _centre(p), light=False))
        for p in CELLS
        if p["code"] not in cells
    )
    names = {p["code"]: p[language] for p in CELLS}
    sea = (
        _islands(238, 296, "Hoang Sa" if language == "en" else "Hoàng Sa", names["48"]),
        _islands(248, 452, "Truong Sa" if language == "en" else "Trường Sa", names["56"]),
    )
    return format_html(
        '<svg class="hexmap" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}{}{}</svg>',
        *(WIDTH, HEIGHT, _("Map of the 34 provinces and cities by number of datasets")),
        *(format_html_join("", "{}", drawn), format_html_join("", '<polygon class="h1f" points="{}"/>{}', bare)),
        *sea,
    )
