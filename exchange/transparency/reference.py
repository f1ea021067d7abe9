"""Rows the repository brings (rates, limits, legal texts): the log commits to them when they are loaded."""

from django.db import models, transaction

from exchange.transparency.models import Entry, subject_label
from exchange.transparency.rows import logged_models, unpack
from exchange.transparency.services import Machine, record_system

KIND = "reference.load"
LOADER = Machine("system:installation")


@transaction.atomic
def commit_reference() -> int:
    """Commit to every row from the repository the log does not know yet; how many these were."""
    known = _known()
    found = 0
    for model in logged_models():
        if model.logged.from_repository:  # type: ignore[attr-defined]
            found += _commit([row for row in model._base_manager.order_by("pk") if subject_label(row) not in known])
    return found


def _commit(rows: list[models.Model]) -> int:
    if rows:
        data = {"table": rows[0]._meta.label_lower, "rows": str(len(rows))}
        record_system(KIND, about="reference", actor=LOADER, data=data, rows=rows)
    return len(rows)


def _known() -> set[str]:
    """Labels of the rows that events of reference data and of parameters committed to."""
    entries = Entry.objects.filter(kind__startswith="parameter.") | Entry.objects.filter(kind=KIND)
    return {name for content in entries.values_list("rows", flat=True) for name in unpack(bytes(content))[1]}
