"""Figures of the front page: counted from the records, kept for a minute, nothing invented."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Aggregate, Count, FloatField, Q

from accounts.organisations.models import Organisation, ParticipantState
from catalog.search.models import CatalogueEntry
from exchange.common.clock import now
from transactions.orders.models import Order
from transactions.orders.selectors import traded
from transactions.orders.states import OrderState

KEEP_SECONDS = 60
MONTHS = 12
NEWEST = 3


class Median(Aggregate):
    """The middle value of PostgreSQL's percentile_cont."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass
class Front:
    """What the front page shows; only offers and registrations open to everyone are counted."""

    datasets: int = 0
    datasets_lately: int = 0
    datasets_by_month: list[int] = field(default_factory=list)
    participants: int = 0
    participants_lately: int = 0
    trades: int = 0
    trades_lately: int = 0
    trades_by_month: list[int] = field(default_factory=list)
    traded: int = 0
    median_quality: float | None = None
    measured: int = 0
    themes: dict[str, int] = field(default_factory=dict)
    provinces: dict[str, int] = field(default_factory=dict)
    newest: list[CatalogueEntry] = field(default_factory=list)


def front_page() -> Front:
    """The figures, at most a minute old."""
    return cache.get_or_set("portal.front", _count, KEEP_SECONDS)


def month_ends(moment: dt.datetime, months: int = MONTHS) -> list[dt.datetime]:
    """The ends of the last thirty-day periods, oldest first, the present moment last."""
    return [moment - dt.timedelta(days=30 * back) for back in range(months - 1, -1, -1)]


def _count() -> Front:
    ends = month_ends(now())
    groups = _groups()
    return Front(
        **_entries(ends),
        **_participants(ends[-2]),
        **_trades(ends),
        themes=dict(groups["theme"]),
        provinces=dict(groups["province"]),
        newest=list(_public().select_related("owner").order_by("-registered_at", "-pk")[:NEWEST]),
    )


def _public() -> Any:
    return CatalogueEntry.objects.filter(is_public=True)


def _until(name: str, ends: list[dt.datetime]) -> dict[str, Count]:
    return {f"until_{i}": Count("pk", filter=Q(**{f"{name}__lte": end})) for i, end in enumerate(ends)}


def _series(found: dict[str, Any]) -> list[int]:
    return [found[f"until_{i}"] for i in range(MONTHS)]


def _entries(ends: list[dt.datetime]) -> dict[str, Any]:
    found = _public().aggregate(
        median_quality=Median("quality"),
        measured=Count("quality"),
        **_until("registered_at", ends),
    )
    series = _series(found)
    return {
        "datasets": series[-1],
        "datasets_lately": series[-1] - series[-2],
        "datasets_by_month": series,
        "median_quality": found["median_quality"],
        "measured": found["measured"],
    }


def _groups() -> dict[str, Counter[str]]:
    totals: dict[str, Counter[str]] = {"theme": Counter(), "province": Counter()}
    for row in _public().order_by().values("theme", "province").annotate(number=Count("pk")):
        totals["theme"][row["theme"]] += row["number"]
        totals["province"][row["province"]] += row["number"]
    return totals


def _participants(since: dt.datetime) -> dict[str, int]:
    return Organisation.objects.filter(state=ParticipantState.ACTIVE).aggregate(
        participants=Count("pk"), participants_lately=Count("pk", filter=Q(verified_at__gt=since))
    )


def _trades(ends: list[dt.datetime]) -> dict[str, Any]:
    done = Order.objects.filter(state=OrderState.COMPLETED)
    found = done.aggregate(**_until("state_since", ends))
    series = _series(found)
    return {
        "trades": series[-1],
        "trades_lately": series[-1] - series[-2],
        "trades_by_month": series,
        "traded": traded(done),
    }
