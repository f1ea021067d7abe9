"""A payment goes back: the order, the money and the log move together, or nothing does."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove
from exchange.console.figures import completed_value
from exchange.jobs.testing import run_jobs
from exchange.transparency.models import Entry
from tests.factories.transactions import OrderFactory, acting, reviewer, staff, trader
from transactions.delivery.models import Entitlement
from transactions.delivery.services import open_access
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance, left_of_settlement, total, trial_balance
from transactions.ledger.services import post
from transactions.orders.models import OrderEvent
from transactions.payments.refunds import correct_refund, refund_order
from transactions.payments.services import settle

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
REASON = {"reason_code": "content_differs", "reason_text": "Nội dung không khớp từ điển dữ liệu."}


def held(**stage):
    """A paid order whose escrow holds 2,200,000 dong."""
    order = OrderFactory(**(stage or {"awaiting_acceptance": True}))
    legs = {"bank:escrow": -order.total, f"escrow:{order.number}": order.total}
    post(f"payment:{order.number}", "payment", legs, order_number=order.number, actor=SYSTEM)
    return order


def settled():
    order = held(completed=True)
    settle(order, actor=SYSTEM)
    return order


def balances(order, *names):
    codes = {
        "escrow": f"escrow:{order.number}",
        "buyer": f"buyer:refundable:{order.buyer_id}",
        "seller": f"seller:payable:{order.seller_id}",
        "owed": f"seller:receivable:{order.seller_id}",
        "fee": "fee:income",
        "tax": "vat:payable",
    }
    return {name: balance(codes[name]) for name in names or codes}


@pytest.mark.parametrize("stage", ["paid", "delivering", "awaiting_acceptance"])
def test_the_whole_payment_of_a_running_trade_goes_back_and_ends_it(stage):
    order = held(**{stage: True})

    refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)

    order.refresh_from_db()
    assert (order.state, order.reason_code) == ("terminated", "content_differs")
    assert balances(order) == {"escrow": 0, "buyer": 2_200_000, "seller": 0, "owed": 0, "fee": 0, "tax": 0}
    kinds = list(Entry.objects.filter(object_ref=order.log_ref).values_list("kind", flat=True))
    assert kinds == ["order.refund", "payment.refund"]


def test_access_closes_when_the_payment_went_back():
    order = held(paid=True)
    open_access(order_id=order.pk, actor=SYSTEM)

    refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)
    run_jobs()
    run_jobs()

    assert Entitlement.objects.get(order=order).state == "revoked"


def test_a_part_goes_back_and_the_rest_is_settled_pro_rata():
    order = held()

    refund_order(order_id=order.pk, amount=550_000, actor=reviewer(), **REASON)

    order.refresh_from_db()
    assert order.state == "completed"
    assert balances(order) == {
        "escrow": 0,
        "buyer": 550_000,
        "seller": 1_617_000,
        "owed": 0,
        "fee": 30_000,
        "tax": 3_000,
    }
    assert sorted(Journal.objects.values_list("kind", flat=True)) == ["payment", "refund", "settle"]


def test_a_part_cannot_go_back_before_the_data_was_opened():
    order = held(paid=True)
    with pytest.raises(IllegalMove):
        refund_order(order_id=order.pk, amount=1, actor=reviewer(), **REASON)
    assert balances(order, "escrow", "buyer") == {"escrow": 2_200_000, "buyer": 0}
    assert not Entry.objects.exists()


def test_a_refund_after_settlement_is_its_exact_negative():
    order = settled()

    refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)

    order.refresh_from_db()
    assert order.state == "completed"
    assert balances(order) == {"escrow": 0, "buyer": 2_200_000, "seller": 0, "owed": 0, "fee": 0, "tax": 0}
    assert left_of_settlement(order.number) == {}


def test_partial_refunds_after_settlement_sum_exactly_and_end():
    order = settled()
    for amount in (1, 333_333, 1_000_001):
        refund_order(order_id=order.pk, amount=amount, actor=reviewer(), **REASON)
    assert balances(order, "buyer", "escrow") == {"buyer": 1_333_335, "escrow": 0}
    assert sum(left_of_settlement(order.number).values()) == 866_665

    refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)

    assert balances(order) == {"escrow": 0, "buyer": 2_200_000, "seller": 0, "owed": 0, "fee": 0, "tax": 0}
    with pytest.raises(IllegalMove) as refusal:
        refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)
    assert refusal.value.code == "nothing_to_refund"


def test_a_refund_after_a_split_takes_from_what_was_settled():
    order = held()
    refund_order(order_id=order.pk, amount=550_000, actor=reviewer(), **REASON)

    refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)

    assert balances(order) == {"escrow": 0, "buyer": 2_200_000, "seller": 0, "owed": 0, "fee": 0, "tax": 0}


def test_what_was_traded_is_the_price_without_what_went_back():
    parted, whole, running = held(), settled(), held()
    OrderFactory(completed=True, free=True)
    refund_order(order_id=parted.pk, amount=550_000, actor=reviewer(), **REASON)
    assert completed_value(today()) == (3, 3_500_000)  # 2,000,000 and 1,500,000; VAT is not counted

    made = refund_order(order_id=whole.pk, amount=1_100_000, actor=reviewer(), **REASON)
    assert completed_value(today()) == (3, 2_500_000)

    correct_refund(journal_id=made.pk, reason="Nhập nhầm đơn", actor=staff(StaffRole.FINANCE))
    assert completed_value(today()) == (3, 3_500_000)
    assert completed_value(today() + dt.timedelta(days=1)) == (0, 0)
    assert running.state == "awaiting_acceptance"


def test_what_the_seller_was_paid_out_already_is_owed_by_the_seller():
    order = settled()
    seller = f"seller:payable:{order.seller_id}"
    post("payout:1", "payout", {seller: -2_000_000, "payout:clearing": 2_000_000}, actor=SYSTEM)

    refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)

    assert balances(order, "buyer", "seller", "owed") == {"buyer": 2_200_000, "seller": 0, "owed": -2_000_000}
    assert left_of_settlement(order.number) == {}
    assert total() == 0


def test_a_product_of_two_owners_is_shared_and_taken_back_by_weight():
    other = trader()
    order = held(completed=True)
    order.quote["owners"] = [[order.seller_id, 6_667], [other.pk, 3_333]]
    order.save(update_fields=["quote"])
    settle(order, actor=SYSTEM)
    assert (balance(f"seller:payable:{order.seller_id}"), balance(f"seller:payable:{other.pk}")) == (1_437_405, 718_595)

    refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)

    assert (balance(f"seller:payable:{order.seller_id}"), balance(f"seller:payable:{other.pk}")) == (0, 0)


def test_the_same_reference_is_booked_once():
    order = settled()
    given = {"order_id": order.pk, "actor": reviewer(), "reference": "dispute:1", **REASON}
    first = refund_order(amount=100, **given)

    assert refund_order(amount=100, **given) == first
    with pytest.raises(DomainError) as refusal:
        refund_order(amount=101, **given)

    assert refusal.value.code == "key_reused"
    assert balances(order, "buyer") == {"buyer": 100}


@pytest.mark.parametrize("amount", [0, -1, 2_200_001])
@pytest.mark.parametrize("make", [held, settled])
def test_a_sum_outside_the_payment_is_refused_and_changes_nothing(make, amount):
    order = make()
    before, events = trial_balance(), OrderEvent.objects.count()
    with pytest.raises(DomainError) as refusal:
        refund_order(order_id=order.pk, amount=amount, actor=reviewer(), **REASON)
    assert refusal.value.code == "refund_out_of_range"
    assert (trial_balance(), OrderEvent.objects.count()) == (before, events)


@pytest.mark.parametrize("stage", ["requested", "signing", "contracted", "awaiting_payment", "cancelled"])
def test_what_was_never_paid_does_not_go_back(stage):
    order = OrderFactory(**{stage: True})
    with pytest.raises(IllegalMove) as refusal:
        refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)
    assert refusal.value.code == "nothing_to_refund"
    assert not Journal.objects.exists()


def test_a_free_order_has_nothing_to_give_back():
    order = OrderFactory(free=True, completed=True)
    with pytest.raises(IllegalMove):
        refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)


def test_a_refund_needs_a_reason_from_the_list_and_words():
    order = held()
    with pytest.raises(DomainError) as refusal:
        refund_order(order_id=order.pk, amount=None, reason_code="no_answer", reason_text="ngắn", actor=reviewer())
    assert set(refusal.value.fields) == {"reason_code", "reason_text"}
    assert balances(order, "escrow") == {"escrow": 2_200_000}


@pytest.mark.parametrize("who", ["buyer", "seller", "finance", "supervisor"])
def test_only_the_reviewer_decides_a_refund(who):
    order = held()
    actors = {
        "buyer": lambda: acting(order.buyer),
        "seller": lambda: acting(order.seller),
        "finance": lambda: staff(StaffRole.FINANCE),
        "supervisor": lambda: staff(StaffRole.SUPERVISOR),
    }
    with pytest.raises(PermissionDenied):
        refund_order(order_id=order.pk, amount=None, actor=actors[who](), **REASON)
    assert balances(order, "escrow") == {"escrow": 2_200_000}
