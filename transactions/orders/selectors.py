"""Reads about orders: holds, people to tell, rights already granted, the next step."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.models import StaffAppointment
from accounts.organisations.models import Membership, Organisation
from accounts.users.models import User
from exchange.codes.selectors import covers
from exchange.common.clock import add_months, local_day
from exchange.common.money import largest_remainder
from transactions.ledger.selectors import given_back
from transactions.orders.models import Hold, Order
from transactions.orders.states import RIGHT_GRANTED, OrderState


def open_holds(order: Order) -> list[Hold]:
    """Holds nobody has concluded yet, oldest first."""
    return list(order.holds.open().order_by("pk"))


def people_of(organisation: Organisation, *roles: str) -> list[User]:
    """Current members of an organisation who hold one of the roles."""
    current = Membership.objects.current().filter(organisation=organisation, roles__overlap=list(roles))
    return list(User.objects.filter(is_active=True, pk__in=current.values("user")).order_by("pk"))


def members_of_sides(order: Order) -> list[Membership]:
    """Current members of buyer and seller with their people, in a stable order."""
    sides = [order.buyer_id, order.seller_id]
    current = Membership.objects.current().filter(organisation__in=sides, user__is_active=True)
    return list(current.select_related("user").order_by("pk"))


def staff_of(role: str) -> list[User]:
    """People who hold a staff role of the exchange now."""
    appointed = StaffAppointment.objects.filter(role=role, ended_at__isnull=True)
    return list(User.objects.filter(is_active=True, pk__in=appointed.values("user")).order_by("pk"))


def overlapping_right(order: Order, day: dt.date) -> Order | None:
    """Another order whose granted right excludes this one, or the reverse (N314 8.2(c), R50)."""
    is_exclusive = order.snapshot.get("terms", {}).get("is_exclusive", False)
    others = (
        Order.objects.filter(listing__revision__asset=order.listing.revision.asset_id, state__in=RIGHT_GRANTED)
        .exclude(pk=order.pk)
        .order_by("pk")
    )
    if not is_exclusive:
        others = others.filter(snapshot__terms__is_exclusive=True)
    return next((other for other in others if _same_scope(order, other) and _still_runs(other, day)), None)


def _same_scope(one: Order, other: Order) -> bool:
    meet = covers([one.territory], other.territory) or covers([other.territory], one.territory)
    return one.purpose == other.purpose and meet


def _still_runs(order: Order, day: dt.date) -> bool:
    months = order.snapshot.get("terms", {}).get("term_months")
    if not months:
        return True
    granted = order.events.filter(action__in=["deliver", "conclude"]).order_by("-pk").values_list("made_at", flat=True)
    start = local_day(granted[0]) if granted else day
    return add_months(start, months) >= day


@dataclass(frozen=True)
class NextStep:
    """Who acts next on an order, what is expected, and until when."""

    who: str  # seller, buyer, both, exchange, or nobody
    sentence: str | Promise
    due_on: dt.date | None = None


STEPS: dict[str, tuple[str, str | Promise]] = {
    OrderState.DRAFT: ("buyer", _("The buyer has not sent the order yet.")),
    OrderState.REQUESTED: ("seller", _("The seller accepts or declines the order.")),
    OrderState.ACCEPTED: ("exchange", _("The exchange starts the legality check by itself.")),
    OrderState.LEGALITY_REVIEW: ("exchange", _("A reviewer of the exchange decides the legality check.")),
    OrderState.RETURNED: ("buyer", _("The buyer answers the request for supplement.")),
    OrderState.CLEARED: ("exchange", _("The exchange draws up the contract by itself.")),
    OrderState.SIGNING: ("both", _("A signatory of each side reads and confirms the contract.")),
    OrderState.CONTRACTED: ("exchange", _("The exchange opens the next step by itself.")),
    OrderState.AWAITING_PAYMENT: ("buyer", _("The buyer transfers the sum to the escrow account.")),
    OrderState.PAID: ("exchange", _("The exchange opens access to the data by itself.")),
    OrderState.DELIVERING: ("buyer", _("The buyer downloads the data.")),
    OrderState.AWAITING_ACCEPTANCE: (
        "buyer",
        _("The buyer confirms receipt or objects; after the time limit the order is accepted."),
    ),
}


def next_step(order: Order, *, held: bool | None = None) -> NextStep:
    """Who acts next and until when; an overlay stops the time limit, a hold puts the exchange in turn."""
    if order.state not in STEPS:
        return NextStep("nobody", _("Nothing more is to be done; the order has ended."))
    if order.is_disputed:
        return NextStep("both", _("A dispute is open; the order goes on when it has been settled."))
    if order.is_held if held is None else held:
        return NextStep("exchange", _("The order is on hold until a reviewer of the exchange decides."))
    who, sentence = STEPS[order.state]
    return NextStep(who, sentence, order.due_on)


def completed_since(start: dt.datetime) -> QuerySet[Order]:
    """Orders completed since a moment, whether the whole payment was shared out or a part went back."""
    return Order.objects.filter(state=OrderState.COMPLETED, state_since__gte=start)


def traded(completed: QuerySet[Order]) -> int:
    """Prices of completed orders before VAT, without the part of each that went back to its buyer; in dong."""
    back = given_back()
    paid = completed.filter(number__in=back, total__gt=0).values_list("number", "price", "vat")
    returned = sum(largest_remainder(back[number], [price, vat])[0] for number, price, vat in paid)
    return (completed.aggregate(sum=Sum("price"))["sum"] or 0) - returned
