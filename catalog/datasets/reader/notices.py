"""What the steward should look at: a code with values for each oddity, never a value of the data itself."""

from collections.abc import Iterator

from catalog.datasets.reader.delimited import Delimited
from catalog.datasets.reader.figures import Column, Pass
from catalog.datasets.reader.kinds import is_code_name
from catalog.datasets.reader.layout import Layout
from catalog.datasets.reader.workbook import Workbook

MOST_COLUMNS = 12


def of(table: Delimited | Workbook, place: Layout, done: Pass, tail: list[list[str]]) -> list[dict]:
    """All notices about a file, the gravest first."""
    found = [*_of_bytes(table), *_of_rows(table, place, tail), *_of_workbook(table), *_of_columns(done.columns)]
    nameless = sum(not original for original in place.originals)
    if nameless:
        found.append({"code": "nameless_columns", "values": {"count": nameless}})
    repeated = done.rows - done.distinct_rows.count
    if repeated and done.distinct_rows.is_exact:
        found.append({"code": "repeated_rows", "values": {"count": repeated}})
    return found


def _of_bytes(table: Delimited | Workbook) -> Iterator[dict]:
    if not isinstance(table, Delimited):
        return
    is_guess = table.encoding == table.alphabet.name and not table.alphabet.certain
    if is_guess and table.encoding != "utf-8":
        yield {"code": "encoding_doubtful", "values": {"encoding": table.encoding}}
    if table.encoding == "utf-8" and table.scan.bad_utf8:
        yield {"code": "damaged_signs", "values": {"count": table.scan.bad_utf8}}
    if table.encoding == "tcvn3":
        yield {"code": "tcvn3_capitals", "values": {}}


def _of_rows(table: Delimited | Workbook, place: Layout, tail: list[list[str]]) -> Iterator[dict]:
    notes = tail[len(tail) - place.footer_rows :] if place.footer_rows else []
    short = table.short_rows - sum(len(row) < place.width for row in notes)
    if table.long_rows:
        yield {"code": "rows_too_long", "values": {"count": table.long_rows, "row": table.first_long_row}}
    last = tail[-1] if tail and not place.footer_rows else []
    if isinstance(table, Delimited) and not table.scan.ends_with_newline and 0 < len(last) < place.width:
        yield {"code": "maybe_cut_off", "values": {"cells": len(last), "width": place.width}}
    elif short > 0:
        yield {"code": "rows_too_short", "values": {"count": short}}


def _of_workbook(table: Delimited | Workbook) -> Iterator[dict]:
    if not isinstance(table, Workbook):
        return
    others = [sheet.name for sheet in table.sheets if sheet is not table.sheet]
    if others:
        yield {"code": "other_sheets", "values": {"sheet": table.sheet.name, "names": ", ".join(others[:10])}}
    if not all(sheet.is_visible for sheet in table.sheets):
        yield {"code": "hidden_sheets", "values": {}}
    if table.sheet.empty_formulas:
        yield {"code": "formulas_without_result", "values": {"count": table.sheet.empty_formulas}}
    if table.sheet.error_cells:
        yield {"code": "error_cells", "values": {"count": table.sheet.error_cells}}


def _of_columns(columns: list[Column]) -> Iterator[dict]:
    for code, test in TESTS.items():
        names = [column.name for column in columns if test(column)]
        if names:
            yield {"code": code, "values": {"names": "; ".join(names[:MOST_COLUMNS]), "count": len(names)}}


TESTS = {
    "number_doubtful": lambda c: c.kind.doubtful and c.kind.type in ("integer", "decimal"),
    "day_doubtful": lambda c: c.kind.doubtful and c.kind.type == "date",
    "month_first": lambda c: c.kind.style.startswith("%m/"),
    "codes_as_decimals": lambda c: c.whole and c.whole == c.present and is_code_name(c.name),
    "odd_values": lambda c: c.valid < c.present,
    "unreadable_signs": lambda c: c.replaced > 0,
    "marks_apart": lambda c: c.apart > 0,
    "formulas": lambda c: c.formulas > 0,
    "empty_columns": lambda c: not c.present,
}
