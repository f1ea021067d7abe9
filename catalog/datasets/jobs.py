"""Reading of files in the background."""

from catalog.datasets import services
from exchange.jobs.services import job


@job("catalog.datasets.profile_file")
def profile_file(file_id: int, attempt: int) -> None:
    """Read a file and keep what was found."""
    services.profile_file(file_id=file_id, attempt=attempt)
