"""Quality measured from the file and its dictionary, each figure with numerator and denominator. No database, no clock.

Criteria and weights: National Data Architecture, data quality index (domain: DQI_rule = conforming / evaluated,
criteria and rules weigh the same). What cannot be measured without a source to compare with stays without figure.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exchange.common.vietnamese import fold

METHOD = "1"
CRITERIA = ("accurate", "complete", "clean", "live", "standardised", "shareable")
NUMBERS = ("integer", "decimal")
MERGER = dt.date(2025, 7, 1)  # 63 provinces became 34
MERGED_AWAY = frozenset(
    f"{code:02}"
    for code in (
        *(2, 6, 10, 17, 26, 27, 30, 34, 35, 36, 45, 49, 54, 58, 60, 62, 64, 67, 70, 72, 74, 77, 83, 84, 87, 89),
        *(93, 94, 95),
    )
)
PROVINCE_NAME = re.compile(r"\b(?:tinh|province|tinh thanh)\b")
STANDARD_TYPES = ("date", "datetime", "boolean")


@dataclass(frozen=True)
class Field:
    """What is known of one column."""

    name: str
    type: str
    present: int
    nulls: int
    valid: int
    has_meaning: bool = False
    has_unit: bool = False
    has_code_list: bool = False
    is_required: bool = False
    is_key: bool = False


@dataclass(frozen=True)
class Table:
    """What is known of the file."""

    rows: int
    fields: tuple[Field, ...]
    repeated_rows: int = 0
    repeated_keys: int | None = None  # none without a declared key
    incomplete_keys: int = 0
    is_plain: bool = True  # UTF-8, one row of headings, nothing above or below the table
    is_machine_readable: bool = True
    has_hash: bool = True


@dataclass(frozen=True)
class Freshness:
    """What the owner says about updates, and the day it is looked at."""

    day: dt.date
    last_updated: dt.date | None = None
    period_days: int | None = None  # none: irregular, or not said
    late_after_days: int = 0


@dataclass(frozen=True)
class Rule:
    """One rule of measurement: conforming of evaluated."""

    rule: str
    numerator: int
    denominator: int
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For the record."""
        share = round(self.numerator * 100 / self.denominator, 2)
        return {"rule": self.rule, "numerator": self.numerator, "denominator": self.denominator, "share": share}


def measure(table: Table, freshness: Freshness) -> dict[str, Any]:
    """Figures of the criteria that can be measured, and the index of the whole: their mean, rounded down."""
    rules = {
        "complete": _complete(table),
        "clean": _clean(table),
        "live": _live(freshness),
        "standardised": _standardised(table.fields),
        "shareable": _shareable(table),
    }
    able = {name: [rule for rule in found if rule] for name, found in rules.items()}
    criteria = {name: _criterion(found) for name, found in able.items() if found}
    values = [figure["exact"] for figure in criteria.values()]
    score = int(sum(values) / len(values)) if values else None
    return {"method": METHOD, "day": freshness.day.isoformat(), "rows": table.rows, "score": score, **criteria}


def _criterion(rules: Iterable[Rule]) -> dict[str, Any]:
    """The mean of a criterion's rules; shown rounded down, so that 100 means all."""
    found = [rule.as_dict() for rule in rules]
    exact = sum(rule["numerator"] * 100 / rule["denominator"] for rule in found) / len(found)
    return {"value": int(exact), "exact": round(exact, 4), "rules": found}


def _rule(name: str, numerator: int, denominator: int) -> Rule | None:
    return Rule(name, numerator, denominator) if denominator else None


def _complete(table: Table) -> list[Rule | None]:
    """Cells of mandatory fields that are filled; of all fields when none is declared mandatory."""
    needed = [f for f in table.fields if f.is_required or f.is_key]
    fields = needed or list(table.fields)
    name = "complete.mandatory_cells" if needed else "complete.all_cells"
    return [_rule(name, sum(f.present for f in fields), sum(f.present + f.nulls for f in fields))]


def _clean(table: Table) -> list[Rule | None]:
    """Rows that are alone with their key, or alone as a whole without one; values that fit their type."""
    if table.repeated_keys is None:
        unique = _rule("clean.rows_not_repeated", table.rows - table.repeated_rows, table.rows)
    else:
        alone = table.rows - table.incomplete_keys - table.repeated_keys
        unique = _rule("clean.keys_not_repeated", max(alone, 0), table.rows)
    valid, present = sum(f.valid for f in table.fields), sum(f.present for f in table.fields)
    return [unique, _rule("clean.values_of_their_type", valid, present)]


def _live(freshness: Freshness) -> list[Rule | None]:
    """Whether the last update lies within the declared period and its grace."""
    if freshness.last_updated is None or not freshness.period_days:
        return []
    due = freshness.last_updated + dt.timedelta(days=freshness.period_days + freshness.late_after_days)
    return [_rule("live.updated_in_time", int(freshness.day <= due), 1)]


def _standardised(fields: tuple[Field, ...]) -> list[Rule | None]:
    """Fields that follow a standard, of those that can: numbers with a unit, days, codes with their list."""
    able = [f for f in fields if f.type in (*NUMBERS, *STANDARD_TYPES) or f.is_key or f.has_code_list]
    following = [f for f in able if f.has_code_list or f.type in STANDARD_TYPES or (f.type in NUMBERS and f.has_unit)]
    return [_rule("standardised.fields_with_unit_or_list", len(following), len(able))]


def _shareable(table: Table) -> list[Rule | None]:
    """What another system needs to take the data over: format, hash, plain form, meaning of every field."""
    fulfilled = [
        table.is_machine_readable,
        table.has_hash,
        table.is_plain,
        all(f.has_meaning for f in table.fields),
    ]
    return [_rule("shareable.conditions", sum(fulfilled), len(fulfilled))]


def stale_province_codes(codes: Mapping[str, Iterable[str]], current: frozenset[str], day: dt.date) -> list[str]:
    """Names of fields that hold codes of provinces merged away before the data's day (R22, R138)."""
    if day < MERGER:
        return []
    return [
        name
        for name, values in codes.items()
        if PROVINCE_NAME.search(re.sub(r"[_\-.]", " ", fold(name)))
        and (found := set(values))
        and found <= current | MERGED_AWAY
        and found & (MERGED_AWAY - current)
    ]
