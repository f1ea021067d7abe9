"""Which answers step 5 needs. Plain Python."""

import datetime as dt
from collections.abc import Mapping

SCORES = ("accurate", "complete", "clean", "live", "standardised", "shareable")
FIELDS = (
    "frequency",
    "last_updated",
    "late_after_days",
    "temporal_from",
    "temporal_to",
    "spatial",
    "standards",
    "limitations",
    *SCORES,
    "declared_method",
)


def missing(values: Mapping, *, is_periodic: bool) -> list[str]:
    """Names of the answers step 5 still needs; how late is late is a question only where updates are due."""
    empty = [name for name in ("frequency", "last_updated") if not values.get(name)]
    return [*empty, "late_after_days"] if is_periodic and values.get("late_after_days") is None else empty


def next_update(last: dt.date | None, days: int | None) -> dt.date | None:
    """When the next update is due, from the last one and the length of the period; None when irregular."""
    return last + dt.timedelta(days=days) if last and days else None
