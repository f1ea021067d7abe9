"""Owners who share in a payment: whether they may be paid, and what each of them is told. Called by use cases."""

from collections.abc import Mapping

from accounts.access.actor import Actor
from exchange.common.clock import today
from exchange.notifications.services import notify
from transactions.ledger import flows
from transactions.orders.models import Order
from transactions.orders.overlays import place_hold
from transactions.orders.owners import obstacles, owners_of
from transactions.orders.selectors import people_of

EARNINGS = "/earnings/"  # owners who are not the seller have no order page


def stopped_by_owner(order: Order, *, actor: Actor) -> bool:
    """Whether a hold lies on a locked order because an owner lost its standing since the legality check (R59).

    A reviewer who let the trade go on, in the check or by concluding such a hold, is not asked again: the money of
    that owner waits in the ledger until it may be paid out (R60).
    """
    decided = order.holds.filter(rule="owners", released_at__isnull=False).exists()
    if decided or order.legality_decisions.filter(verdict="clear", cleared_rules__contains=["R59"]).exists():
        return False
    if not obstacles(order, today()):
        return False
    place_hold(order, rule="owners", reason="owner_out", actor=actor)
    return True


def tell_owners(kind: str, order: Order, parts: Mapping[str, int], *, but_seller: bool = False) -> None:
    """A message to each owner with its own part, never with that of another."""
    shares = flows.by_owner(parts)
    for owner in owners_of(order):
        is_seller = owner.pk == order.seller_id
        if shares.get(owner.pk) and not (is_seller and but_seller):
            notify(
                kind,
                users=people_of(owner, "finance", "owner"),
                context={"number": order.number, "amount": shares[owner.pk]},
                subject_url=order.get_absolute_url() if is_seller else EARNINGS,
            )
