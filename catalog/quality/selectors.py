"""Measured quality as pages show it."""

from typing import Any

from catalog.quality.measure import CRITERIA
from catalog.quality.models import QualityStatement
from catalog.quality.words import WORDS


def measured_figures(statement: QualityStatement | None) -> list[dict[str, Any]]:
    """The measured criteria in their order: word, value, conforming and evaluated of each rule."""
    measured = statement.measured if statement else {}
    return [
        {"name": name, "label": WORDS[name][0], "value": measured[name]["value"], "rules": measured[name]["rules"]}
        for name in CRITERIA
        if name in measured
    ]
