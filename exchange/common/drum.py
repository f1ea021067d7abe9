"""The concentric lattice of the home page: rings of ticks, dots, petals and hexagons (abstract, original)."""

from functools import cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from exchange.common.svg import Point, around, hexagon, path

CENTRE: Point = (300, 300)
RAYS = (35, 50, 42, 62, 55, 80, 70, 95, 60, 75, 50, 66, 40, 58, 90, 72, 48, 84, 38, 64)
# radius, stroke width, opacity
CIRCLES = (
    *((14, 2, 0.9), (88, 1.5, 0.8), (104, 1, 0.5), (150, 1.5, 0.7), (202, 1.5, 0.6), (207, 1, 0.4)),
    *((254, 1, 0.4), (270, 1.2, 0.4), (290, 1, 0.25)),
)


def _at(radius: float, degrees: float) -> Point:
    return around(CENTRE, radius, degrees)


def _ticks(inner: float, outer: float, count: int) -> str:
    return "".join(path([_at(inner, k * 360 / count), _at(outer, k * 360 / count)]) for k in range(count))


def _rays() -> str:
    return "".join(path([_at(214, k * 3), _at(214 + 0.34 * RAYS[(k * 7) % 20], k * 3)]) for k in range(120))


def _dots(radius: float, count: int, size: float) -> str:
    spots = (_at(radius, k * 360 / count) for k in range(count))
    return "".join(
        f"M{x - size:.1f} {y:.1f}a{size} {size} 0 1 0 {2 * size} 0a{size} {size} 0 1 0 {-2 * size} 0" for x, y in spots
    )


def _flower() -> str:
    petals = []
    for turn in range(0, 360, 30):
        (x1, y1), (x2, y2), (x3, y3) = _at(22, turn - 9), _at(78, turn), _at(22, turn + 9)
        (cx1, cy1), (cx2, cy2) = _at(52, turn - 10), _at(52, turn + 10)
        petals.append(
            f"M{x1:.1f} {y1:.1f}Q{cx1:.1f} {cy1:.1f} {x2:.1f} {y2:.1f}Q{cx2:.1f} {cy2:.1f} {x3:.1f} {y3:.1f}z"
        )
    return "".join(petals)


def _zigzag() -> str:
    return path([_at(112 if k % 2 else 128, k * 7.5) for k in range(48)], closed=True)


def _hexagons() -> str:
    return "".join(path(hexagon(_at(176, turn), 15, 30), closed=True) for turn in range(0, 360, 20))


@cache
def drum() -> SafeString:
    """The whole drawing; decoration only."""
    circles = ((radius, width, opacity) for radius, width, opacity in CIRCLES)
    filled = ((_flower(), "", 0.9), (_dots(140, 36, 2.6), "au", 1), (_dots(176, 18, 3.2), "", 0.9))
    lines = ((_ticks(92, 100, 72), 1.2, 0.6), (_zigzag(), 1.3, 0.7), (_hexagons(), 1.3, 0.75))
    outer = ((_rays(), 2.2, 0.55), (_ticks(274, 284, 180), 1, 0.35))
    return format_html(
        '<svg class="hero-art" viewBox="0 0 600 600" aria-hidden="true"><g fill="none" stroke="currentColor"'
        ' stroke-linecap="round">{}{}</g><g fill="currentColor">{}</g></svg>',
        format_html_join("", '<circle cx="300" cy="300" r="{}" stroke-width="{}" opacity="{}"/>', circles),
        format_html_join("", '<path d="{}" stroke-width="{}" opacity="{}"/>', (*lines, *outer)),
        format_html_join("", '<path d="{}" class="{}" opacity="{}"/>', (*filled, (_dots(262, 90, 1.5), "au", 0.9))),
    )
