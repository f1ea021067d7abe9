"""What the calendar demands of an order: remind, escalate, lapse, cancel. Working days, all limits dated parameters."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.codes.services import days_left, due_day
from exchange.common.clock import local_day, now
from exchange.rules.engine import Parameters
from exchange.rules.selectors import parameters
from transactions.halts.selectors import is_halted
from transactions.orders.messages import tell
from transactions.orders.models import Hold, Order
from transactions.orders.services import locked, move
from transactions.orders.states import OrderState

CLOCKED = (OrderState.REQUESTED, OrderState.RETURNED, OrderState.SIGNING, OrderState.AWAITING_PAYMENT)
# state -> (message of the first reminder, parameter with its day)
FIRST = {
    OrderState.REQUESTED: ("remind_seller", "order_answer_remind_days"),
    OrderState.RETURNED: ("remind_buyer", "order_returned_remind_days"),
    OrderState.SIGNING: ("remind_signing", "order_signing_days"),
    OrderState.AWAITING_PAYMENT: ("remind_payment", "payment_remind_days"),
}
SECOND = {
    OrderState.REQUESTED: ("escalate", "order_escalate_days"),
    OrderState.RETURNED: ("remind_buyer", "order_returned_second_remind_days"),
}
# state -> (action that ends the trade, parameter with its day, reason code)
LAST = {
    OrderState.REQUESTED: ("lapse", "order_lapse_days", "no_answer"),
    OrderState.RETURNED: ("lapse", "order_returned_lapse_days", "not_supplemented"),
    OrderState.SIGNING: ("lapse", "order_lapse_days", "not_signed"),
    OrderState.AWAITING_PAYMENT: ("cancel", "payment_days", "unpaid"),
}


def due_orders() -> QuerySet[Order]:
    """Orders a clock may have something to say about: waiting for a side, and not on hold."""
    held = Hold.objects.open().filter(order=OuterRef("pk"))
    return Order.objects.filter(~Exists(held), state__in=CLOCKED)


def run(*, actor: Actor) -> int:
    """Let the clock act on every order that waits; each in its own transaction. Returns how many it acted on.

    While trading is stopped the clocks stand still: nobody loses a trade because the exchange is checking its books.
    """
    if is_halted():
        return 0
    return sum(act_on(order_id=pk, actor=actor) for pk in due_orders().order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def act_on(*, order_id: int, actor: Actor) -> bool:
    """Do the one thing the calendar demands of an order now; running it again changes nothing."""
    order = locked(order_id)
    require(actor, "transactions.run_clock")
    if order.state not in CLOCKED or order.is_frozen:
        return False
    today = local_day(now())
    limits = parameters(today)
    return _end(order, today, limits, actor) or _remind(order, today, limits, actor)


def _end(order: Order, today: dt.date, limits: Parameters, actor: Actor) -> bool:
    action, name, code = LAST[order.state]
    last_day = due_day(local_day(order.state_since), limits.get(name))
    if order.due_on and name in _DUE_ON:
        last_day = order.due_on
    if today <= last_day:
        return False
    move(order, action, actor=actor, reason_code=code)
    return True


_DUE_ON = ("payment_days", "order_returned_lapse_days")  # these end on the day shown, which a hold puts off


def _remind(order: Order, today: dt.date, limits: Parameters, actor: Actor) -> bool:
    waited = days_left(local_day(order.state_since), today)
    event, name = FIRST[order.state]
    if order.reminded_at is None and waited >= limits.get(name):
        return _told(order, "reminded_at", event, actor)
    event, name = SECOND.get(order.state, ("", ""))
    if event and order.escalated_at is None and waited >= limits.get(name):
        return _told(order, "escalated_at", event, actor)
    return False


def _told(order: Order, field: str, event: str, actor: Actor) -> bool:
    setattr(order, field, now())
    order.save(update_fields=[field])
    tell(order, event, actor=actor)
    return True
