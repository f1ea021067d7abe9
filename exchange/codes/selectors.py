"""Reading of closed lists. A list is read once and kept for a minute in each process."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exchange.codes.models import AgencyCode, Bank, Code, Holiday, Province
from exchange.common.clock import today

KEEP_SECONDS = 60.0
_kept: dict[str, tuple[float, Any]] = {}


@dataclass(frozen=True)
class Calendar:
    """Days the regulator took from the working calendar, and days that must be worked."""

    off: frozenset[dt.date]
    worked: frozenset[dt.date]


def forget() -> None:
    """Read every list again when it is next asked for."""
    _kept.clear()


def _keep(name: str, read: Callable[[], Any]) -> Any:
    found = _kept.get(name)
    if found is None or found[0] < time.monotonic():
        found = (time.monotonic() + KEEP_SECONDS, read())
        _kept[name] = found
    return found[1]


def _codes(list_name: str) -> dict[str, Code]:
    return _keep(f"list:{list_name}", lambda: {row.code: row for row in Code.objects.filter(list=list_name)})


def _in_force(row: Code, day: dt.date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def codes(list_name: str, on: dt.date | None = None, *, action: str = "") -> list[Code]:
    """Rows of a list in force on a day (today by default); reasons can be narrowed to those of one action."""
    day = on or today()
    rows = [row for row in _codes(list_name).values() if _in_force(row, day)]
    return [row for row in rows if not action or action in row.extra.get("actions", ())]


def choices(list_name: str, on: dt.date | None = None, *, action: str = "") -> list[tuple[str, str]]:
    """Pairs of code and label for a form, in the active language."""
    return [(row.code, row.label) for row in codes(list_name, on, action=action)]


def row(list_name: str, code: str) -> Code | None:
    """The row of a code, also of one no longer in force."""
    return _codes(list_name).get(code)


def label(list_name: str, code: str) -> str:
    """Label of a code in the active language, also of one no longer in force; the code itself when unknown."""
    row = _codes(list_name).get(code)
    return row.label if row else code


def details(list_name: str, code: str) -> dict[str, Any]:
    """What a list says about a code beyond its label: days of a frequency, rate of a VAT treatment, icon of a theme."""
    row = _codes(list_name).get(code)
    return row.extra if row else {}


def covers(allowed: list[str], territory: str) -> bool:
    """Whether a territory lies within one of the allowed territories (R49)."""
    return territory in allowed or any(wider in allowed for wider in details("territory", territory).get("within", ()))


def is_abroad(territory: str) -> bool:
    """Whether a territory reaches beyond Viet Nam (R66); an unknown one does."""
    return bool(details("territory", territory).get("abroad", True))


def provinces() -> list[Province]:
    """The 34 provinces, in the order of their names without marks."""
    return _keep("provinces", lambda: list(Province.objects.all()))


def province(code: str) -> Province | None:
    """A province by its code."""
    return next((row for row in provinces() if row.code == code), None)


def banks() -> list[Bank]:
    """Banks that take transfers now."""
    return _keep("banks", lambda: list(Bank.objects.filter(is_active=True)))


def agency_codes() -> dict[str, AgencyCode]:
    """Level-1 agency codes, closed ones included."""
    return _keep("agencies", lambda: AgencyCode.objects.in_bulk())


def working_calendar() -> Calendar:
    """The regulator's changes to the working calendar."""
    rows = _keep("holidays", lambda: list(Holiday.objects.all()))
    return Calendar(
        off=frozenset(row.day for row in rows if row.is_off),
        worked=frozenset(row.day for row in rows if not row.is_off),
    )
