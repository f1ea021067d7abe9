"""Values in machine form as people read them."""

import datetime as dt
from decimal import Decimal, InvalidOperation

from django.utils import formats
from django.utils.timezone import make_aware

from catalog.datasets.models import Column, ValueType

NUMBERS = (ValueType.INTEGER, ValueType.DECIMAL)
YEARS = range(1900, 2101)


def shown_ends(column: Column) -> tuple[str, str]:
    """Least and greatest value in the form of the active language."""
    low, high = column.minimum, column.maximum
    if column.type == ValueType.INTEGER and _is_year(low) and _is_year(high):
        return low, high
    return shown(low, column.type), shown(high, column.type)


def _is_year(text: str) -> bool:
    return text.isdigit() and int(text) in YEARS


def shown(text: str, type_: str) -> str:
    """One value: 1234.5 as 1.234,5 and 2026-04-03 as 03/04/2026 in Vietnamese; other text stays."""
    try:
        if text and type_ in NUMBERS:
            return formats.number_format(Decimal(text), force_grouping=True)
        if text and type_ == ValueType.DATE:
            return formats.date_format(dt.date.fromisoformat(text), "SHORT_DATE_FORMAT")
        if text and type_ == ValueType.DATETIME:
            return formats.date_format(make_aware(dt.datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
    except (InvalidOperation, ValueError):
        return text
    return text


def share(part: int, whole: int) -> float:
    """Percent with one decimal; below 100 as long as something is missing."""
    return min(round(part * 100 / whole, 1), 99.9 if part < whole else 100.0) if whole else 0.0
