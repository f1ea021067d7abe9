"""From a request to the answer: what the file is, how it is read, what its columns hold."""

from typing import BinaryIO

from catalog.datasets.reader import figures, kinds, layout, notices, personal
from catalog.datasets.reader.alphabets import Scan
from catalog.datasets.reader.archive import Sheet
from catalog.datasets.reader.delimited import Delimited
from catalog.datasets.reader.layout import Layout
from catalog.datasets.reader.refusal import Refused
from catalog.datasets.reader.workbook import Workbook

MAX_COLUMNS = 1000
SHOWN_ROWS = 8  # rows of data on the page "how we read your file"
SHOWN_CELL = 80
SHOWN_COLUMNS = 40
CANDIDATES = 40  # rows the steward may choose the preview from
CANDIDATE_CELL = 200
MASK = "•••"


def answer(stream: BinaryIO, form: str, measured: Scan | list[Sheet], request: dict) -> dict:
    """Read the file and describe it; raises Refused when it is no table we read."""
    reading = {name: value for name, value in (request.get("reading") or {}).items() if value not in (None, "")}
    table = (Workbook if form == "XLSX" else Delimited)(stream, measured, reading)
    head, tail = table.head(), table.tail()
    place = layout.find(head, tail, table.merged(), reading)
    _refuse_shape(place)
    done, shown = _figures(table, place, request)
    suspected = [_suspicion(column, request["pii_rate"]) for column in done.columns]
    masked = _masked(done, suspected, request)
    return {
        "ok": True,
        "format": form,
        "reading": {
            "encoding": table.encoding,
            "separator": table.separator,
            "sheet": table.sheet.name if form == "XLSX" else "",
            "skip_rows": place.skip_rows,
            "header_rows": place.header_rows,
            "footer_rows": place.footer_rows,
        },
        "guesses": _guesses(table, place, head, tail),
        "warnings": notices.of(table, place, done, tail),
        "sample": _sample(head, tail, place, masked),
        "row_count": done.rows,
        "columns": [
            _column(i, c, s, i in masked) for i, (c, s) in enumerate(zip(done.columns, suspected, strict=True))
        ],
        "duplicates": {"rows": done.rows - done.distinct_rows.count, "exact": done.distinct_rows.is_exact},
        "keys": _keys(done),
        "candidates": _candidates(shown, done, masked),
    }


def _refuse_shape(place: Layout) -> None:
    if not place.width:
        raise Refused("empty")
    if place.width > MAX_COLUMNS:
        raise Refused("too_many_columns", count=place.width, limit=MAX_COLUMNS)


def _figures(table: Delimited | Workbook, place: Layout, request: dict) -> tuple[figures.Pass, list]:
    before = place.skip_rows + place.header_rows
    sample = figures.sample_of(table.batches(before, place.footer_rows, place.width))
    if sample is None:
        raise Refused("no_rows")
    mark = (request.get("reading") or {}).get("decimal") or ""
    found = kinds.judge(sample, place.names, table.separator, mark)
    columns = [figures.Column(n, o, k, mark) for n, o, k in zip(place.names, place.originals, found, strict=True)]
    wanted = set(request.get("keys") or ())
    keys = tuple(i for i, name in enumerate(place.names) if name in wanted)

    def batches():
        table.long_rows = table.short_rows = table.first_long_row = 0
        return table.batches(before, place.footer_rows, place.width)

    done = figures.run(batches, columns, keys, CANDIDATES)
    return done, done.first.rows()


def _suspicion(column: figures.Column, rate: float) -> personal.Suspicion:
    return personal.judge(column.name, column.present, column.persons, column.looked, column.looks, rate)


def _masked(done: figures.Pass, suspected: list[personal.Suspicion], request: dict) -> set[int]:
    """Columns whose values never leave this process: suspected ones nobody explained, and personal ones."""
    shown, hidden = set(request.get("shown") or ()), set(request.get("hidden") or ())
    return {
        i
        for i, (column, found) in enumerate(zip(done.columns, suspected, strict=True))
        if column.name in hidden or (found.code and column.name not in shown)
    }


def _column(position: int, column: figures.Column, found: personal.Suspicion, masked: bool) -> dict:
    kind = column.kind
    low, high = kinds.canonical(column.low_text, kind), kinds.canonical(column.high_text, kind)
    return {
        "position": position + 1,
        "name": column.name,
        "original": column.original,
        "type": kind.type,
        "style": kind.style,
        "unit": "%" if kind.percent else "",
        "nulls": column.nulls,
        "present": column.present,
        "valid": column.valid,
        "distinct": column.distinct.count,
        "distinct_exact": column.distinct.is_exact,
        "minimum": "" if masked else low[: figures.END_TEXT],
        "maximum": "" if masked else high[: figures.END_TEXT],
        "example": "" if masked else column.example,
        "codes": sorted(column.codes) if column.codes and not masked and not found.code else [],
        "suspected": found.code,
        "suspected_by": found.by,
        "suspected_share": round(found.share, 4),
    }


def _keys(done: figures.Pass) -> dict:
    if not done.keys:
        return {}
    whole = done.rows - done.keyless
    return {
        "columns": [done.columns[i].name for i in done.keys],
        "duplicates": whole - done.distinct_keys.count,
        "incomplete": done.keyless,
        "exact": done.distinct_keys.is_exact,
    }


def _guesses(table: Delimited | Workbook, place: Layout, head: list, tail: list) -> dict:
    alphabet = getattr(table, "alphabet", None)
    return {
        "encoding": alphabet.name if alphabet else "",
        "encoding_certain": alphabet.certain if alphabet else True,
        "sheets": [sheet.name for sheet in getattr(table, "sheets", [])],
        "titles": [_line(row) for row in head[: place.skip_rows][:5] if any(cell.strip() for cell in row)],
        "notes": [_line(row) for row in tail[len(tail) - place.footer_rows :][:12]] if place.footer_rows else [],
    }


def _line(row: list[str]) -> str:
    return " ".join(dict.fromkeys(cell.strip() for cell in row if cell.strip()))[:300]


def _sample(head: list, tail: list, place: Layout, masked: set[int]) -> list[dict]:
    """The first rows as they stand, each with its part; values of masked columns hidden."""
    before = place.skip_rows + place.header_rows
    rows = []
    for position, row in enumerate(head[: before + SHOWN_ROWS]):
        part = "title" if position < place.skip_rows else "heading" if position < before else "data"
        cells = [_cell(row, i, part == "data" and i in masked) for i in range(min(place.width, SHOWN_COLUMNS))]
        rows.append({"line": position + 1, "part": part, "cells": cells})
    return rows


def _cell(row: list[str], i: int, hide: bool) -> str:
    text = layout.clean_name(row[i]) if i < len(row) and row[i] else ""
    return (MASK if text else "") if hide else text[:SHOWN_CELL]


def _candidates(rows: list[tuple], done: figures.Pass, masked: set[int]) -> dict:
    open_columns = [i for i in range(len(done.columns)) if i not in masked]
    return {
        "columns": [done.columns[i].name for i in open_columns],
        "rows": [[(row[i] or "")[:CANDIDATE_CELL] for i in open_columns] for row in rows],
    }
