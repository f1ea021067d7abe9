"""Measurement in the background."""

from catalog.quality import services
from exchange.jobs.services import job


@job("catalog.quality.measure_revision")
def measure_revision(revision_id: int) -> None:
    """Measure the quality of a revision from its file."""
    services.measure_revision(revision_id=revision_id)
