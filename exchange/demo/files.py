"""Step 2 of the demonstration's registrations: file, reading, dictionary, preview."""

from typing import Any

from accounts.access.actor import Actor
from catalog.assets.models import Revision
from catalog.datasets.services import attach_file, confirm_reading
from exchange.demo.papers import table
from exchange.jobs.testing import run_jobs


def describe_file(revision: Revision, row: dict[str, Any], steward: Actor) -> Revision:
    """Attach the table, let the exchange read it, confirm the reading and fill in the dictionary."""
    file = attach_file(revision_id=revision.pk, upload=table(row["file"]), actor=steward)
    run_jobs()
    confirm_reading(file_id=file.pk, reading={}, actor=steward)
    revision.refresh_from_db()
    return revision
