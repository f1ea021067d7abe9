"""The catalogue follows what happens to offers."""

from catalog.search import services
from exchange.jobs.services import job


@job("catalog.search.refresh_entry")
def refresh_entry(asset_id: int) -> None:
    """Write one asset's entry anew."""
    services.refresh_entry(asset_id=asset_id)
