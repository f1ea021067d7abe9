"""Tables in text files: separator, records, batches of columns in bounded memory."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

import polars as pl

from catalog.datasets.reader import alphabets
from catalog.datasets.reader.refusal import Refused

SEPARATORS = ("\t", ";", "|", ",")  # the order decides between equals: a comma may be a decimal sign
HEAD_TEXT = 1 << 20
TAIL_BYTES = 256 * 1024
HEAD_ROWS = 400
BLOCK = 8 << 20
SMALL = 8 << 20  # below this every record goes through the csv module, so that each odd row is counted
CELLS_A_BATCH = 400_000
MAX_FIELD = 1 << 20


def records(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Records as RFC 4180 has them, tolerant of stray quotes; a field that never ends is refused."""
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(lines, delimiter=separator)
    line = 0
    try:
        for record in reader:
            line = reader.line_num
            yield record
    except csv.Error as error:
        raise Refused("quote_unclosed", line=line + 1) from error


def closed_records(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Records of a file with an odd number of quote signs: the last one must not be inside quotes."""
    pending: list[str] = []

    def feed() -> Iterator[str]:
        for line in lines:
            pending.append(line)
            yield line

    start, last = 1, [""]
    for record in records(feed(), separator):
        start, last = start + len(last), pending[:]
        pending.clear()
        yield record
    try:
        list(csv.reader(last, delimiter=separator, strict=True))
    except csv.Error as error:
        if "end of data" in str(error):
            raise Refused("quote_unclosed", line=start - 1) from error


def guess_separator(lines: list[str]) -> str:
    """The sign that cuts most lines into the same number of fields and leaves no quote sign inside a field."""
    judged = {sign: _judge(lines, sign) for sign in SEPARATORS}
    able = {sign: score for sign, (width, score) in judged.items() if width > 1}
    if not able:
        return ","
    good = [sign for sign in able if able[sign] >= max(able.values()) - 0.05]
    best = good[0]
    for sign in good[1:]:
        if judged[sign][0] > judged[best][0] + 1:
            best = sign
    return best


def _judge(lines: list[str], sign: str) -> tuple[int, float]:
    """The usual number of fields, and the share of lines that have it less the share of lines cut inside quotes."""
    try:
        rows = [row for row in islice(records(lines, sign), HEAD_ROWS) if any(cell.strip() for cell in row)]
    except Refused:
        return 1, 0.0
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
    if not rows or widths.count(usual) < len(rows) * 0.5:
        return 1, 0.0
    cut = sum(any(cell.count('"') % 2 for cell in row) for row in rows)
    return usual, (widths.count(usual) - cut) / len(rows)


class Delimited:
    """A text table: alphabet and separator found or given by the steward."""

    format = "CSV"

    def __init__(self, stream: BinaryIO, scan: alphabets.Scan, reading: dict) -> None:
        self.stream, self.scan = stream, scan
        self.alphabet = alphabets.guess(self.scan)
        self.encoding = reading.get("encoding") or self.alphabet.name
        self.lines = self._head_lines()
        self.separator = reading.get("separator") or guess_separator(self.lines)
        self.long_rows = self.short_rows = 0
        self.first_long_row = 0

    def _head_lines(self) -> list[str]:
        text = ""
        for block in self._blocks():
            text += block
            if len(text) >= HEAD_TEXT:
                break
        lines = text.split("\n")
        whole = len(text) < HEAD_TEXT
        return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if whole and lines[-1] else [])

    def _blocks(self) -> Iterator[str]:
        start = self.scan.bom_length
        for text in alphabets.text_blocks(self.stream, self.encoding, start):
            yield text.replace("\r", "\n") if self.scan.newline == b"\r" else text

    def merged(self) -> list[tuple[int, int, int, int]]:
        """Text files have no merged areas."""
        return []

    def head(self) -> list[list[str]]:
        """The first records of the file, blank ones included."""
        return list(islice(records(self.lines, self.separator), HEAD_ROWS))

    def tail(self) -> list[list[str]]:
        """The last records with something in them."""
        position = max(self.scan.bom_length, self.scan.size - TAIL_BYTES)
        position += (position - self.scan.bom_length) % 2
        self.stream.seek(position)
        text = alphabets.decode(self.stream.read(), self.encoding)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        found = records((line + "\n" for line in lines[1 if position > self.scan.bom_length else 0 :]), self.separator)
        try:
            return [record for record in found if any(cell.strip() for cell in record)]
        except Refused:
            return []

    def batches(self, before: int, after: int, width: int) -> Iterator[pl.DataFrame]:
        """Columns of text, `width` wide, without the first `before` records and the last `after` filled ones."""
        if self.scan.quotes % 2:
            frames = self._slow(closed_records(self._text_lines(), self.separator), before, width)
        elif self.scan.size <= SMALL:
            frames = self._slow(records(self._text_lines(), self.separator), before, width)
        else:
            frames = self._fast(before, width)
        return _without_last(frames, after)

    def _text_lines(self) -> Iterator[str]:
        carry = ""
        for text in self._blocks():
            lines = (carry + text).split("\n")
            carry = lines.pop()
            yield from (line + "\n" for line in lines)
        if carry:
            yield carry

    def _slow(self, found: Iterator[list[str]], before: int, width: int) -> Iterator[pl.DataFrame]:
        rows = islice(found, before, None)
        size = max(CELLS_A_BATCH // width, 1)
        done = 0
        while batch := list(islice(rows, size)):
            kept = self._even(batch, done, width)
            done += len(batch)
            if kept:
                yield stripped(_frame(zip(*kept, strict=True)))

    def _even(self, batch: list[list[str]], done: int, width: int) -> list[list[str]]:
        """Rows of the right width; what is too long is cut, what is too short is filled, both are counted."""
        kept = []
        for position, row in enumerate(batch, done + 1):
            if not any(cell and not cell.isspace() for cell in row):
                continue
            if len(row) != width:
                row = self._mend(row, position, width)
            kept.append(row)
        return kept

    def _mend(self, row: list[str], position: int, width: int) -> list[str]:
        if len(row) > width:
            if any(cell.strip() for cell in row[width:]):
                self.long_rows += 1
                self.first_long_row = self.first_long_row or position
            return row[:width]
        self.short_rows += 1
        return row + [""] * (width - len(row))

    def _fast(self, before: int, width: int) -> Iterator[pl.DataFrame]:
        """Blocks cut at ends of records go to the fast parser; a block it does not take goes the slow way."""
        skip = self._lines_of(before)
        done = 0
        for block in self._record_blocks(skip):
            try:
                frame = self._parse(block, width)
            except pl.exceptions.PolarsError:
                text = block.decode().split("\n")
                lines = [line + "\n" for line in text[:-1]] + ([text[-1]] if text[-1] else [])
                yield from self._slow(records(lines, self.separator), 0, width)
                continue
            yield self._count_long(frame, done, width)
            done += frame.height

    def _parse(self, block: bytes, width: int) -> pl.DataFrame:
        schema = {f"column_{i + 1}": pl.String for i in range(width + 1)}
        return pl.read_csv(
            block,
            has_header=False,
            infer_schema=False,
            separator=self.separator,
            schema=schema,
            truncate_ragged_lines=True,
            missing_columns="insert",
        )

    def _count_long(self, frame: pl.DataFrame, done: int, width: int) -> pl.DataFrame:
        extra = frame.to_series(width).str.strip_chars()
        odd = (extra.is_not_null() & (extra != "")).fill_null(value=False)
        if count := int(odd.sum()):
            self.long_rows += count
            self.first_long_row = self.first_long_row or done + int(odd.arg_max() or 0) + 1
        return stripped(frame[:, :width].rename({f"column_{i + 1}": f"c{i}" for i in range(width)}))

    def _lines_of(self, before: int) -> int:
        """How many lines the first records take."""
        reader = csv.reader(self.lines, delimiter=self.separator)
        for _ in islice(reader, before):
            pass
        return reader.line_num if before else 0

    def _record_blocks(self, skip: int) -> Iterator[bytes]:
        rest = b""
        for block in self._utf8_blocks(skip):
            rest += block
            if len(rest) < BLOCK:
                continue
            cut = _end_of_record(rest)
            if cut:
                yield rest[:cut]
                rest = rest[cut:]
            elif len(rest) > 4 * BLOCK:
                raise Refused("quote_unclosed", line=0)
        if rest:
            yield rest

    def _utf8_blocks(self, skip: int) -> Iterator[bytes]:
        """The file as UTF-8 without its first lines."""
        raw = self.encoding == "utf-8" and not self.scan.bad_utf8 and self.scan.newline != b"\r"
        for block in self._raw_blocks() if raw else (text.encode() for text in self._blocks()):
            while skip and block:
                end = block.find(b"\n") + 1
                if not end:
                    block = b""
                    break
                block, skip = block[end:], skip - 1
            if block:
                yield block

    def _raw_blocks(self) -> Iterator[bytes]:
        self.stream.seek(self.scan.bom_length)
        return iter(lambda: self.stream.read(alphabets.BLOCK), b"")


def _end_of_record(block: bytes) -> int:
    """Position after the last line break that is not inside quotes; 0 when there is none."""
    cut = block.rfind(b"\n") + 1
    inside = block.count(b'"', 0, cut) % 2
    while cut and inside:
        earlier = block.rfind(b"\n", 0, cut - 1) + 1
        inside ^= block.count(b'"', earlier, cut) % 2
        cut = earlier
    return cut


def _frame(columns: Iterable[Iterable[str]]) -> pl.DataFrame:
    return pl.DataFrame([pl.Series(f"c{i}", list(values), dtype=pl.String) for i, values in enumerate(columns)])


def stripped(frame: pl.DataFrame) -> pl.DataFrame:
    """Values without blanks around them, without the rows in which nothing stands."""
    bare = frame.select(pl.all().str.strip_chars())
    return bare.filter(~pl.all_horizontal(pl.all().is_null() | (pl.all() == "")))


def _without_last(frames: Iterator[pl.DataFrame], count: int) -> Iterator[pl.DataFrame]:
    """Hold rows back so that the last `count` never come out."""
    held: pl.DataFrame | None = None
    for frame in frames:
        both = frame if held is None or not held.height else pl.concat([held, frame])
        if count:
            held = both.tail(count)
            both = both.head(max(both.height - count, 0))
        if both.height:
            yield both
