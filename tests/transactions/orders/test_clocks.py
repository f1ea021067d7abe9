"""What the calendar does to orders that wait; each case twice, the second time nothing."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access.actor import Actor
from exchange.common import clock
from exchange.jobs.testing import run_jobs
from exchange.notifications.models import Message
from exchange.rules.models import RuleParameter
from tests.factories.transactions import HoldFactory, OrderFactory, acting, begun, days_ago, reviewer
from transactions.orders import clocks
from transactions.orders.jobs import clocks as clocks_job
from transactions.orders.models import Order, OrderEvent
from transactions.orders.states import OrderState

pytestmark = pytest.mark.django_db
CLOCK = Actor.system("clock")


def told() -> list[str]:
    return sorted(set(Message.objects.values_list("kind", flat=True)))


@pytest.mark.parametrize(
    ("stage", "days", "kinds"),
    [
        ("requested", 2, []),
        ("requested", 3, ["order.remind_seller"]),
        ("returned", 9, []),
        ("returned", 10, ["order.remind_buyer"]),
        ("signing", 10, ["order.signing"]),
        ("awaiting_payment", 4, []),
        ("awaiting_payment", 5, ["order.payment_due"]),
        ("legality", 30, []),
        ("accepted", 30, []),
    ],
)
def test_first_reminder(stage, days, kinds):
    order = days_ago(OrderFactory(**{stage: True}), days)
    for side in (order.buyer, order.seller):
        acting(side)

    first, second = clocks.act_on(order_id=order.pk, actor=CLOCK), clocks.act_on(order_id=order.pk, actor=CLOCK)

    assert (told(), first, second) == (kinds, bool(kinds), False)
    order.refresh_from_db()
    assert order.events.last().after == order.state
    assert (order.reminded_at is not None) == bool(kinds)


def test_unanswered_order_escalates_to_the_owner_and_the_buyer():
    order = days_ago(OrderFactory(requested=True), 10)
    owner, buyer = acting(order.seller, "owner"), acting(order.buyer, "buyer")
    for _ in range(4):
        clocks.act_on(order_id=order.pk, actor=CLOCK)

    kinds = dict(Message.objects.values_list("recipient", "kind"))
    assert kinds[owner.user.pk] == "order.escalated"
    assert kinds[buyer.user.pk] == "order.escalated_buyer"
    order.refresh_from_db()
    assert order.state == OrderState.REQUESTED


def first_day_in_time(limit: int) -> dt.date:
    """The earliest beginning whose limit in working days has not passed today."""
    day = clock.today()
    while clock.add_working_days(day - dt.timedelta(days=1), limit) >= clock.today():
        day -= dt.timedelta(days=1)
    return day


@pytest.mark.parametrize(
    ("stage", "limit", "state", "code"),
    [
        ("requested", 45, OrderState.LAPSED, "no_answer"),
        ("returned", 30, OrderState.LAPSED, "not_supplemented"),
        ("signing", 45, OrderState.LAPSED, "not_signed"),
        ("awaiting_payment", 10, OrderState.CANCELLED, "unpaid"),
    ],
)
def test_the_last_day_still_counts_and_the_next_one_ends(stage, limit, state, code):
    day = first_day_in_time(limit)
    kept = begun(OrderFactory(**{stage: True}), day)
    ended = begun(OrderFactory(**{stage: True}), day - dt.timedelta(days=1))
    before = OrderEvent.objects.count()

    for _ in range(2):
        for order in (kept, ended):
            clocks.act_on(order_id=order.pk, actor=CLOCK)

    kept.refresh_from_db()
    ended.refresh_from_db()
    assert kept.state == stage
    assert (ended.state, ended.reason_code) == (state, code)
    assert OrderEvent.objects.count() == before + 1
    assert ended.events.last().actor == "system:clock"


def test_a_change_of_the_parameter_changes_the_day():
    RuleParameter.objects.filter(name="order_lapse_days").update(value=12)
    order = days_ago(OrderFactory(requested=True), 13)

    clocks.act_on(order_id=order.pk, actor=CLOCK)

    order.refresh_from_db()
    assert order.state == OrderState.LAPSED


def test_the_clock_stands_still_on_hold():
    order = days_ago(OrderFactory(awaiting_payment=True), 30)
    HoldFactory(order=order)

    assert not clocks.act_on(order_id=order.pk, actor=CLOCK)
    assert order not in clocks.due_orders()
    order.refresh_from_db()
    assert order.state == OrderState.AWAITING_PAYMENT


def test_a_released_hold_lets_the_clock_run_again():
    order = days_ago(OrderFactory(awaiting_payment=True), 30)
    HoldFactory(order=order, concluded_by="user:0", conclusion="Đã xem xét.", released_at=order.created_at)

    assert order in clocks.due_orders()


def test_the_job_acts_on_every_order():
    for days in (3, 46):
        days_ago(OrderFactory(requested=True), days)

    clocks_job()
    clocks_job()

    assert sorted(Order.objects.values_list("state", flat=True)) == ["lapsed", "requested"]
    assert "transactions.orders.clocks" not in run_jobs()


def test_no_person_plays_the_clock():
    order = days_ago(OrderFactory(requested=True), 46)

    for actor in (reviewer(), acting(order.buyer), acting(order.seller)):
        with pytest.raises(PermissionDenied):
            clocks.act_on(order_id=order.pk, actor=actor)
    order.refresh_from_db()
    assert order.state == OrderState.REQUESTED
