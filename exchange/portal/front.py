"""How the front page says its figures: words, addresses, drawings."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.codes import selectors as codes
from exchange.common import charts, money
from exchange.common.charts import figure
from exchange.common.province_map import Cell, province_map
from exchange.portal.selectors import Front

BUSIEST = 8
DEFAULT_ICON = "layers"
LATELY = gettext_lazy("%(number)s in the last 30 days")


@dataclass(frozen=True)
class Figure:
    """One key figure with its unit, what changed lately, and a small line where there is a history."""

    label: str
    value: str
    unit: str = ""
    lately: str = ""
    rising: bool = False
    line: SafeString | str = ""


@dataclass(frozen=True)
class Row:
    """A theme or a province with its number of datasets."""

    label: str
    count: int
    url: str
    icon: str = DEFAULT_ICON
    share: int = 0


def catalogue(**query: str) -> str:
    """The catalogue with filters set."""
    return f"{reverse('catalog:catalogue')}?{urlencode(query)}"


def _lately(number: int) -> dict[str, object]:
    return {"lately": LATELY % {"number": figure(number)}, "rising": number > 0}


def _line(values: list[int], colour: int) -> SafeString | str:
    return charts.spark(values, colour) if max(values, default=0) > min(values, default=0) else ""


def figures(front: Front) -> list[Figure]:
    """The four figures of the exchange today."""
    return [
        Figure(
            _("Registered datasets"),
            figure(front.datasets),
            line=_line(front.datasets_by_month, 1),
            **_lately(front.datasets_lately),
        ),
        Figure(_("Verified participants"), figure(front.participants), **_lately(front.participants_lately)),
        Figure(
            _("Completed trades"),
            figure(front.trades),
            lately=_("worth %(amount)s in all, before tax") % {"amount": money.shown(front.traded)},
            line=_line(front.trades_by_month, 2),
        ),
        _quality(front),
    ]


def _quality(front: Front) -> Figure:
    if front.median_quality is None:
        return Figure(_("Median quality score"), "–", lately=_("not measured yet"))
    measured = ngettext("%(number)s dataset measured", "%(number)s datasets measured", front.measured)
    return Figure(
        _("Median quality score"),
        figure(front.median_quality),
        unit="/100",
        lately=measured % {"number": figure(front.measured)},
    )


def themes(counts: dict[str, int]) -> list[Row]:
    """Every theme in the order of its list, those without datasets left out."""
    return [
        Row(label, counts[code], catalogue(theme=code), codes.details("theme", code).get("icon", DEFAULT_ICON))
        for code, label in codes.choices("theme")
        if counts.get(code)
    ]


def provinces(counts: dict[str, int]) -> list[Row]:
    """The whole country where datasets cover it, then the provinces with most datasets."""
    nation = counts.get("", 0)
    named = [(counts.get(p.code, 0), p) for p in codes.provinces() if counts.get(p.code)]
    top = sorted(named, key=lambda pair: -pair[0])[:BUSIEST]
    most = max([nation, *(number for number, _province in top)], default=0) or 1
    whole = [Row(_("Whole country"), nation, "", share=100 * nation // most)] if nation else []
    return [
        *whole,
        *(Row(p.label, number, catalogue(province=p.code), share=100 * number // most) for number, p in top),
    ]


def country(counts: dict[str, int]) -> SafeString:
    """The map of the provinces, each leading to its datasets."""
    cells = {p.code: _cell(p.label, p.code, counts.get(p.code, 0)) for p in codes.provinces()}
    return province_map(cells)


def _cell(label: str, code: str, number: int) -> Cell:
    words = ngettext("%(province)s: %(number)s dataset", "%(province)s: %(number)s datasets", number)
    return Cell(number, words % {"province": label, "number": figure(number)}, catalogue(province=code))
