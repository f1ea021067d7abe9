"""The dictionary as a CSV file that no spreadsheet takes for formulas. Pure."""

import csv
import io
from collections.abc import Iterable
from typing import Any

HEAD = (
    "position",
    "name",
    "label_vi",
    "label_en",
    "type",
    "unit",
    "code_list",
    "is_required",
    "is_key",
    "nulls",
    "distinct",
    "minimum",
    "maximum",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: Any) -> str:
    """Text that a spreadsheet shows as it is; numbers stay numbers."""
    if isinstance(value, bool):
        return "1" if value else "0"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int | float) else text


def dictionary(columns: Iterable[Any]) -> bytes:
    """One line a field, UTF-8 with a mark that spreadsheets understand (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows([harmless(shown(column, name)) for name in HEAD] for column in columns)
    return text.getvalue().encode("utf-8-sig")


def shown(column: Any, name: str) -> Any:
    """A value of the line; the smallest and largest value of a column with personal data are personal data."""
    return "" if name in ("minimum", "maximum") and column.is_flagged else getattr(column, name)
