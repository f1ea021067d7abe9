"""Tables in XLSX workbooks whose archive was found sound."""

from collections.abc import Iterator
from typing import BinaryIO

import fastexcel
import polars as pl

from catalog.datasets.reader.archive import Area, Sheet
from catalog.datasets.reader.delimited import stripped
from catalog.datasets.reader.refusal import Refused

HEAD_ROWS = 400
TAIL_ROWS = 400
CELLS_A_BATCH = 400_000
MOMENT = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"
MIDNIGHT = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
NO_DAY = r"^1899-12-3[01] (\d{2}:\d{2}:\d{2})$"  # a time of day without a day


class Workbook:
    """An XLSX file: one sheet of it is the table."""

    format = "XLSX"
    encoding = separator = ""

    def __init__(self, stream: BinaryIO, sheets: list[Sheet], reading: dict) -> None:
        self.sheets = sheets
        self.long_rows = self.short_rows = self.first_long_row = 0
        wanted = [sheet for sheet in sheets if sheet.name == reading.get("sheet")]
        if reading.get("sheet") and not wanted:
            raise Refused("no_such_sheet", sheet=reading["sheet"])
        try:
            book = fastexcel.read_excel(_source(stream))
            self.sheet, frame = _first_filled(book, wanted or sorted(sheets, key=lambda s: not s.is_visible))
        except fastexcel.FastExcelError as error:
            raise Refused("workbook_damaged") from error
        self.frame = _tidy(frame.rename({old: f"c{i}" for i, old in enumerate(frame.columns)}))

    def merged(self) -> list[Area]:
        """Merged areas near the top of the table."""
        return self.sheet.merged()

    def head(self) -> list[list[str]]:
        """The first rows of the sheet, blank ones included."""
        return _rows(self.frame.head(HEAD_ROWS))

    def tail(self) -> list[list[str]]:
        """The last rows with something in them."""
        return _rows(stripped(self.frame).tail(TAIL_ROWS))

    def batches(self, before: int, after: int, width: int) -> Iterator[pl.DataFrame]:
        """Columns of text, `width` wide, without the first `before` rows and the last `after` filled ones."""
        body = stripped(self.frame.slice(before))
        body = body.head(max(body.height - after, 0))[:, :width]
        yield from body.iter_slices(max(CELLS_A_BATCH // width, 1))


def _first_filled(book: fastexcel.ExcelReader, sheets: list[Sheet]) -> tuple[Sheet, pl.DataFrame]:
    for sheet in sheets:
        frame = book.load_sheet(sheet.name, header_row=None, dtypes="string").to_polars()
        if frame.height and frame.width:
            return sheet, frame
    raise Refused("empty")


def _source(stream: BinaryIO) -> str | bytes:
    """A path to the open file where the system has one, so that it is not copied into memory."""
    try:
        return f"/proc/self/fd/{stream.fileno()}"
    except OSError:  # a file that lives in memory
        stream.seek(0)
        return stream.read()


def _tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Days without a time of day, times without a day: as the sheet shows them."""
    for name in frame.columns:
        column = frame[name]
        midnights = int(column.str.contains(MIDNIGHT).sum())
        if midnights and midnights == int((column.str.contains(MOMENT) & ~column.str.contains(NO_DAY)).sum()):
            column = column.str.replace(MIDNIGHT, "$1")
        frame = frame.with_columns(column.str.replace(NO_DAY, "$1"))
    return frame


def _rows(frame: pl.DataFrame) -> list[list[str]]:
    return [[value or "" for value in row] for row in frame.rows()]
