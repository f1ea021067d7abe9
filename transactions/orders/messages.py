"""Who is told of each step of a trade; the texts stand in templates/notifications."""

from django.utils.functional import Promise

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.organisations.models import Membership
from accounts.users.models import User
from exchange.notifications.services import notify
from transactions.orders.models import Order
from transactions.orders.selectors import members_of_sides, staff_of

BUYERS = ("buyer",)
STEWARDS = ("steward",)
SIGNATORIES = ("signatory",)
# action -> (side, roles, kind of message)
AUDIENCE: dict[str, list[tuple[str, tuple[str, ...], str]]] = {
    "request": [("seller", STEWARDS, "order.requested"), ("buyer", BUYERS, "order.received")],
    "accept": [("buyer", BUYERS, "order.accepted")],
    "decline": [("buyer", BUYERS, "order.declined")],
    "withdraw": [("seller", STEWARDS, "order.withdrawn")],
    "return": [("buyer", BUYERS, "order.returned")],
    "supplement": [("staff", (StaffRole.REVIEWER,), "order.supplemented")],
    "clear": [("buyer", BUYERS, "order.cleared"), ("seller", STEWARDS, "order.cleared")],
    "refuse": [("buyer", BUYERS, "order.refused"), ("seller", STEWARDS, "order.refused")],
    "draw_up": [("buyer", SIGNATORIES, "order.signing"), ("seller", SIGNATORIES, "order.signing")],
    "conclude": [("buyer", BUYERS, "order.contracted"), ("seller", STEWARDS, "order.contracted")],
    "ask_payment": [("buyer", ("buyer", "finance"), "order.payment_due")],
    "pay": [("buyer", ("buyer", "finance"), "order.paid"), ("seller", ("steward", "finance"), "order.paid")],
    "deliver": [("buyer", BUYERS, "order.delivering")],
    "hand_over": [("buyer", BUYERS, "order.handed_over")],
    "complete": [("buyer", BUYERS, "order.completed"), ("seller", ("steward", "finance"), "order.completed")],
    "lapse": [("buyer", BUYERS, "order.lapsed"), ("seller", STEWARDS, "order.lapsed")],
    "cancel": [("buyer", ("buyer", "finance"), "order.cancelled"), ("seller", STEWARDS, "order.cancelled")],
    "terminate": [("buyer", BUYERS, "order.terminated"), ("seller", STEWARDS, "order.terminated")],
    "refund": [("seller", ("steward", "finance"), "order.terminated")],  # the buyer reads of the money itself
    "split": [("buyer", BUYERS, "order.completed"), ("seller", ("steward", "finance"), "order.completed")],
    "signed_by_buyer": [("seller", SIGNATORIES, "order.other_side_signed")],
    "signed_by_seller": [("buyer", SIGNATORIES, "order.other_side_signed")],
    # overlays and clocks
    "hold": [("buyer", BUYERS, "order.held"), ("seller", STEWARDS, "order.held")],
    "release": [("buyer", BUYERS, "order.released"), ("seller", STEWARDS, "order.released")],
    "review": [("staff", (StaffRole.REVIEWER,), "order.to_review")],
    "remind_seller": [("seller", STEWARDS, "order.remind_seller")],
    "escalate": [("seller", ("owner", "steward"), "order.escalated"), ("buyer", BUYERS, "order.escalated_buyer")],
    "remind_buyer": [("buyer", BUYERS, "order.remind_buyer")],
    "remind_signing": [("buyer", SIGNATORIES, "order.signing"), ("seller", SIGNATORIES, "order.signing")],
    "remind_payment": [("buyer", ("buyer", "finance"), "order.payment_due")],
}


def tell(order: Order, event: str, *, actor: Actor, text: str | Promise = "") -> None:
    """Queue the messages of an event to the people it concerns; nobody is told of what they did themselves."""
    audience = AUDIENCE.get(event, [])
    members = members_of_sides(order) if any(side != "staff" for side, _, _ in audience) else []
    for side, roles, kind in audience:
        people = staff_of(roles[0]) if side == "staff" else _with_roles(members, getattr(order, f"{side}_id"), roles)
        people = [person for person in people if actor.user is None or person.pk != actor.user.pk or kind in RECEIPTS]
        if people:
            notify(kind, users=people, context=context_of(order, text), subject_url=order.get_absolute_url())


def _with_roles(members: list[Membership], organisation_id: int, roles: tuple[str, ...]) -> list[User]:
    return [m.user for m in members if m.organisation_id == organisation_id and not set(roles).isdisjoint(m.roles)]


RECEIPTS = {"order.received"}  # told to the person who acted, too: number and next step


def context_of(order: Order, text: str | Promise = "") -> dict[str, object]:
    """Words of a message: names and numbers, never what one side keeps from the other."""
    listing, parties = order.snapshot.get("listing", {}), order.snapshot.get("parties", {})
    names = {
        f"{side}_{language}": parties.get(side, {}).get(f"name_{language}", "")
        for side in ("buyer", "seller")
        for language in ("vi", "en")
    }
    titles = {"title_vi": listing.get("title_vi", ""), "title_en": listing.get("title_en", "")}
    return {"number": order.number, "due": order.due_on, "text": text, **names, **titles}
