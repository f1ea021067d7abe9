"""Step 2 of the demonstration's registrations: file, reading, dictionary, preview."""

from typing import Any

from accounts.access.actor import Actor
from catalog.assets.models import Revision
from catalog.datasets.selectors import current_file, dictionary
from catalog.datasets.services import attach_file, confirm_reading, save_dictionary
from exchange.demo.papers import table
from exchange.jobs.testing import run_jobs


def describe_file(revision: Revision, row: dict[str, Any], steward: Actor) -> Revision:
    """Attach the table, let the exchange read it, confirm the reading and fill in the dictionary."""
    file = attach_file(revision_id=revision.pk, upload=table(row["file"]), actor=steward)
    run_jobs()
    confirm_reading(file_id=file.pk, reading={}, actor=steward)
    file = current_file(revision)
    assert file is not None  # noqa: S101 - just attached
    answers = {column.position: _meaning(row["columns"][column.name]) for column in dictionary(file)}
    save_dictionary(file_id=file.pk, rows=answers, actor=steward)
    run_jobs()
    revision.refresh_from_db()
    return revision


def _meaning(words: list[str]) -> dict[str, Any]:
    label_vi, label_en, *unit = words
    return {"label_vi": label_vi, "label_en": label_en, "unit": unit[0] if unit else "", "is_required": True}
