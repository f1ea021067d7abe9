"""What the values of a column are: text, numbers in several styles, days, moments, yes or no."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

import polars as pl

from exchange.common.vietnamese import fold

MISSING = (
    "", "..", "...", "…", "-", "--", "–", "—", "n/a", "N/A", "#N/A", "#n/a", "null", "NULL", "Null", "nan", "NaN",
    "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!",
)  # fmt: skip
ENOUGH = 0.95
PAIRS = (("true", "false"), ("có", "không"), ("yes", "no"), ("đúng", "sai"), ("t", "f"), ("y", "n"))
WORDS = [word for pair in PAIRS for word in pair]
LEADING_ZERO = r"^[+-]?0\d"
INTEGER = r"^[+-]?(?:0|[1-9]\d{0,17})$"
STYLES = {  # how a decimal number is written
    "point": r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$",
    "comma": r"^[+-]?\d+(?:,\d+)?$",
    "dots": r"^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?$",
    "commas": r"^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$",
    "blanks": r"^[+-]?(?:\d{1,3}(?:[ \x{a0}\x{202f}]\d{3})+|\d+)(?:[.,]\d+)?$",
}
DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%m/%d/%Y")
DAY_SHAPE = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$"
MOMENTS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
)  # fmt: skip
MOMENT_SHAPE = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d{1,2}:\d{2}"
MOMENT_TAIL = r"(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?$"
CODE_NAME = re.compile(
    r"(?:^|[^a-z])(?:ma|code|mst|cccd|cmnd|sdt|dien thoai|phone|tel|mobile|fax|so hieu|so tai khoan|stk|zip|postcode|"
    r"postal|bien so|imei|so dinh danh|so bhxh|so the|identifier|uuid)(?:[^a-z]|$)"
)


@dataclass(frozen=True)
class Kind:
    """Type of a column and how its values are written."""

    type: str
    style: str = ""
    percent: bool = False
    doubtful: bool = False  # the values allow another reading: the steward should look


TEXT = Kind("text")


def clean(frame: pl.DataFrame) -> pl.DataFrame:
    """Signs of absence become null."""
    columns = []
    for column in frame.iter_columns():
        absent = column.is_in(MISSING)
        columns.append(column.set(absent, None) if absent.any() else column)
    return pl.DataFrame(columns)


def is_code_name(name: str) -> bool:
    """Whether a column's name says that its digits are a code, not a number."""
    return bool(CODE_NAME.search(re.sub(r"[_\-.]", " ", fold(name))))


def judge(frame: pl.DataFrame, names: tuple[str, ...], separator: str, mark: str = "") -> list[Kind]:
    """The kind of each column of a cleaned sample; the decimal `mark` a person chose settles what is doubtful."""
    kinds = [kind_of(frame.to_series(i), names[i]) for i in range(frame.width)]
    if mark:
        return [marked(kind, mark) for kind in kinds]
    local = {kind.style for kind in kinds if not kind.doubtful}
    return [_settle(kind, local, separator) if kind.doubtful else kind for kind in kinds]


def kind_of(values: pl.Series, name: str = "") -> Kind:
    """The kind of one column of cleaned text."""
    present = values.drop_nulls()
    if not present.len():
        return TEXT
    return _boolean(present) or _number(present, name) or _day(present) or _moment(present) or TEXT


def _share(values: pl.Series, pattern: str) -> float:
    return int(values.str.contains(pattern).sum()) / values.len()


def _boolean(values: pl.Series) -> Kind | None:
    found = set(values.str.to_lowercase().unique().to_list()[:5])
    return Kind("boolean") if any(found <= set(pair) for pair in PAIRS) else None


def plain_number(values: pl.Series) -> pl.Series:
    """Numbers without a percent sign, with a minus for accounting brackets."""
    return values.str.replace(r"^\((.+)\)$", "-$1").str.replace(r"\s?%$", "")


def _number(values: pl.Series, name: str) -> Kind | None:
    bare = plain_number(values)
    shares = {style: _share(bare, pattern) for style, pattern in STYLES.items()}
    best = max(shares.values())
    if best < ENOUGH or int(values.str.contains(LEADING_ZERO).sum()):
        return None
    percent = _share(values, r"%$") >= 0.5
    others = bare.filter(~bare.str.contains(r"^[+-]?\d+$"))
    if others.len() <= values.len() * (1 - ENOUGH):
        if is_code_name(name) or _share(bare, INTEGER) < ENOUGH:
            return TEXT
        rest = _number(others, name) if others.len() else None
        return Kind("integer", "plain", percent) if rest is None else replace(rest, percent=percent)
    style, doubtful = _style(bare, {style for style, share in shares.items() if share == best})
    whole = style in ("dots", "commas", "blanks") and _share(bare, _fraction(style)) == 0
    return Kind("integer" if whole else "decimal", style, percent, doubtful)


def _fraction(style: str) -> str:
    return r",\d+$" if style == "dots" else r"\.\d+$" if style == "commas" else r"[.,]\d{1,2}$|[.,]\d{4,}$"


