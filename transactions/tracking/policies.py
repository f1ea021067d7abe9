"""Buttons of the order page: exactly what the services of every room accept from this actor now."""

from accounts.access.actor import Actor
from transactions.contracts.policies import can_accept_contract
from transactions.delivery.models import Entitlement
from transactions.delivery.policies import can_confirm, can_download
from transactions.orders.models import Order
from transactions.orders.policies import allowed_actions as order_actions


def allowed_actions(actor: Actor, order: Order, entitlement: Entitlement | None) -> list[str]:
    """Names of the actions shown, in the order of the page."""
    actions = list(order_actions(actor, order))
    if can_accept_contract(actor, order):
        actions.append("sign")
    if can_download(actor, order, entitlement):
        actions.append("download")
    if can_confirm(actor, order):
        actions += ["confirm", "object"]
    return actions
