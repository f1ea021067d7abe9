"""Reads of the delivery room."""

from transactions.delivery.models import Delivery, Entitlement
from transactions.orders.models import Order


def entitlement_of(order: Order) -> Entitlement | None:
    """The entitlement of an order with its file, or None before access was opened."""
    return Entitlement.objects.filter(order=order).select_related("file__stored", "order__buyer").first()


def deliveries_of(entitlement: Entitlement | None) -> list[Delivery]:
    """Every delivery made, oldest first."""
    if entitlement is None:
        return []
    return list(entitlement.deliveries.select_related("delivered_to").order_by("pk"))
