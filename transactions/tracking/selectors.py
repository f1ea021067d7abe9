"""What the order page and the order list show: pure reads over every room of a trade."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.access.actor import Actor
from transactions.orders.models import Order, OrderEvent
from transactions.orders.states import FINAL_STATES, OrderState

MAIN_COURSE = (
    OrderState.REQUESTED,
    OrderState.ACCEPTED,
    OrderState.LEGALITY_REVIEW,
    OrderState.SIGNING,
    OrderState.AWAITING_PAYMENT,
    OrderState.PAID,
    OrderState.DELIVERING,
    OrderState.AWAITING_ACCEPTANCE,
    OrderState.COMPLETED,
)
PRICED_ONLY = (OrderState.AWAITING_PAYMENT, OrderState.PAID)
# states that pass at once stand under the step they belong to
SHOWN_AS = {
    OrderState.RETURNED: OrderState.LEGALITY_REVIEW,
    OrderState.CLEARED: OrderState.LEGALITY_REVIEW,
    OrderState.CONTRACTED: OrderState.SIGNING,
}


@dataclass(frozen=True)
class CourseStep:
    """One line of the timeline: css state, name, when it happened, a note."""

    css: str
    name: str
    when: dt.datetime | None = None
    note: str = ""


def orders_of(actor: Actor, side: str) -> QuerySet[Order]:
    """Orders of the side acted for, newest first, with what a list shows."""
    orders = Order.objects.visible_to(actor).select_related("listing__revision", "buyer", "seller")
    if actor.organisation is not None and side in ("buyer", "seller"):
        orders = orders.filter(**{side: actor.organisation})
    return orders.order_by("-pk")


def course(order: Order, events: list[OrderEvent]) -> list[CourseStep]:
    """The whole way of an order: what happened with its time, where it stands, what is still to come."""
    reached = {SHOWN_AS.get(event.after, event.after): event for event in events}
    now_at = SHOWN_AS.get(order.state, order.state)
    steps = [state for state in MAIN_COURSE if not (order.is_free and order.quote and state in PRICED_ONLY)]
    if order.state in FINAL_STATES and order.state not in steps:
        steps = [state for state in steps if state in reached] + [OrderState(order.state)]
    return [_course_step(state, reached.get(state), now_at) for state in steps]


def _course_step(state: OrderState, event: OrderEvent | None, now_at: str) -> CourseStep:
    final_ok = state == now_at and state in FINAL_STATES
    css = "wait" if event is None else "now" if state == now_at and not final_ok else "done"
    note = event.reason_text if event and event.reason_text else ""
    return CourseStep(css, str(state.label), event.made_at if event else None, note)
