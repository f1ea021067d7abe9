"""The reading of a file by the child process, and what is kept of it."""

from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction

from catalog.datasets.labels import proposed_meaning, proposed_unit
from catalog.datasets.models import Column, DataFile, ValueType
from catalog.datasets.reading import Request, Unreadable, read
from catalog.datasets.selectors import dictionary, earlier_columns
from catalog.datasets.services.shared import MEASURE, move
from catalog.datasets.states import ReadingState
from exchange.common.clock import today
from exchange.common.errors import DomainError
from exchange.files.models import StoredFile
from exchange.files.services import open_verified
from exchange.jobs.services import enqueue
from exchange.rules.selectors import parameters

log = structlog.get_logger(__name__)
DESCRIBED = ("label_vi", "label_en", "unit", "code_list", "is_required", "is_key", "is_personal")
BUSY = (ReadingState.WAITING, ReadingState.READING)


@dataclass(frozen=True)
class Ticket:
    """What a reading needs to know once the row lock is gone."""

    stored: StoredFile
    request: Request
    is_refresh: bool


def profile_file(*, file_id: int, attempt: int) -> None:
    """Read a file and keep what was found. A second run, or one overtaken by a newer request, changes nothing."""
    ticket = _begin(file_id, attempt)
    if ticket is None:
        return
    try:
        with open_verified(ticket.stored) as stream:
            answer = read(stream, ticket.request)
    except Unreadable as refused:
        _keep_failure(file_id, attempt, refused.code, refused.values)
    except DomainError:  # the stored bytes are not what was uploaded
        _keep_failure(file_id, attempt, "changed", {})
    else:
        _keep(file_id, attempt, answer, ticket)


@transaction.atomic
def _begin(file_id: int, attempt: int) -> Ticket | None:
    file = _current(file_id, attempt)
    if file is None or file.state not in (*BUSY, ReadingState.CONFIRMED):
        return None
    is_refresh = file.state == ReadingState.CONFIRMED
    if not is_refresh:
        move(file, "begin")
    return Ticket(file.stored, _request(file, is_refresh=is_refresh), is_refresh)


def _current(file_id: int, attempt: int) -> DataFile | None:
    """The locked file, unless it was replaced or a newer reading was asked for."""
    files = DataFile.objects.locked().current().select_related("stored", "revision__asset")
    return files.filter(pk=file_id, attempt=attempt).first()


def _request(file: DataFile, *, is_refresh: bool) -> Request:
    columns = dictionary(file)
    confirmed = ("encoding", "separator", "sheet", "skip_rows", "header_rows", "footer_rows")
    return Request(
        name=file.stored.name,
        pii_rate=parameters(today()).get("pii_rate"),
        reading={part: getattr(file, part) for part in confirmed} | _mark(file) if is_refresh else file.given,
        keys=[column.name for column in columns if column.is_key],
        shown=[column.name for column in columns if column.override_reason and not column.is_personal],
        hidden=[column.name for column in columns if column.is_personal],
    )


def _mark(file: DataFile) -> dict[str, str]:
    """The decimal mark the steward chose, if they did."""
    return {"decimal": file.decimal_mark} if file.decimal_mark else {}


@transaction.atomic
def _keep_failure(file_id: int, attempt: int, code: str, values: dict[str, Any]) -> None:
    file = _current(file_id, attempt)
    if file is None:
        return
    log.info("file_not_read", file=file_id, code=code)
    if file.state == ReadingState.CONFIRMED:
        file.warnings = [*(w for w in file.warnings if w["code"] != "refresh_failed"), _notice("refresh_failed")]
        file.save(update_fields=["warnings"])
    elif file.state in BUSY:
        move(file, "fail", failure=code, failure_values=values, sample=[])


def _notice(code: str) -> dict[str, Any]:
    return {"code": code, "values": {}}


@transaction.atomic
def _keep(file_id: int, attempt: int, answer: dict[str, Any], ticket: Ticket) -> None:
    file = _current(file_id, attempt)
    if file is None:
        return
    if ticket.is_refresh and file.state == ReadingState.CONFIRMED:
        _refresh(file, answer)
    elif not ticket.is_refresh and file.state in BUSY:
        _replace_columns(file, answer["columns"])
        move(file, "finish", **_found(answer))
    enqueue(MEASURE, revision_id=file.revision_id, once=f"catalog.quality.measure.{file.revision_id}")


def _found(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        **answer["reading"],
        "format": answer["format"],
        "guesses": answer["guesses"],
        "warnings": answer["warnings"],
        "sample": answer["sample"],
        "row_count": answer["row_count"],
        "column_count": len(answer["columns"]),
        "figures": {"duplicates": answer["duplicates"], "keys": answer["keys"]},
        "candidates": answer["candidates"],
        "preview_rows": [],
        "preview_on": False,
        "failure": "",
        "failure_values": {},
    }


def _refresh(file: DataFile, answer: dict[str, Any]) -> None:
    """After the dictionary changed: figures of the keys, rows for the preview, values of explained columns."""
    file.figures = {"duplicates": answer["duplicates"], "keys": answer["keys"]}
    file.candidates = answer["candidates"]
    file.warnings = answer["warnings"]
    file.save(update_fields=["figures", "candidates", "warnings"])
    found = {column["name"]: column for column in answer["columns"]}
    for column in dictionary(file):
        fresh = found.get(column.name)
        if fresh and not column.is_flagged and not column.example:
            column.example, column.minimum, column.maximum = fresh["example"], fresh["minimum"], fresh["maximum"]
            column.save(update_fields=["example", "minimum", "maximum"])


def _replace_columns(file: DataFile, found: list[dict[str, Any]]) -> None:
    """The dictionary of what was found; meanings given before are carried over by name (product pain 19)."""
    earlier = earlier_columns(file)
    names = [facts["name"] for facts in found]
    columns = [_column(file, facts, earlier.get(facts["name"].casefold()), names) for facts in found]
    file.columns.all().delete()
    Column.objects.bulk_create(columns)


def _column(file: DataFile, found: dict[str, Any], earlier: Column | None, names: list[str]) -> Column:
    column = Column(
        file=file,
        position=found["position"],
        name=found["name"],
        type=found["type"],
        unit=found["unit"] or proposed_unit(found["name"]),
        label_vi=proposed_meaning(found["name"], among=names),
        nulls=found["nulls"],
        distinct=found["distinct"],
        minimum=found["minimum"],
        maximum=found["maximum"],
        example=found["example"],
        suspected=found["suspected"],
        suspected_share=found["suspected_share"],
        facts={name: found[name] for name in FACTS},
    )
    if earlier:
        _carry(column, earlier)
    return column


FACTS = ("original", "type", "style", "present", "valid", "distinct_exact", "suspected_by", "codes")


def _carry(column: Column, earlier: Column) -> None:
    for name in DESCRIBED:
        setattr(column, name, getattr(earlier, name) or getattr(column, name))
    if earlier.suspected == column.suspected:
        column.override_reason, column.override_by_id = earlier.override_reason, earlier.override_by_id
    chosen = earlier.type if earlier.type != earlier.facts.get("type", earlier.type) else ""
    if chosen == ValueType.TEXT or (chosen == ValueType.DECIMAL and column.type == ValueType.INTEGER):
        column.type = chosen
    if column.is_flagged:
        column.example = column.minimum = column.maximum = ""
