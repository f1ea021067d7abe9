"""Reads of the room."""

from transactions.orders.models import Order
from transactions.terminations.models import EndRequest


def open_request(order: Order) -> EndRequest | None:
    """The request that waits for an answer."""
    return EndRequest.objects.filter(order=order, answer="").first()
