"""Buttons of the order page: exactly what the services of every room accept from this actor now."""

from accounts.access.actor import Actor
from transactions.compliance.policies import allowed_actions as compliance_actions
from transactions.contracts.models import Contract
from transactions.contracts.policies import allowed_actions as contract_actions
from transactions.delivery.models import Entitlement
from transactions.delivery.policies import can_confirm, can_download
from transactions.orders.models import Order
from transactions.orders.policies import allowed_actions as order_actions


def allowed_actions(
    actor: Actor, order: Order, *, contract: Contract | None, entitlement: Entitlement | None
) -> list[str]:
    """Names of the actions open to buyer and seller, in the order of the page; staff decide in the console."""
    if actor.is_staff:
        return []
    actions = [
        *order_actions(actor, order),
        *compliance_actions(actor, order),
        *contract_actions(actor, order, contract),
    ]
    if can_download(actor, order, entitlement):
        actions.append("download")
    if can_confirm(actor, order):
        actions += ["confirm", "object"]
    return actions
