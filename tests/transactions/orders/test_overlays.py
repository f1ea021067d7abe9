"""A hold on an order: nothing moves forward, its time does not count, somebody else concludes it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob as Job

from accounts.access.actor import Actor
from exchange.common import clock
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.transactions import (
    HoldFactory,
    OrderFactory,
    acting,
    days_ago,
    reviewer,
    staff,
    working_days_back,
)
from tests.transactions.refusals import refused
from transactions.orders import overlays, policies, services
from transactions.orders.states import OrderState

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stage", "action"),
    [
        ("requested", "accept"),
        ("accepted", "screen"),
        ("legality", "clear"),
        ("cleared", "draw_up"),
        ("signing", "conclude"),
        ("contracted", "ask_payment"),
        ("contracted", "deliver"),
        ("paid", "deliver"),
        ("delivering", "hand_over"),
        ("awaiting_acceptance", "complete"),
    ],
)
def test_nothing_moves_forward_while_held(stage, action):
    order = OrderFactory(**{stage: True})
    HoldFactory(order=order)

    refused("held", services.move, order, action, actor=Actor.system("test"))


def test_a_transfer_that_arrives_while_held_is_still_booked():
    order = OrderFactory(awaiting_payment=True)
    HoldFactory(order=order)

    assert services.move(order, "pay", actor=Actor.system("test")).state == OrderState.PAID


def test_supervisor_holds_with_a_reason_and_both_sides_are_told():
    order = OrderFactory(signing=True)
    buyer, seller = acting(order.buyer, "buyer"), acting(order.seller, "steward")

    hold = overlays.hold_order(order_id=order.pk, reason_text="Cần đối chiếu nguồn dữ liệu.", actor=staff("supervisor"))

    assert (hold.rule, order.is_held) == ("supervisor", True)
    assert {m.recipient for m in Message.objects.filter(kind="order.held")} == {
        buyer.user,
        seller.user,
        order.placed_by,
    }
    assert Entry.objects.get(object_ref=order.log_ref).kind == "order.hold"


def test_a_hold_is_laid_once_and_needs_a_reason():
    order, supervisor = OrderFactory(), staff("supervisor")

    refused("reason_missing", overlays.hold_order, order_id=order.pk, reason_text="vì", actor=supervisor)
    overlays.hold_order(order_id=order.pk, reason_text="Cần đối chiếu nguồn.", actor=supervisor)
    refused("already_held", overlays.hold_order, order_id=order.pk, reason_text="Lần thứ hai thử.", actor=supervisor)


def test_an_ended_order_cannot_be_held():
    order = OrderFactory(completed=True)

    refused("order_ended", overlays.hold_order, order_id=order.pk, reason_text="Cần đối chiếu nguồn.", actor=reviewer())


def test_release_adds_the_time_on_hold_to_the_limit():
    order = days_ago(OrderFactory(awaiting_acceptance=True), 4)
    raised, due = dt.datetime.combine(working_days_back(3), dt.time(9), clock.VIETNAM), order.due_on
    hold = HoldFactory(order=order, raised_at=raised)

    overlays.release_hold(order_id=order.pk, conclusion="Đã đối chiếu, nguồn hợp lệ.", actor=reviewer())

    order.refresh_from_db()
    hold.refresh_from_db()
    assert not order.is_held
    assert hold.conclusion == "Đã đối chiếu, nguồn hợp lệ."
    assert order.due_on == clock.add_working_days(due, 3)


@pytest.mark.parametrize(
    ("fields", "job"),
    [
        ({"accepted": True}, "transactions.compliance.screen"),
        ({"cleared": True}, "transactions.contracts.draw_up"),
        ({"contracted": True}, "transactions.payments.ask_payment"),
        ({"contracted": True, "free": True}, "transactions.delivery.open_access"),
        ({"paid": True}, "transactions.delivery.open_access"),
    ],
)
def test_release_takes_up_the_step_that_waited(fields, job):
    order = OrderFactory(**fields)
    HoldFactory(order=order)

    overlays.release_hold(order_id=order.pk, conclusion="Đã xem xét xong.", actor=reviewer())

    assert Job.objects.filter(task_name=job, args={"order_id": order.pk}).count() == 1


def test_a_second_hold_keeps_the_order_still_after_a_finding_is_left():
    order = OrderFactory(legality=True)
    HoldFactory(order=order)
    HoldFactory(order=order, rule="R51", reason="Buyer and seller are related; review needed.")

    overlays.release_hold(order_id=order.pk, conclusion="Đã xem xét xong.", actor=reviewer())

    assert [hold.rule for hold in order.holds.open()] == ["R51"]
    refused("not_held", overlays.release_hold, order_id=order.pk, conclusion="Xem xét lại.", actor=reviewer())


def test_supervisor_cannot_release():
    order = OrderFactory()
    HoldFactory(order=order)

    with pytest.raises(PermissionDenied):
        overlays.release_hold(order_id=order.pk, conclusion="Đã xem xét xong.", actor=staff("supervisor"))
    assert order.is_held


def test_nobody_releases_a_hold_of_their_own():
    order, placer, other = OrderFactory(signing=True), reviewer(), reviewer()
    overlays.hold_order(order_id=order.pk, reason_text="Cần đối chiếu nguồn dữ liệu.", actor=placer)

    refused("own_hold", overlays.release_hold, order_id=order.pk, conclusion="Đã xem xét xong.", actor=placer)
    assert "release" not in policies.allowed_actions(placer, order)
    assert "release" in policies.allowed_actions(other, order)

    overlays.release_hold(order_id=order.pk, conclusion="Đã xem xét xong.", actor=other)

    assert not order.is_held


def test_a_hold_says_in_both_languages_who_laid_it_and_why():
    supervisors, integrity = HoldFactory(), HoldFactory(rule="integrity", reason="file_changed")

    assert (supervisors.title, supervisors.sentence) == ("Giám sát giữ lại", "Cần xem xét thêm giao dịch này.")
    with translation.override("en"):
        assert integrity.title == "Hold of the integrity check"
        assert integrity.sentence == "The stored file no longer matches the approved hash."


def test_finding_reads_in_the_language_of_the_reader():
    hold = HoldFactory(rule="R51", reason="Buyer and seller are related; review needed.")

    with translation.override("en"):
        assert hold.sentence == "Buyer and seller are related; review needed."
