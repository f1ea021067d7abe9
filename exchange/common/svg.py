"""Drawings of the design as inline SVG: icons, the mark, the drum, rings, meters, QR codes."""

import json
from functools import cache, lru_cache
from math import cos, pi, radians, sin
from pathlib import Path

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Point = tuple[float, float]

# Own artwork on a 24 grid, stroke only; the names starting with "r-" are the nine pictograms of licence terms.
ICONS: dict[str, str] = json.loads(Path(__file__).with_name("icons.json").read_text(encoding="utf-8"))
RING_LENGTH = 2 * pi * 15.9
GOOD_QUALITY, FAIR_QUALITY = 85, 70


def around(centre: Point, radius: float, degrees: float) -> Point:
    """The point on a circle, clockwise from the top."""
    return centre[0] + radius * sin(radians(degrees)), centre[1] - radius * cos(radians(degrees))


def points(values: list[Point]) -> str:
    """Points as SVG writes them, to a tenth of a unit."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in values)


def path(values: list[Point], *, closed: bool = False) -> str:
    """A path of straight lines through the points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in values) + ("z" if closed else "")


def hexagon(centre: Point, radius: float, turn: float = 0) -> list[Point]:
    """The six corners of a regular hexagon."""
    return [around(centre, radius, angle + turn) for angle in range(0, 360, 60)]


@cache
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the set, hidden from screen readers: the word beside it says what it means."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 - own artwork from icons.json
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', f"icon {css}".strip(), drawing
    )


@cache
def mark() -> SafeString:
    """The mark: a lotus of six petals on a hexagonal lattice."""
    petal = "M24 22.4C20.4 18.6 20.4 12.6 24 8c3.6 4.6 3.6 10.6 0 14.4z"
    corners = hexagon((24, 24), 20, 30)
    return format_html(
        '<svg viewBox="0 0 48 48" aria-hidden="true"><polygon points="{}" fill="none"'
        ' stroke="var(--mark-2,var(--gold))" stroke-width="1.6"/><g fill="var(--mark-1,var(--lacquer))">{}</g>'
        '<g fill="var(--mark-2,var(--gold))">{}<circle cx="24" cy="24" r="1.7"/></g></svg>',
        points(corners),
        format_html_join("", '<path transform="rotate({} 24 24)" d="{}"/>', ((k * 60, petal) for k in range(6))),
        format_html_join("", '<circle cx="{}" cy="{}" r="2.3"/>', ((f"{x:.2f}", f"{y:.2f}") for x, y in corners)),
    )


@lru_cache(maxsize=500)
def ring(value: int, css: str = "") -> SafeString:
    """A quality ring with its number: 85 and over good, 70 to 84 fair, below that low."""
    tone = "" if value >= GOOD_QUALITY else "mid" if value >= FAIR_QUALITY else "low"
    share = f"{RING_LENGTH * max(0, min(value, 100)) / 100:.1f} {RING_LENGTH:.1f}"
    return format_html(
        '<span class="{}"><svg viewBox="0 0 36 36" aria-hidden="true">'
        '<circle class="track" cx="18" cy="18" r="15.9" fill="none" stroke-width="3"/>'
        '<circle class="arc" cx="18" cy="18" r="15.9" fill="none" stroke-width="3" stroke-linecap="round"'
        ' stroke-dasharray="{}" transform="rotate(-90 18 18)"/></svg><b>{}</b></span>',
        " ".join(f"ring {tone} {css}".split()),
        share,
        value,
    )


def meter(percent: float, css: str = "") -> SafeString:
    """A bar from 0 to 100; its number stands beside it in text."""
    return format_html(
        '<svg class="{}" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="1"/></svg>',
        f"meter {css}".strip(),
        f"{max(0.0, min(float(percent), 100.0)):g}",
    )


def qr_code(text: str, label: str) -> SafeString:
    """A QR code (error correction M) as one path, with its meaning as label."""
    code = segno.make(text, error="m", micro=False)
    size = code.symbol_size(border=4)[0]
    runs = (f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(code.matrix) for x, module in enumerate(row) if module)
    return format_html(
        '<svg class="qr-code" viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges">'
        '<rect width="100%" height="100%" fill="#fff"/><path fill="#16110d" d="{}"/></svg>',
        size,
        size,
        label,
        "".join(runs),
    )
