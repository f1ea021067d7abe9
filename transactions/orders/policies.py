"""What an actor may do with an order now: exactly what this room's services accept; pages show these buttons."""

from accounts.access.actor import Actor
from accounts.access.policies import may
from transactions.orders.models import Order
from transactions.orders.states import CONCLUDED, FINAL_STATES, FORWARD, ORDER_FLOW, OrderState

# action -> (right, side of the order it belongs to; "" for the exchange)
RIGHTS: dict[str, tuple[str, str]] = {
    "accept": ("transactions.answer_order", "seller"),
    "decline": ("transactions.answer_order", "seller"),
    "withdraw": ("transactions.place_order", "buyer"),
}


def may_act(actor: Actor, order: Order, action: str) -> bool:
    """Whether the actor holds the right to an action on the side of the order it belongs to."""
    permission, side = RIGHTS[action]
    return may(actor, permission, getattr(order, side) if side else None)


def allowed_actions(actor: Actor, order: Order) -> list[str]:
    """Actions of this room open to the actor: the table of states, the rights, and the HOLD."""
    possible = [a for a in ORDER_FLOW.actions(order.state) if a in RIGHTS and may_act(actor, order, a)]
    held = order.is_held
    if held or order.is_disputed:
        possible = [a for a in possible if a not in FORWARD]
    return possible + (["terminate"] if can_terminate(actor, order) else []) + _hold_actions(actor, order, held)


def can_terminate(actor: Actor, order: Order) -> bool:
    """Whether the exchange may end a concluded trade; a dispute is ended by its own ruling."""
    return order.state in CONCLUDED and not order.is_disputed and may(actor, "transactions.review_legality")


def _hold_actions(actor: Actor, order: Order, held: bool) -> list[str]:
    if order.state in FINAL_STATES or order.state == OrderState.DRAFT:
        return []
    actions = []
    if may(actor, "transactions.hold_order") and not order.holds.open().filter(rule=actor.staff_role).exists():
        actions.append("hold")
    if held and may(actor, "transactions.release_hold") and _is_for_another(actor, order):
        actions.append("release")
    return actions


def _is_for_another(actor: Actor, order: Order) -> bool:
    """Whether holds wait for a conclusion, and none of them was laid by this very person."""
    placers = set(order.holds.open().placed_by_people().values_list("raised_by", flat=True))
    return bool(placers) and actor.label not in placers
