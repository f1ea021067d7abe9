"""Where the table stands in a file: title lines above, rows of headings, notes below, names of columns."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_high

from exchange.common.vietnamese import fold

Row = Sequence[str]
Area = tuple[int, int, int, int]  # first row, first column, last row, last column
MAX_HEADER_ROWS = 5
MAX_FOOTER_ROWS = 60
NAME_LENGTH = 200
LOOK_AHEAD = 80
NUMBER = re.compile(r"\(?[+-]?[\d.,\s\u00a0]*\d[\d.,]*(?:[eE][+-]?\d+)?\s?%?\)?")
MOMENT = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?.*)?")
YEAR = re.compile(r"(?:19|20)\d{2}")
MISSING = {"..", "...", "…", "-", "--", "–", "—", "n/a", "#n/a"}
NOTE = re.compile(
    r"(?:ghi chu|nguon|chu thich|luu y|note|source|footnote|data from|last updated)\b"
    r"|[(\[]?\*+[)\]]?\s|\(\*\)|[(\[]\d+[)\]]\s\D"
)
NUMBERING = re.compile(r"\(?\s*(?:[A-Za-z]|\d{1,3})\s*(?:=[\d\s()+\-*/:]+)?\)?")


@dataclass(frozen=True)
class Layout:
    """Rows before the headings, rows of headings, notes after the data, and the name of each column."""

    skip_rows: int
    header_rows: int
    footer_rows: int
    names: tuple[str, ...]
    originals: tuple[str, ...]
    width: int


def find(head: list[Row], tail: list[Row], merged: list[Area], given: dict) -> Layout:
    """The layout as the rows suggest it; what the steward gave wins."""
    filled = [row for row in head if _cells(row)]
    usual = median_high([len(_cells(row)) for row in filled]) if filled else 0
    skip = given.get("skip_rows")
    if skip is None:
        skip = _first_heading(head, usual)
    headings = given.get("header_rows")
    if headings is None:
        headings = _heading_rows(head, skip, merged)
    footer = given.get("footer_rows")
    if footer is None:
        footer = _notes(tail, usual, len(filled))
    body = [row for row in head[skip + headings :] if _cells(row)]
    width = _width(head[skip : skip + headings], body)
    originals, names = name_columns(head[skip : skip + headings], merged, skip, width)
    return Layout(skip, headings, footer, names, originals, width)


def _cells(row: Row) -> list[str]:
    """Cells of a row in which something stands; a merged area repeated in each cell counts once."""
    found = [cell.strip() for cell in row if cell and not cell.isspace()]
    return found[:1] if len(set(found)) == 1 else found


def _first_heading(head: list[Row], usual: int) -> int:
    """Position of the first row of headings: the first dense row, and sparse ones right above it."""
    needed = max(2, usual * 0.5) if usual > 1 else 1
    first = next((i for i, row in enumerate(head) if len(_cells(row)) >= needed), 0)
    while first and len(_cells(head[first - 1])) >= 2 and not _is_data(head[first - 1], set()):
        first -= 1
    return first


def _heading_rows(head: list[Row], skip: int, merged: list[Area]) -> int:
    """How many rows of headings follow: until the first row that looks like the data below it."""
    body = [row for row in head[skip + 1 : skip + 1 + LOOK_AHEAD] if _cells(row)]
    if not body:
        return 1
    years = _columns_where(body, YEAR.fullmatch)
    numeric = _columns_where(body, _is_figure)
    if not numeric:
        return _rows_of_merges(skip, merged)
    count = 0
    for row in head[skip : skip + MAX_HEADER_ROWS]:
        if _is_data(row, numeric, years) or (count and len(_cells(row)) <= 1):  # one cell alone names a group of rows
            break
        count += 1
    if count >= 2 and skip + count < len(head) and _is_numbering(head[skip + count]):
        count += 1
    return max(count, _rows_of_merges(skip, merged) if count else 0)


def _rows_of_merges(skip: int, merged: list[Area]) -> int:
    """Areas merged downwards from the first heading, or headings over several columns, show how deep it goes."""
    deep = 1
    for top, left, bottom, right in merged:
        if top == skip:
            deep = max(deep, bottom - top + 1, 2 if right > left and bottom == top else 1)
    return min(deep, MAX_HEADER_ROWS)


def _columns_where(rows: list[Row], test) -> set[int]:
    """Columns in which most of what stands passes the test."""
    passed: dict[int, int] = {}
    seen: dict[int, int] = {}
    for row in rows:
        for i, cell in enumerate(row):
            text = cell.strip() if cell else ""
            if text and text.lower() not in MISSING:
                seen[i] = seen.get(i, 0) + 1
                passed[i] = passed.get(i, 0) + bool(test(text))
    return {i for i, count in seen.items() if passed[i] >= count * 0.6}


def _is_figure(text: str) -> bool:
    return bool(NUMBER.fullmatch(text) or MOMENT.fullmatch(text))


def _is_data(row: Row, numeric: set[int], years: set[int] = frozenset()) -> bool:
    """Whether a row holds figures where the table holds figures; a bare year counts only in a column of years."""
    cells = [(i, row[i].strip()) for i in (numeric or range(len(row))) if i < len(row) and row[i] and row[i].strip()]
    if not cells:
        return False
    figures = sum(
        text.lower() in MISSING or (_is_figure(text) and (i in years or not YEAR.fullmatch(text))) for i, text in cells
    )
    return figures >= len(cells) * 0.5


def _is_numbering(row: Row) -> bool:
    """A row A, B, 1, 2, 3 or (1), (2), (3) that numbers the columns of an official form."""
    cells = _cells(row)
    if len(cells) < 3 or not all(NUMBERING.fullmatch(cell) for cell in cells):
        return False
    numbers = [int(m[0]) for cell in cells if (m := re.search(r"\d+", cell))]
    marked = cells[0].startswith("(") or cells[0].isalpha()
    return marked and numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False


def _notes(tail: list[Row], usual: int, rows: int) -> int:
    """How many rows at the end are notes: nearly empty where the table is wide, or beginning like a note."""
    count = 0
    for row in reversed(tail[-min(MAX_FOOTER_ROWS, max(rows - 2, 0)) or len(tail) :]):
        cells = _cells(row)
        first = next((cell for cell in row if cell and cell.strip()), "").strip()
        sparse = usual >= 3 and len(cells) <= max(1, usual // 5) and not _is_figure(first)
        if not (sparse or (len(cells) == 1 and NOTE.match(fold(first)))):
            break
        count += 1
    return count if count < len(tail) else 0


def _width(headings: list[Row], body: list[Row]) -> int:
    """Columns up to the last one that has a heading or a value."""
    last = 0
    for row in [*headings, *body]:
        for i in range(len(row) - 1, last - 1, -1):
            if row[i] and row[i].strip():
                last = max(last, i + 1)
                break
    usual = [len(row) for row in body]
    return min(last, max(len(headings[-1]), median_high(usual))) if headings and usual else last


def name_columns(
    headings: list[Row], merged: list[Area], skip: int, width: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Headings as they stand, and clean unique names: the parts of several rows joined by a dash."""
    rows = [[(row[i] if i < len(row) else "") or "" for i in range(width)] for row in headings]
    if len(rows) > 1 and _is_numbering(rows[-1]):
        rows = rows[:-1]
    _spread(rows, [(t - skip, left, b - skip, right) for t, left, b, right in merged])
    originals, names, taken = [], [], set()
    for i in range(width):
        parts: list[str] = []
        for row in rows:
            part = clean_name(row[i])
            if part and part not in parts[-1:]:
                parts.append(part)
        originals.append(" / ".join(row[i].strip() for row in rows if row[i].strip())[:NAME_LENGTH])
        names.append(_unique(" - ".join(parts) or f"cot_{i + 1}", taken))
    return tuple(originals), tuple(names)


