"""The clock's and the story's doors to delivery."""

from accounts.access.actor import Actor
from exchange.common.clock import today
from exchange.jobs.services import job, periodic
from transactions.delivery import services
from transactions.delivery.models import Entitlement
from transactions.delivery.states import EntitlementState
from transactions.orders.models import Order
from transactions.orders.states import OrderState


@job("transactions.delivery.open_access")
def open_access(order_id: int) -> None:
    """Open the data of a paid or free order."""
    services.open_access(order_id=order_id, actor=Actor.system("delivery"))


@job("transactions.delivery.close_access")
def close_access(order_id: int) -> None:
    """Close the data of a trade whose payment went back."""
    services.close_access(order_id=order_id, actor=Actor.system("delivery"))


@periodic("transactions.delivery.clocks", cron="*/5 * * * *")
def clocks() -> None:
    """Retry openings, accept by clock, and close entitlements whose term has ended."""
    actor = Actor.system("clock")
    services.retry_opening()
    due = Order.objects.filter(
        state__in=[OrderState.DELIVERING, OrderState.AWAITING_ACCEPTANCE], due_on__lt=today()
    ).order_by("pk")
    for pk in due.values_list("pk", flat=True):
        services.accept_by_clock(order_id=pk, actor=actor)
    over = Entitlement.objects.filter(
        state__in=[EntitlementState.ACTIVE, EntitlementState.SUSPENDED], ends_on__lt=today()
    ).order_by("pk")
    for pk in over.values_list("pk", flat=True):
        services.expire(entitlement_id=pk, actor=actor)
