"""Who may confirm a contract: exactly what the service accepts; pages show these buttons."""

from accounts.access.actor import Actor
from accounts.access.policies import may
from transactions.contracts.models import Contract
from transactions.orders.models import Order
from transactions.orders.states import OrderState


def side_of(actor: Actor, order: Order) -> str:
    """The side of the order the actor acts for: buyer, seller, or none."""
    if actor.organisation is None:
        return ""
    return {order.buyer_id: "buyer", order.seller_id: "seller"}.get(actor.organisation.pk, "")


def may_sign(actor: Actor, order: Order) -> bool:
    """Whether the actor is a signatory of one of the two sides, whatever the stage."""
    side = side_of(actor, order)
    return bool(side) and may(actor, "transactions.sign_contract", getattr(order, side))


def can_accept_contract(actor: Actor, order: Order, contract: Contract | None) -> bool:
    """Whether the actor may confirm now: a signatory of a side that has not confirmed, and not the other side's."""
    if contract is None or order.state != OrderState.SIGNING or not may_sign(actor, order) or order.is_held:
        return False
    side = side_of(actor, order)
    taken = {(acceptance.side, acceptance.accepted_by_id) for acceptance in contract.acceptances.all()}
    return not any(side == done or actor.user.pk == who for done, who in taken)


def allowed_actions(actor: Actor, order: Order, contract: Contract | None) -> list[str]:
    """Actions of this room open to the actor now."""
    return ["accept_contract"] if can_accept_contract(actor, order, contract) else []
