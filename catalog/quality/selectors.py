"""Measured quality as pages show it."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format

from catalog.quality.measure import CRITERIA
from catalog.quality.models import QualityStatement
from catalog.quality.words import COUNTED, WORDS


def measured_figures(statement: QualityStatement | None) -> list[dict[str, Any]]:
    """The measured criteria in their order: word, value, conforming and evaluated of each rule."""
    measured = statement.measured if statement else {}
    return [
        {
            "name": name,
            "label": WORDS[name][0],
            "value": measured[name]["value"],
            "rules": measured[name]["rules"],
            "counted": [sentence(rule) for rule in measured[name]["rules"]],
        }
        for name in CRITERIA
        if name in measured
    ]


def sentence(rule: Mapping[str, Any]) -> str:
    """What was counted for a measured figure."""
    counted = {name: number_format(rule[name], force_grouping=True) for name in ("numerator", "denominator")}
    return str(COUNTED[rule["rule"]]) % counted
