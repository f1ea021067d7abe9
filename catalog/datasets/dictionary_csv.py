"""The dictionary as a small CSV file, out and in. Plain Python."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

HEADINGS = (
    "position", "name", "label_vi", "label_en", "type", "unit", "code_list", "required", "key", "personal", "reason",
)  # fmt: skip
FIELDS = {
    "label_vi": "label_vi",
    "label_en": "label_en",
    "type": "type",
    "unit": "unit",
    "code_list": "code_list",
    "required": "is_required",
    "key": "is_key",
    "personal": "is_personal",
    "reason": "override_reason",
}
SWITCHES = ("required", "key", "personal")
YES = {"1", "x", "yes", "true", "có", "co"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


def harmless(value: object) -> str:
    """A cell that no spreadsheet program takes for a formula (trust B.1 row 14)."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def plain(cell: str) -> str:
    """The value of a cell written by `harmless`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def write(columns: Iterable[Any], headings: tuple[str, ...] = HEADINGS) -> str:
    """The dictionary as text for a CSV file, readable by Excel."""
    target = io.StringIO()
    out = csv.writer(target, lineterminator="\r\n")
    out.writerow(headings)
    for column in columns:
        out.writerow([harmless(_value(column, heading)) for heading in headings])
    return BOM + target.getvalue()


def _value(column: Any, heading: str) -> object:
    value = getattr(column, FIELDS.get(heading, heading))
    return int(value) if isinstance(value, bool) else value


def parse(text: str, positions: Mapping[str, int]) -> tuple[dict[int, dict[str, Any]], list[str]]:
    """Answers by position for the columns whose names are known, and the names that are not."""
    lines = text.removeprefix(BOM).splitlines()
    separator = max(",;\t", key=lambda sign: lines[0].count(sign)) if lines else ","
    answers: dict[int, dict[str, Any]] = {}
    unknown: list[str] = []
    for row in csv.DictReader(lines, delimiter=separator):
        name = plain((row.get("name") or "").strip())
        position = positions.get(name.casefold())
        if position is None:
            unknown.append(name)
            continue
        answers[position] = {
            FIELDS[heading]: _answer(heading, row[heading] or "") for heading in FIELDS if row.get(heading) is not None
        }
    return answers, [name for name in unknown if name]


def _answer(heading: str, cell: str) -> Any:
    return cell.strip().casefold() in YES if heading in SWITCHES else plain(cell.strip())
