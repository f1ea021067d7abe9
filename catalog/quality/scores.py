"""The six criteria of quality: declared by the owner beside what was measured on the file. Pure.

A measured figure is kept as {"value": 97, "exact": 97.25, "rules": […]} under the criterion's name (see measure.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
    """One criterion: its name, what the owner declares and what was measured."""

    name: str
    label: str | Promise
    declared: int | None
    measured: int | None


def criteria(declared: Mapping[str, int | None], measured: Mapping[str, Any]) -> list[Criterion]:
    """The six criteria in their order; nothing is measured where the file alone cannot tell."""
    return [
        Criterion(name, label, declared.get(name), measured[name]["value"] if name in measured else None)
        for name, label in CRITERIA.items()
    ]


def index(measured: Mapping[str, Any]) -> int | None:
    """The measured score as the measurement gave it; none without a measurement."""
    return measured.get("score")