def _style(bare: pl.Series, possible: set[str]) -> tuple[str, bool]:
    """The style all values fit; one dot or comma before three digits fits two styles."""
    for sign, grouped, decimal in ((r"\.", "dots", "point"), (",", "commas", "comma")):
        if not {grouped, decimal} <= possible:
            continue
        long_run = rf"^[+-]?\d{{4,}}|^[+-]?0{sign}|{sign}\d{{4,}}|{sign}\d{{1,2}}$"
        if int(bare.str.contains(long_run).sum()):
            return decimal, False
        return decimal, True
    order = ("point", "comma", "dots", "commas", "blanks")
    return next(style for style in order if style in possible), False


def _settle(kind: Kind, local: set[str], separator: str) -> Kind:
    """A doubtful number is read as the unmistakable ones of the same file are."""
    vietnamese, english = bool(local & {"comma", "dots"}), bool(local & {"point", "commas"})
    if kind.style == "point" and vietnamese and not english:
        return Kind("integer", "dots", kind.percent, doubtful=True)
    if kind.style == "point" and vietnamese and english:
        return Kind("integer", "dots", kind.percent, doubtful=True)
    if kind.style == "comma" and (english or separator == ",") and not vietnamese:
        return Kind("integer", "commas", kind.percent, doubtful=True)
    return kind


def marked(kind: Kind, mark: str) -> Kind:
    """A doubtful number (one sign before three digits) with the decimal mark a person chose: "point" or "comma"."""
    if not kind.doubtful or kind.type not in ("integer", "decimal"):
        return kind
    if kind.style == mark:
        return replace(kind, doubtful=False)
    return Kind("integer", {"point": "dots", "comma": "commas"}[kind.style], kind.percent)


def _day(values: pl.Series) -> Kind | None:
    if _share(values, DAY_SHAPE) < ENOUGH:
        return None
    counts = {form: values.str.to_date(form, strict=False).count() for form in DAYS}
    form = max(counts, key=lambda f: counts[f])  # the first of equals: day before month, as written in Viet Nam
    if counts[form] < values.len() * ENOUGH:
        return None
    doubtful = form == "%d/%m/%Y" and counts["%m/%d/%Y"] == counts[form]
    return Kind("date", form, doubtful=doubtful)


def _moment(values: pl.Series) -> Kind | None:
    if _share(values, MOMENT_SHAPE) < ENOUGH:
        return None
    bare = values.str.replace(MOMENT_TAIL, "")
    counts = {form: bare.str.to_datetime(form, strict=False, time_unit="ms").count() for form in MOMENTS}
    form = max(counts, key=lambda f: counts[f])
    return Kind("datetime", form) if counts[form] >= values.len() * ENOUGH else None


def parsed(values: pl.Series, kind: Kind) -> pl.Series:
    """Values in comparable form, null where they are not of the kind."""
    readers: dict[str, Callable[[pl.Series, Kind], pl.Series]] = {
        "integer": _figures,
        "decimal": _figures,
        "date": lambda days, kind: days.str.to_date(kind.style, strict=False),
        "datetime": _moments,
        "boolean": lambda words, _: words.set(~words.str.to_lowercase().is_in(WORDS), None),
    }
    return readers[kind.type](values, kind) if kind.type in readers else values


def _moments(values: pl.Series, kind: Kind) -> pl.Series:
    found = values.str.to_datetime(kind.style, strict=False, time_unit="ms")
    if not found.null_count():
        return found
    return values.str.replace(MOMENT_TAIL, "").str.to_datetime(kind.style, strict=False, time_unit="ms")


def _figures(values: pl.Series, kind: Kind) -> pl.Series:
    form = pl.Int64 if kind.style == "plain" else pl.Float64
    if kind.style in ("plain", "point"):
        found = values.cast(form, strict=False)
        return found if not found.null_count() else plain_number(values).cast(form, strict=False)
    bare = plain_number(values)
    return _machine(bare.set(~bare.str.contains(STYLES[kind.style]), None), kind.style).cast(form, strict=False)


def _machine(bare: pl.Series, style: str) -> pl.Series:
    if style in ("comma", "dots"):
        return bare.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    if style == "commas":
        return bare.str.replace_all(",", "", literal=True)
    if style == "blanks":
        return bare.str.replace_all(r"[ \x{a0}\x{202f}]", "").str.replace(",", ".", literal=True)
    return bare


def canonical(text: str, kind: Kind) -> str:
    """One value in machine form: 1.234,5 becomes 1234.5, 03/04/2026 becomes 2026-04-03; other text stays."""
    series = pl.Series([text], dtype=pl.String)
    if kind.type in ("date", "datetime"):
        value = parsed(series, kind).item()
        return value.isoformat() if value is not None else text
    if kind.type not in ("integer", "decimal"):
        return text
    bare = _machine(plain_number(series), kind.style).item()
    try:
        return format(Decimal(bare), "f") if len(bare) <= 40 else bare
    except InvalidOperation:
        return text
