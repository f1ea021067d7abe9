"""Reading a statement file. Plain Python: bytes in, lines and totals out, or the line that is wrong.

UTF-8 CSV with comma or semicolon, one head line, then one line for each movement:

    transaction_id,value_time,amount,balance,description

`amount` is whole dong, credit positive; `balance` is the balance after the line. The first line has the
transaction_id OPENING with the opening balance, the last one TOTAL with the sum of all amounts and the closing
balance.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.common.clock import VIETNAM
from exchange.common.errors import DomainError

HEAD = ["transaction_id", "value_time", "amount", "balance", "description"]
OPENING, TOTAL = "OPENING", "TOTAL"
MOST_LINES = 50_000
MOST_BYTES = 10 * 1024 * 1024
WHOLE = re.compile(r"-?\d{1,15}\Z", re.ASCII)
NUMBER = re.compile(r"[A-Za-z0-9._/\-]{1,80}\Z", re.ASCII)


@dataclass(frozen=True)
class Movement:
    """One line: where it stands in the file, and what the bank says."""

    line: int
    transaction_id: str
    value_time: dt.datetime
    amount: int
    balance: int
    description: str


@dataclass(frozen=True)
class Content:
    """A whole statement that agrees with itself."""

    opening: int
    closing: int
    movements: tuple[Movement, ...]

    @property
    def credits(self) -> int:
        """Sum of what came in."""
        return sum(one.amount for one in self.movements if one.amount > 0)

    @property
    def debits(self) -> int:
        """Sum of what went out, as a positive figure."""
        return -sum(one.amount for one in self.movements if one.amount < 0)

    @property
    def first_day(self) -> dt.date:
        """Day of the earliest movement in Viet Nam."""
        return min(one.value_time for one in self.movements).astimezone(VIETNAM).date()

    @property
    def last_day(self) -> dt.date:
        """Day of the latest movement in Viet Nam."""
        return max(one.value_time for one in self.movements).astimezone(VIETNAM).date()


def wrong(line: int, why: str | Promise, *, code: str) -> DomainError:
    """A refusal that names the line; nothing was imported."""
    sentence = _("Line %(line)s: %(why)s Nothing was imported.") % {"line": line, "why": why}
    return DomainError(sentence, code=code, fields={"file": sentence})


def read(content: bytes) -> Content:
    """The statement, or a refusal that names the first wrong line."""
    rows = _rows(_text(content))
    if not rows or [cell.strip().lower() for cell in rows[0][1]] != HEAD:
        raise wrong(1, _("the head must be %(head)s.") % {"head": ",".join(HEAD)}, code="statement_head")
    lines = [_movement(number, cells) for number, cells in rows[1:]]
    if len(lines) < 3 or lines[0].transaction_id != OPENING or lines[-1].transaction_id != TOTAL:
        raise wrong(
            rows[-1][0],
            _("the statement begins with the line OPENING, ends with the line TOTAL and has lines between."),
            code="statement_frame",
        )
    return _agreeing(lines)


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise wrong(1, _("the file is larger than 10 MB."), code="statement_size")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise wrong(line, _("the text is not in UTF-8."), code="statement_encoding") from error
    if "\0" in text:
        raise wrong(text.count("\n", 0, text.index("\0")) + 1, _("it holds a NUL sign."), code="statement_encoding")
    return text


def _rows(text: str) -> list[tuple[int, list[str]]]:
    head = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True
    )
    return list(_numbered(reader))


def _numbered(reader: "csv._reader") -> Iterator[tuple[int, list[str]]]:
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise wrong(start, _("it is not a line of a CSV file."), code="statement_shape") from error
        if start > MOST_LINES:
            raise wrong(start, _("a statement has at most 50,000 lines."), code="statement_size")
        if cells:
            yield start, cells


def _movement(line: int, cells: list[str]) -> Movement:
    if len(cells) != len(HEAD):
        why = _("it has %(found)s columns in place of %(wanted)s.") % {"found": len(cells), "wanted": len(HEAD)}
        raise wrong(line, why, code="statement_shape")
    number, moment, amount, balance, description = (cell.strip() for cell in cells)
    if not NUMBER.match(number):
        raise wrong(line, _("the number of the transaction is missing or not readable."), code="statement_number")
    if not WHOLE.match(amount) or not WHOLE.match(balance):
        raise wrong(
            line, _("amount and balance are whole dong in digits, without separators."), code="statement_amount"
        )
    return Movement(line, number, _moment(line, number, moment), int(amount), int(balance), description[:300])


def _moment(line: int, number: str, text: str) -> dt.datetime:
    if number in (OPENING, TOTAL) and not text:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        why = _("the time is not readable; write 2026-11-30T09:15:00+07:00.")
        raise wrong(line, why, code="statement_time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _agreeing(lines: list[Movement]) -> Content:
    opening, movements, total = lines[0], lines[1:-1], lines[-1]
    balance, seen = opening.balance, dict[str, int]()
    for one in movements:
        if one.transaction_id in (OPENING, TOTAL) or one.amount == 0:
            raise wrong(one.line, _("a movement has a number of its own and a sum."), code="statement_shape")
        if one.transaction_id in seen:
            why = _("transaction %(number)s stands on line %(first)s already.")
            names = {"number": one.transaction_id, "first": seen[one.transaction_id]}
            raise wrong(one.line, why % names, code="statement_duplicate")
        seen[one.transaction_id] = one.line
        balance += one.amount
        if balance != one.balance:
            why = _("the balance should be %(wanted)s and is %(found)s.") % {"wanted": balance, "found": one.balance}
            raise wrong(one.line, why, code="statement_balance")
    if opening.amount != 0 or total.amount != balance - opening.balance or total.balance != balance:
        why = _("the total should be %(total)s with the closing balance %(balance)s.")
        raise wrong(total.line, why % {"total": balance - opening.balance, "balance": balance}, code="statement_total")
    return Content(opening.balance, balance, tuple(movements))
