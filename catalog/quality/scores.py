"""The six criteria of quality: declared by the owner beside what was measured on the file. Pure.

A measured figure is kept as {"score": 97, "numerator": 970, "denominator": 1000, …} under the criterion's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.common.money import round_half_up

CRITERIA: dict[str, str | Promise] = {
    "accurate": _("Accurate"),
    "complete": _("Complete"),
    "clean": _("Clean"),
    "live": _("Live"),
    "standardised": _("Standardised"),
    "shareable": _("Shareable"),
}


@dataclass(frozen=True)
class Criterion:
    """One criterion: its name, what the owner declares, what was measured and on how many of how many."""

    name: str
    label: str | Promise
    declared: int | None
    measured: int | None
    numerator: int | None = None
    denominator: int | None = None


def score_of(figure: Any) -> int | None:
    """The score of a measured figure, from 0 to 100; None where nothing was measured."""
    value = figure.get("score") if isinstance(figure, Mapping) else figure
    return None if value is None else max(0, min(100, round_half_up(Fraction(str(value)))))


def criteria(declared: Mapping[str, int | None], measured: Mapping[str, Any]) -> list[Criterion]:
    """The six criteria in their order."""
    rows = []
    for name, label in CRITERIA.items():
        figure = measured.get(name)
        parts = figure if isinstance(figure, Mapping) else {}
        rows.append(
            Criterion(
                name=name,
                label=label,
                declared=declared.get(name),
                measured=score_of(figure),
                numerator=parts.get("numerator"),
                denominator=parts.get("denominator"),
            )
        )
    return rows


def index(measured: Mapping[str, Any]) -> int | None:
    """The measured score: as the measurement gave it, else the mean of its criteria; none without a measurement."""
    if measured.get("score") is not None:
        return score_of(measured)
    scores = [score for name in CRITERIA if (score := score_of(measured.get(name))) is not None]
    return round_half_up(Fraction(sum(scores), len(scores))) if scores else None
