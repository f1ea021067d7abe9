"""Which decisions of the legality check are open to an actor: exactly what the services accept."""

from collections.abc import Collection

from accounts.access.actor import Actor
from accounts.access.policies import may
from transactions.orders.models import Order
from transactions.orders.states import OrderState

CLEARING = ("propose", "clear")


def may_review(actor: Actor, order: Order, *, is_interested: bool) -> bool:
    """Whether the actor may decide this trade: a reviewer of the exchange who was never with either side (R40)."""
    return may(actor, "transactions.review_legality") and not is_interested


def may_supplement(actor: Actor, order: Order) -> bool:
    """Whether the actor orders for the buyer."""
    return may(actor, "transactions.place_order", order.buyer)


def allowed_actions(
    actor: Actor,
    order: Order,
    *,
    is_interested: bool = False,
    is_blocked: bool = False,
    needs_second: bool = False,
    proposed_by: int | None = None,
    other_holds: Collection[str] = (),
) -> list[str]:
    """Actions of this room open to the actor; a BLOCK leaves refusal and return, a foreign hold bars clearing."""
    if order.state == OrderState.RETURNED:
        return ["supplement"] if may_supplement(actor, order) else []
    if order.state != OrderState.LEGALITY_REVIEW or not may_review(actor, order, is_interested=is_interested):
        return []
    actions = ["return", "refuse"]
    if order.holder_id is None or order.holder_id != actor.user.pk:
        actions.insert(0, "take")
    if is_blocked or other_holds:
        return actions
    if needs_second and proposed_by is None:
        return [*actions, "propose"]
    if needs_second and proposed_by == actor.user.pk:
        return actions
    return [*actions, "clear"]
