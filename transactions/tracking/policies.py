"""Buttons of the order page: exactly what the services of every room accept from this actor now."""

from accounts.access.actor import Actor
from transactions.compliance.policies import allowed_actions as compliance_actions
from transactions.contracts.models import Contract
from transactions.contracts.policies import allowed_actions as contract_actions
from transactions.delivery.models import Entitlement
from transactions.delivery.policies import can_confirm, can_download
from transactions.disputes.models import Dispute
from transactions.disputes.selectors import can_open
from transactions.orders.models import Order
from transactions.orders.policies import allowed_actions as order_actions
from transactions.terminations.models import EndRequest
from transactions.terminations.policies import allowed_actions as end_actions


def allowed_actions(
    actor: Actor,
    order: Order,
    *,
    contract: Contract | None,
    entitlement: Entitlement | None,
    dispute: Dispute | None,
    end_request: EndRequest | None,
    is_frozen: bool,
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
        actions.append("confirm")
    if can_open(actor, order, last=dispute, is_frozen=is_frozen):
        actions.append("dispute")
    return [*actions, *end_actions(actor, order, end_request, is_frozen=is_frozen)]
