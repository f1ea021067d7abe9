"""Receipts go out as soon as the log has published them."""

from exchange.jobs.registry import job
from transactions.tracking import services


@job(services.JOB)
def send_receipt(order_id: int, entry_id: int) -> None:
    """Send the receipt of one step, or look again in a moment."""
    services.send_receipt(order_id=order_id, entry_id=entry_id)
