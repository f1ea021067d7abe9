"""Jobs of the room."""

from catalog.search import services
from exchange.jobs.services import job


@job("catalog.search.refresh_entry")
def refresh_entry(asset_id: int) -> None:
    """Write the catalogue entry of an asset anew; twice gives the same."""
    services.refresh_entry(asset_id=asset_id)
