"""Use cases of step 5. Measured figures come from the file (catalog.quality.measure), never from a form."""

from typing import Any

from django.db import transaction

from accounts.access.actor import Actor
from catalog.assets.models import Revision
from catalog.assets.services import mark_step, open_for_edit
from catalog.assets.steps import QUALITY
from catalog.datasets.models import Column, DataFile
from catalog.datasets.selectors import current_file, dictionary
from catalog.datasets.states import ReadingState
from catalog.quality.measure import Field, Freshness, Table, measure, stale_province_codes
from catalog.quality.models import QualityStatement
from catalog.quality.steps import FIELDS, missing, next_update
from exchange.codes.models import Province
from exchange.codes.selectors import details
from exchange.common.clock import now, today
from exchange.common.vietnamese import clean


@transaction.atomic
def save_quality(*, revision_id: int, version: int, data: dict[str, Any], actor: Actor) -> Revision:
    """Keep what the owner declares about freshness and quality; the next due day follows from the frequency."""
    revision = open_for_edit(revision_id=revision_id, version=version, actor=actor)
    statement, _ = QualityStatement.objects.get_or_create(revision=revision)
    for name in FIELDS:
        if name in data:
            value = data[name]
            setattr(statement, name, clean(value) if isinstance(value, str) else value)
    period = details("frequency", statement.frequency).get("days")
    statement.next_due = next_update(statement.last_updated, period)
    put_measured(statement)
    statement.save(update_fields=[*FIELDS, "next_due", "measured", "measured_at"])
    values = {name: getattr(statement, name) for name in FIELDS}
    mark_step(revision, QUALITY, is_done=not missing(values, is_periodic=bool(period)))
    return revision


@transaction.atomic
def measure_revision(*, revision_id: int) -> None:
    """Measure a revision from its confirmed file; without one there is nothing measured. May run twice."""
    revision = Revision.objects.filter(pk=revision_id).first()
    if revision is None:
        return
    statement, _ = QualityStatement.objects.select_for_update(of=("self",)).get_or_create(revision=revision)
    put_measured(statement)
    statement.save(update_fields=["measured", "measured_at"])


def put_measured(statement: QualityStatement) -> None:
    """Set the measured figures of a statement from the file of its revision; the caller saves."""
    file = current_file(statement.revision)
    if file is None or file.state != ReadingState.CONFIRMED:
        statement.measured, statement.measured_at = {}, None
        return
    columns = dictionary(file)
    day = statement.temporal_to or statement.last_updated or today()
    provinces = frozenset(Province.objects.values_list("code", flat=True))
    stale = stale_province_codes({c.name: c.facts.get("codes", []) for c in columns}, provinces, day)
    measured = measure(_table(file, columns), _freshness(statement))
    statement.measured = measured | {"file_sha256": file.stored.sha256, "stale_admin_codes": stale}
    statement.measured_at = now()


def _table(file: DataFile, columns: list[Column]) -> Table:
    keys = file.figures.get("keys") or {}
    return Table(
        rows=file.row_count or 0,
        fields=tuple(_field(column, file.row_count or 0) for column in columns),
        repeated_rows=(file.figures.get("duplicates") or {}).get("rows", 0),
        repeated_keys=keys.get("duplicates"),
        incomplete_keys=keys.get("incomplete", 0),
        is_plain=file.encoding in ("", "utf-8") and (file.header_rows, file.skip_rows, file.footer_rows) == (1, 0, 0),
    )


def _field(column: Column, rows: int) -> Field:
    present = column.facts.get("present", rows - column.nulls)
    is_as_found = column.type == column.facts.get("type", column.type)
    return Field(
        name=column.name,
        type=column.type,
        present=present,
        nulls=column.nulls,
        valid=column.facts.get("valid", present) if is_as_found else present,
        has_meaning=bool(column.label_vi),
        has_unit=bool(column.unit),
        has_code_list=bool(column.code_list),
        is_required=column.is_required,
        is_key=column.is_key,
    )


def _freshness(statement: QualityStatement) -> Freshness:
    return Freshness(
        day=today(),
        last_updated=statement.last_updated,
        period_days=details("frequency", statement.frequency).get("days"),
        late_after_days=statement.late_after_days or 0,
    )
