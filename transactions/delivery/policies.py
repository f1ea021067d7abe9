"""What the buyer may do with the data now: decides buttons, the services are the gate."""

from accounts.access.actor import Actor
from accounts.access.policies import may
from exchange.common.clock import today
from transactions.delivery.models import Entitlement
from transactions.delivery.states import EntitlementState
from transactions.orders.models import Order
from transactions.orders.states import OrderState

CLOSED_FOR_GOOD = (OrderState.TERMINATED, OrderState.CANCELLED)


def can_download(actor: Actor, order: Order, entitlement: Entitlement | None) -> bool:
    """Whether a download link would be given."""
    return (
        entitlement is not None
        and may(actor, "transactions.receive_data", order.buyer)
        and entitlement.state == EntitlementState.ACTIVE
        and entitlement.ends_on >= today()
        and entitlement.used < entitlement.quota
        and order.buyer.is_active
        and order.state not in CLOSED_FOR_GOOD
        and not order.is_frozen
    )


def can_confirm(actor: Actor, order: Order) -> bool:
    """Whether the buyer may confirm now."""
    return (
        order.state == OrderState.AWAITING_ACCEPTANCE
        and may(actor, "transactions.receive_data", order.buyer)
        and not order.is_frozen
    )
