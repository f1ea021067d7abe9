"""Receipts on their way to both parties."""

import datetime as dt

from django.db import transaction

from exchange.common.clock import now
from exchange.jobs.services import enqueue
from exchange.notifications.models import Message
from exchange.notifications.services import notify
from exchange.transparency import kinds
from exchange.transparency.models import Entry
from exchange.transparency.selectors import place
from transactions.orders.models import Order
from transactions.orders.selectors import people_of
from transactions.tracking.receipts import check_address

JOB = "transactions.tracking.send_receipt"
KIND = "order.receipt"
LOOK_AGAIN = dt.timedelta(seconds=2)
GIVE_UP = dt.timedelta(days=2)  # the log was closed that long: the order page still has the receipt


@transaction.atomic
def send_receipt(*, order_id: int, entry_id: int) -> bool:
    """Mail proof and opening of a step to both sides once it is published; a second run sends nothing."""
    order = Order.objects.locked().select_related("buyer", "seller").get(pk=order_id)
    entry = Entry.objects.select_related("sequenced").get(pk=entry_id)
    if Message.objects.filter(kind=KIND, context__entry=entry.pk).exists():
        return False
    if place(entry) is None:
        if now() - entry.made_at < GIVE_UP:
            enqueue(JOB, run_at=now() + LOOK_AGAIN, order_id=order_id, entry_id=entry_id)
        return False
    people = [*people_of(order.buyer, "owner", "buyer"), *people_of(order.seller, "owner", "steward")]
    context = {
        "number": order.number,
        "entry": entry.pk,
        "event": kinds.KINDS[entry.kind],
        "leaf": entry.leaf_hash,
        "check": check_address(entry.leaf_hash),
    }
    notify(KIND, users=people, context=context, subject_url=order.get_absolute_url())
    return True
