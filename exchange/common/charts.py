"""Charts drawn on the server: readable without scripts, printable, in the colours of the theme."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, pi
from math import cos as cosine
from math import sin as sine

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from exchange.common.svg import Point, path, points

RADAR_FLOOR = 60  # the radar of the six criteria starts at 60 and says so


@dataclass(frozen=True)
class Series:
    """One line or stack of a chart; `colour` is 1 to 6 in the order of the design."""

    name: str
    values: Sequence[float]
    colour: int = 1
    dashed: bool = False
    area: bool = False


@dataclass(frozen=True)
class Frame:
    """The drawing area and its scale."""

    width: int
    height: int
    top_value: float
    left: int = 46
    right: int = 14
    top: int = 14
    bottom: int = 28

    @property
    def floor(self) -> float:
        """Height of the zero line."""
        return self.height - self.bottom

    @property
    def end(self) -> float:
        """Right edge of the plot."""
        return self.width - self.right

    def y(self, value: float) -> float:
        """Height at which a value stands."""
        return self.floor - value / self.top_value * (self.floor - self.top)


def figure(value: float) -> str:
    """A number as the active language writes it, one decimal at most."""
    return formats.number_format(round(value, 1), 0 if float(value).is_integer() else 1, force_grouping=True)


def _top(values: Iterable[float], ceiling: float | None) -> float:
    return ceiling or max(values, default=0) or 1


def _grid(frame: Frame, ticks: int = 4) -> SafeString:
    rows = ((k, frame.top_value * k / ticks) for k in range(ticks + 1))
    return format_html_join(
        "",
        '<line class="gridline" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (frame.left, frame.end, f"{y:.1f}", f"{y:.1f}", frame.left - 8, f"{y + 4:.1f}", figure(value))
            for y, value in ((frame.y(value), value) for _, value in rows)
        ),
    )


def _drawing(frame: Frame, label: str, body: SafeString) -> SafeString:
    return format_html(
        '<svg class="vb-{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}'
        '<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/></svg>',
        *(frame.width, frame.width, frame.height, label, _grid(frame), body),
        *(frame.left, frame.end, frame.floor, frame.floor),
    )


def _axis_labels(frame: Frame, labels: Sequence[str], places: Sequence[float], step: int) -> SafeString:
    last = len(labels) - 1
    return format_html_join(
        "",
        '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            ("alt" if ((last - i) // step) % 2 else "", f"{places[i]:.1f}", frame.height - 8, text)
            for i, text in enumerate(labels)
            if (last - i) % step == 0
        ),
    )


def spark(values: Sequence[float], colour: int = 1, width: int = 200, height: int = 36) -> SafeString:
    """A small line beside a key figure; decoration, the figure is in text."""
    if len(values) < 2:
        return SafeString("")
    low, span = min(values), (max(values) - min(values)) or 1
    step = (width - 6) / (len(values) - 1)
    line = path([(i * step + 3, height - 4 - (v - low) / span * (height - 10)) for i, v in enumerate(values)])
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="area f{}" d="{}L{} {}L3 {}z"/>'
        '<path class="line s{}" vector-effect="non-scaling-stroke" d="{}"/></svg>',
        *(width, height, colour, line, width - 3, height, height, colour, line),
    )


def _line(frame: Frame, series: Series, places: Sequence[float], unit: str) -> SafeString:
    line: list[Point] = [(places[i], frame.y(value)) for i, value in enumerate(series.values)]
    x, y = line[-1]
    area = f"{path(line)}L{x:.1f} {frame.floor}L{frame.left} {frame.floor}z"
    return format_html(
        '{}<path class="{}" d="{}"/><circle class="f{}" cx="{}" cy="{}" r="3.5"/>'
        '<text class="strong" x="{}" y="{}">{}{}</text>',
        format_html('<path class="area f{}" d="{}"/>', series.colour, area) if series.area else "",
        f"line s{series.colour}{' dash' if series.dashed else ''}",
        *(path(line), series.colour, f"{x:.1f}", f"{y:.1f}"),
        *(f"{x + 9:.1f}", f"{y + 4:.1f}", figure(series.values[-1]), unit),
    )


def line_chart(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    label: str,
    unit: str = "",
    ceiling: float | None = None,
    width: int = 640,
    height: int = 260,
) -> SafeString:
    """Change over time; `label` is a sentence that says the finding, the last value stands on the chart."""
    frame = Frame(width, height, _top((v for s in series for v in s.values), ceiling), right=54)
    step = (frame.end - frame.left) / max(1, len(labels) - 1)
    places = [frame.left + i * step for i in range(len(labels))]
    lines = format_html_join("", "{}", ((_line(frame, s, places, unit),) for s in series))
    every = max(1, ceil(len(labels) / 8))
    return _drawing(frame, label, format_html("{}{}", _axis_labels(frame, labels, places, every), lines))


def _stack(frame: Frame, series: Sequence[Series], index: int, x: float, width: float) -> SafeString:
    rows, base = [], 0.0
    for part in series:
        top, bottom = frame.y(base + part.values[index]), frame.y(base)
        rows.append((part.colour, f"{x:.1f}", f"{top:.1f}", f"{width:.1f}", f"{max(0, bottom - top - 1):.1f}"))
        base += part.values[index]
    return format_html_join("", '<rect class="f{}" x="{}" y="{}" width="{}" height="{}" rx="1.5"/>', rows)


def columns(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    label: str,
    ceiling: float | None = None,
    width: int = 640,
    height: int = 260,
) -> SafeString:
    """Amounts side by side, stacked; the last total stands on the chart."""
    totals = [sum(s.values[i] for s in series) for i in range(len(labels))]
    frame = Frame(width, height, _top(totals, ceiling), right=8, top=16)
    slot = (frame.end - frame.left) / max(1, len(labels))
    places = [frame.left + (i + 0.5) * slot for i in range(len(labels))]
    bars = ((_stack(frame, series, i, places[i] - slot * 0.3, slot * 0.6),) for i in range(len(labels)))
    last = (
        format_html(
            '<text class="strong" x="{}" y="{}" text-anchor="middle">{}</text>',
            *(f"{places[-1]:.1f}", f"{frame.y(totals[-1]) - 5:.1f}", figure(totals[-1])),
        )
        if labels
        else ""
    )
    return _drawing(
        frame,
        label,
        format_html("{}{}{}", format_html_join("", "{}", bars), _axis_labels(frame, labels, places, 1), last),
    )


def _spoke(centre: Point, count: int, index: int, radius: float) -> Point:
    angle = 2 * pi * index / count
    return centre[0] + radius * sine(angle), centre[1] - radius * cosine(angle)


def _radar_label(centre: Point, tip: Point, name: str, value: float) -> SafeString:
    x, y = tip
    anchor = "middle" if abs(x - centre[0]) < 8 else "start" if x > centre[0] else "end"
    drop = -4 if y < centre[1] - 60 else 12 if y > centre[1] + 60 else 4
    return format_html(
        '<text class="strong" x="{}" y="{}" text-anchor="{}">{}</text>'
        '<text x="{}" y="{}" text-anchor="{}">{}/100</text>',
        *(f"{x:.1f}", f"{y + drop - 7:.1f}", anchor, name, f"{x:.1f}", f"{y + drop + 8:.1f}", anchor, figure(value)),
    )


def radar(
    names: Sequence[str],
    values: Sequence[float],
    target: Sequence[float],
    *,
    label: str,
    width: int = 360,
    height: int = 300,
) -> SafeString:
    """The six quality criteria against their target; values below 60 stand at the centre."""
    centre, radius, count = (width / 2, height / 2 + 2), 96.0, len(names)

    def shape(lengths: Sequence[float]) -> list[Point]:
        return [_spoke(centre, count, i, length) for i, length in enumerate(lengths)]

    def scaled(scores: Sequence[float]) -> list[Point]:
        return shape([radius * max(0, score - RADAR_FLOOR) / (100 - RADAR_FLOOR) for score in scores])

    web = format_html_join(
        "",
        '<polygon class="gridline" fill="none" points="{}"/>',
        ((points(shape([radius * share] * count)),) for share in (0.25, 0.5, 0.75, 1)),
    )
    dots = format_html_join(
        "", '<circle class="f1" cx="{}" cy="{}" r="3.5"/>', ((f"{x:.1f}", f"{y:.1f}") for x, y in scaled(values))
    )
    words = ((_radar_label(centre, _spoke(centre, count, i, radius + 16), n, values[i]),) for i, n in enumerate(names))
    return format_html(
        '<svg class="vb-{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}<polygon class="line s2 dash"'
        ' points="{}"/><polygon class="area f1 soft" points="{}"/><polygon class="line s1" points="{}"/>{}{}</svg>',
        *(width, width, height, label, web, points(scaled(target)), points(scaled(values)), points(scaled(values))),
        *(dots, format_html_join("", "{}", words)),
    )
