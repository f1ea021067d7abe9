"""While trading is stopped nothing of a trade or of money moves; a person lets it go on."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common.clock import today
from exchange.common.errors import DomainError
from exchange.jobs.testing import run_jobs
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.accounts import PASSWORD
from tests.factories.transactions import USE, OrderFactory, acting, days_ago, listed, reviewer, staff, trader
from transactions.contracts.services import accept_contract
from transactions.delivery.services import accept_by_clock, confirm_receipt, make_link, open_access
from transactions.halts.models import TradingHalt
from transactions.halts.selectors import is_halted
from transactions.halts.services import halt, lift
from transactions.orders import clocks
from transactions.orders.models import Order, OrderEvent
from transactions.orders.services import accept_order, request_order
from transactions.payments.refunds import refund_order
from transactions.payouts.services import prepare_batch

pytestmark = pytest.mark.django_db
WATCHER = Actor.system("invariants")
FOUND = [{"invariant": "I3", "what": "account seller:payable:1", "figures": {}}]
REASON = "Đã đối chiếu, số dư đúng với bút toán."


def stopped() -> TradingHalt:
    return halt(findings=FOUND, actor=WATCHER)


def order_new(order):
    answers = {"purpose": "research", "territory": "VN", "storage_place": "VN", "use_description": USE}
    request_order(listing_id=listed().pk, idempotency_key="k", actor=acting(trader(), "buyer"), **answers)


CALLS = {
    "order": ("requested", order_new),
    "accept": ("requested", lambda o: accept_order(order_id=o.pk, actor=acting(o.seller, "steward"))),
    "sign": (
        "signing",
        lambda o: accept_contract(
            order_id=o.pk, digest=o.contract.digest, password=PASSWORD, actor=acting(o.buyer, "signatory")
        ),
    ),
    "confirm": ("awaiting_acceptance", lambda o: confirm_receipt(order_id=o.pk, actor=acting(o.buyer, "buyer"))),
    "refund": (
        "awaiting_acceptance",
        lambda o: refund_order(
            order_id=o.pk, amount=None, reason_code="other", reason_text="Lý do đủ dài.", actor=reviewer()
        ),
    ),
    "payout": ("requested", lambda o: prepare_batch(actor=staff(StaffRole.FINANCE))),
}


@pytest.mark.parametrize("name", CALLS)
def test_nothing_of_trade_or_money_moves_while_trading_is_stopped(name):
    stage, call = CALLS[name]
    order = OrderFactory(**{stage: True})
    stopped()
    before = (OrderEvent.objects.count(), Order.objects.count())

    with pytest.raises(DomainError) as refusal:
        call(order)

    assert refusal.value.code == "trading_halted"
    assert (OrderEvent.objects.count(), Order.objects.count()) == before


def test_data_is_neither_opened_nor_handed_out():
    paid, open_one = OrderFactory(paid=True), OrderFactory(paid=True)
    open_access(order_id=open_one.pk, actor=WATCHER)
    stopped()

    open_access(order_id=paid.pk, actor=WATCHER)
    with pytest.raises(DomainError) as refusal:
        make_link(order_id=open_one.pk, session_key="s", actor=acting(open_one.buyer, "buyer"))

    paid.refresh_from_db()
    assert (paid.state, refusal.value.code) == ("paid", "trading_halted")


def test_the_clocks_stand_still():
    late = days_ago(OrderFactory(awaiting_payment=True), 12)
    waiting = OrderFactory(awaiting_acceptance=True, due_on=today() - dt.timedelta(days=1))
    stopped()

    assert clocks.run(actor=Actor.system("clock")) == 0
    accept_by_clock(order_id=waiting.pk, actor=Actor.system("clock"))

    late.refresh_from_db()
    waiting.refresh_from_db()
    assert (late.state, waiting.state) == ("awaiting_payment", "awaiting_acceptance")


def test_one_stop_at_a_time_alarms_the_staff_once():
    supervisor, finance = staff(StaffRole.SUPERVISOR), staff(StaffRole.FINANCE)

    first, again = stopped(), stopped()

    assert (first, TradingHalt.objects.count()) == (again, 1)
    told = Message.objects.filter(kind="trading.halted").values_list("recipient", flat=True)
    assert sorted(told) == sorted([supervisor.user.pk, finance.user.pk])
    assert Entry.objects.filter(object_ref=first.log_ref, kind="trading.halt").count() == 1


def test_the_database_allows_one_open_stop():
    stopped()
    with pytest.raises(IntegrityError, match="one_open_halt"), transaction.atomic():
        TradingHalt.objects.create(findings=FOUND, found_by="x")


def test_a_person_lifts_the_stop_with_a_reason_and_trade_goes_on():
    order = OrderFactory(paid=True)
    stop = stopped()
    supervisor = staff(StaffRole.SUPERVISOR)

    lift(halt_id=stop.pk, reason=REASON, actor=supervisor)
    run_jobs()

    stop.refresh_from_db()
    order.refresh_from_db()
    assert (is_halted(), stop.lifted_by, stop.reason) == (False, supervisor.user, REASON)
    assert order.state == "delivering"
    with pytest.raises(DomainError) as refusal:
        lift(halt_id=stop.pk, reason=REASON, actor=supervisor)
    assert refusal.value.code == "halt_lifted"


@pytest.mark.parametrize("reason", ["", "ok", " " * 30])
def test_a_stop_is_not_lifted_without_saying_what_was_done(reason):
    stop = stopped()
    with pytest.raises(DomainError) as refusal:
        lift(halt_id=stop.pk, reason=reason, actor=staff(StaffRole.SUPERVISOR))
    assert refusal.value.code == "reason_missing"
    assert is_halted()


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.FINANCE, StaffRole.ADMINISTRATOR])
def test_nobody_else_lifts_a_stop(role):
    stop = stopped()
    with pytest.raises(PermissionDenied):
        lift(halt_id=stop.pk, reason=REASON, actor=staff(role))
    with pytest.raises(PermissionDenied):
        halt(findings=FOUND, actor=staff(role))
    assert is_halted()


def test_a_job_cannot_lift_a_stop():
    stop = stopped()
    with pytest.raises(PermissionDenied):
        lift(halt_id=stop.pk, reason=REASON, actor=WATCHER)