def _spread(rows: list[list[str]], merged: list[Area]) -> None:
    """Give a heading above several columns to each of them: by merged areas, else to the right until the next."""
    areas = [area for area in merged if 0 <= area[0] < len(rows)]
    for top, left, bottom, right in areas:
        for row in rows[top : bottom + 1]:
            for i in range(left, min(right + 1, len(row))):
                row[i] = rows[top][left]
    if not areas:
        for below, above in pairwise(reversed(rows)):
            _spread_right(above, below)


def _spread_right(above: list[str], below: list[str]) -> None:
    current = ""
    for i, cell in enumerate(above):
        if cell.strip():
            current = cell
        elif below[i].strip():
            above[i] = current
        else:
            current = ""


def clean_name(text: str) -> str:
    """One line of composed text without control signs or doubled blanks."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") else c for c in composed)
    return " ".join("".join(c for c in kept if unicodedata.category(c)[0] != "C").split())[:NAME_LENGTH]


def _unique(name: str, taken: set[str]) -> str:
    name = name[:NAME_LENGTH]
    candidate, number = name, 2
    while candidate.casefold() in taken:
        ending = f" ({number})"
        candidate, number = name[: NAME_LENGTH - len(ending)] + ending, number + 1
    taken.add(candidate.casefold())
    return candidate
