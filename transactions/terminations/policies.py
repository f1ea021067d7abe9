"""Who may ask for, agree to or decline the end of a concluded trade: exactly what the services accept."""

from accounts.access.actor import Actor
from accounts.access.policies import may
from transactions.contracts.policies import side_of
from transactions.orders.models import Order
from transactions.orders.states import CONCLUDED
from transactions.terminations.models import EndRequest

ENDING = "transactions.end_contract"


def may_end(actor: Actor, order: Order) -> bool:
    """Whether the actor is a signatory of one of the two sides."""
    side = side_of(actor, order)
    return bool(side) and may(actor, ENDING, getattr(order, side))


def allowed_actions(actor: Actor, order: Order, request: EndRequest | None, *, is_frozen: bool) -> list[str]:
    """Actions of this room open to the actor; `request` is the open one, an overlay bars asking and agreeing."""
    if order.state not in CONCLUDED or not may_end(actor, order):
        return []
    if request is None:
        return [] if is_frozen else ["ask_end"]
    if request.side == side_of(actor, order):
        return ["withdraw_end"]
    return ["decline_end"] if is_frozen else ["agree_end", "decline_end"]
