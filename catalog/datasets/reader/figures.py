"""Figures of every column in one pass: gaps, valid and distinct values, ends, an example, signs of persons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from catalog.datasets.reader import collation, kinds, personal
from catalog.datasets.reader.kinds import Kind

HASHES_A_COLUMN = 4_000_000
HASHES_IN_ALL = 24_000_000
SAMPLE_ROWS = 20_000
LOOK_ROWS = 20_000
SHOWN_TEXT = 200
END_TEXT = 100
MARKED_APART = "[\u0300-\u036f]"
FORMULA = r"^[=@]|^[+\-][^\d.,\s]"
CODES = 100
REPLACED = "\ufffd"


class NotText(Exception):
    """Columns turned out to be text after all: the pass begins again."""

    def __init__(self, positions: set[int]) -> None:
        super().__init__(positions)
        self.positions = positions


class Distinct:
    """Different values, exact up to a bound: eight bytes for each."""

    def __init__(self, budget: "Budget") -> None:
        self.budget = budget
        self.known = pl.Series(dtype=pl.UInt64)
        self.fresh: list[pl.Series] = []
        self.waiting = 0
        self.is_exact = True

    def add(self, hashes: pl.Series) -> None:
        """Take the hashes of a batch in."""
        if not self.is_exact:
            return
        self.fresh.append(hashes.unique())
        self.waiting += self.fresh[-1].len()
        if self.waiting > max(self.known.len(), 200_000):
            self._merge()

    def _merge(self) -> None:
        before = self.known.len()
        self.known = pl.concat([self.known, *self.fresh]).unique()
        self.fresh, self.waiting = [], 0
        self.budget.used += self.known.len() - before
        if self.known.len() > HASHES_A_COLUMN or self.budget.used > HASHES_IN_ALL:
            self.is_exact = False
            self.count_at_bound = self.known.len()
            self.budget.used -= self.known.len()
            self.known = pl.Series(dtype=pl.UInt64)

    @property
    def count(self) -> int:
        """How many different values; at least so many when the bound was passed."""
        if self.is_exact and self.fresh:
            self._merge()
        return self.known.len() if self.is_exact else self.count_at_bound


@dataclass
class Budget:
    """Hashes kept for all columns together."""

    used: int = 0


@dataclass
class Column:
    """What is known of one column so far."""

    name: str
    original: str
    kind: Kind
    mark: str = ""  # the decimal mark a person chose
    distinct: Distinct | None = None
    present: int = 0
    nulls: int = 0
    valid: int = 0
    low: object = None
    high: object = None
    low_text: str = ""
    high_text: str = ""
    example: str = ""
    apart: int = 0
    formulas: int = 0
    replaced: int = 0
    whole: int = 0
    codes: set[str] | None = None  # different values of a column of codes, as long as they are few
    persons: dict[str, int] = field(default_factory=lambda: dict.fromkeys(personal.SIGNS, 0))
    looked: int = 0
    looks: dict[str, int] = field(default_factory=lambda: {"person_name": 0, "address": 0})


@dataclass
class Pass:
    """One pass over all rows."""

    columns: list[Column]
    distinct_rows: Distinct
    distinct_keys: Distinct
    keys: tuple[int, ...] = ()
    rows: int = 0
    keyless: int = 0
    first: pl.DataFrame = field(default_factory=pl.DataFrame)


def sample_of(batches: Iterator[pl.DataFrame]) -> pl.DataFrame | None:
    """Rows from the beginning, enough to judge kinds by."""
    taken: list[pl.DataFrame] = []
    for batch in batches:
        taken.append(batch.head(SAMPLE_ROWS))
        if sum(frame.height for frame in taken) >= SAMPLE_ROWS:
            break
    return kinds.clean(pl.concat(taken)) if taken else None


def run(
    batches: Callable[[], Iterator[pl.DataFrame]], table: list[Column], keys: tuple[int, ...], first_rows: int
) -> Pass:
    """Figures of all columns; a column the whole file shows to be text makes the pass begin again."""
    text: set[int] = set()
    while True:
        budget = Budget()
        columns = [
            Column(
                name=c.name,
                original=c.original,
                kind=kinds.TEXT if i in text else c.kind,
                mark=c.mark,
                distinct=Distinct(budget),
                codes=set() if kinds.is_code_name(c.name) else None,
            )
            for i, c in enumerate(table)
        ]
        try:
            return _pass(batches(), columns, budget, keys, first_rows)
        except NotText as other:
            text |= other.positions


def _pass(
    batches: Iterator[pl.DataFrame], columns: list[Column], budget: Budget, keys: tuple[int, ...], first_rows: int
) -> Pass:
    done = Pass(columns, Distinct(budget), Distinct(budget), keys)
    for raw in batches:
        batch = kinds.clean(raw)
        if done.first.height < first_rows:
            head = batch.head(first_rows - done.first.height)
            done.first = head if not done.first.width else pl.concat([done.first, head])
        done.rows += batch.height
        done.distinct_rows.add(batch.hash_rows(seed=1))
        if keys:
            _add_keys(done, batch.select(pl.nth(*keys)))
        unfit = {i for i, column in enumerate(columns) if not _add(column, batch.to_series(i))}
        if unfit:
            raise NotText(unfit)
    unfit = {i for i, c in enumerate(columns) if c.kind.type != "text" and c.valid < c.present * kinds.ENOUGH}
    if unfit:
        raise NotText(unfit)
    return done


def _add_keys(done: Pass, part: pl.DataFrame) -> None:
    whole = part.filter(~pl.any_horizontal(pl.all().is_null()))
    done.keyless += part.height - whole.height
    done.distinct_keys.add(whole.hash_rows(seed=1))


def _add(column: Column, values: pl.Series) -> bool:
    """Take a batch in; False when the column must be text."""
    present = values.drop_nulls()
    column.nulls += values.len() - present.len()
    column.present += present.len()
    if not present.len():
        return True
    column.example = column.example or present[0][:SHOWN_TEXT]
    column.distinct.add(present.hash(seed=1))
    if column.kind.type in ("text", "integer"):
        _add_persons(column, present)
    if column.kind.type == "text":
        _add_text(column, present)
        return True
    return _add_typed(column, present)


def _add_text(column: Column, present: pl.Series) -> None:
    column.valid += present.len()
    apart = int(present.str.contains(MARKED_APART).sum())
    if apart:
        column.apart += apart
        present = present.str.normalize("NFC")
    column.formulas += int(present.str.contains(FORMULA).sum())
    column.replaced += int(present.str.contains(REPLACED, literal=True).sum())
    if column.codes is not None:
        column.codes.update(present.unique().to_list()[: CODES + 1])
        column.codes = column.codes if len(column.codes) <= CODES else None
    for text in collation.ends(present):
        key = collation.key(text)
        if column.low is None or key < column.low:
            column.low, column.low_text = key, text
        if column.high is None or key > column.high:
            column.high, column.high_text = key, text


def _add_typed(column: Column, present: pl.Series) -> bool:
    values = kinds.parsed(present, column.kind)
    if values.null_count() and column.kind.style == "plain":
        others = present.filter(values.is_null())
        if others.str.contains(r"^[+-]?\d{19,}$").any():
            return False
        if _widen(column, others):
            values = kinds.parsed(present, column.kind)
    if column.kind.type == "integer" and present.str.contains(kinds.LEADING_ZERO).any():
        return False
    valid = values.len() - values.null_count()
    column.valid += valid
    if column.kind.style == "point":
        column.whole += int(present.str.ends_with(".0").sum())
    if valid:
        _add_ends(column, values, present)
    return True


def _add_ends(column: Column, values: pl.Series, present: pl.Series) -> None:
    low, high = values.arg_min(), values.arg_max()
    if column.low is None or values[low] < column.low:
        column.low, column.low_text = values[low], present[low]
    if column.high is None or values[high] > column.high:
        column.high, column.high_text = values[high], present[high]


def _widen(column: Column, others: pl.Series) -> bool:
    """Whole numbers among which decimals appear are decimals, in the style of the newcomers."""
    wider = kinds.kind_of(others)
    if wider.type in ("integer", "decimal") and wider.style != "plain":
        found = Kind("decimal", wider.style, column.kind.percent, wider.doubtful)
        column.kind = kinds.marked(found, column.mark) if column.mark else found
        return True
    return False


def _add_persons(column: Column, present: pl.Series) -> None:
    for code, count in personal.counts(present).items():
        column.persons[code] += count
    if column.kind.type == "text" and column.looked < LOOK_ROWS:
        part = present.head(LOOK_ROWS - column.looked)
        for code, count in personal.look_counts(part).items():
            column.looks[code] += count
        column.looked += part.len()
