"""Money leaves by four eyes: prepared by one, approved by another, seen on the statement, or back where it was."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common.errors import DomainError, IllegalMove
from exchange.transparency.models import Entry
from tests.factories.transactions import HoldFactory, OrderFactory, acting, reviewer, staff
from tests.transactions.payments.test_services import credit
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance, total
from transactions.ledger.services import post
from transactions.payments.models import IncomingTransfer, TransferState
from transactions.payments.refunds import refund_order
from transactions.payments.services import mark_for_refund, receive_transfer, set_return_account, settle
from transactions.payouts import services
from transactions.payouts.models import Payout, PayoutBatch
from transactions.payouts.selectors import due
from transactions.payouts.states import PAYOUT_FLOW, BatchState, PayoutState

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
REASON = {"reason_code": "content_differs", "reason_text": "Nội dung không khớp từ điển dữ liệu."}


def with_account(organisation):
    organisation.bank_id, organisation.bank_account = "970436", "0011223344"
    organisation.bank_holder = "CONG TY MINH HOA"
    organisation.save()
    return organisation


def settled(**fields):
    """A completed order whose seller is owed 2,156,000 dong on a verified account."""
    order = OrderFactory(completed=True, **fields)
    with_account(order.seller)
    legs = {"bank:escrow": -order.total, f"escrow:{order.number}": order.total}
    post(f"payment:{order.number}", "payment", legs, order_number=order.number, actor=SYSTEM)
    settle(order, actor=SYSTEM)
    return order


def officer():
    return staff(StaffRole.FINANCE)


def approved():
    batch = services.prepare_batch(actor=officer())
    return services.approve_batch(batch_id=batch.pk, actor=officer())


def test_a_batch_holds_what_is_due_and_books_nothing_yet():
    order = settled()

    batch = services.prepare_batch(actor=officer())

    payout = Payout.objects.get()
    assert (batch.state, batch.total, batch.count) == (BatchState.PREPARED, 2_156_000, 1)
    assert (payout.reference, payout.amount, payout.state) == (f"{batch.number}-001", 2_156_000, PayoutState.HELD)
    assert (payout.bank_bin, payout.bank_account, payout.bank_holder) == ("970436", "0011223344", "CONG TY MINH HOA")
    assert balance(f"seller:payable:{order.seller_id}") == 2_156_000
    with pytest.raises(DomainError) as refusal:
        services.prepare_batch(actor=officer())
    assert refusal.value.code == "nothing_due"


def test_a_second_person_releases_the_money_and_the_bank_file_is_made():
    order = settled()
    batch = services.prepare_batch(actor=officer())

    services.approve_batch(batch_id=batch.pk, actor=officer())

    batch.refresh_from_db()
    payout = batch.payouts.get()
    assert (batch.state, payout.state) == (BatchState.APPROVED, PayoutState.RELEASED)
    assert (balance(f"seller:payable:{order.seller_id}"), balance("payout:clearing")) == (0, 2_156_000)
    assert payout.reference in batch.bank_file
    assert len(batch.file_digest) == 64
    kinds = list(Entry.objects.filter(object_ref=payout.log_ref).values_list("kind", flat=True))
    assert kinds == ["payout.release"]


@pytest.mark.parametrize("action", ["approve", "refuse"])
def test_whoever_prepared_a_batch_does_not_decide_on_it(action):
    settled()
    one = officer()
    batch = services.prepare_batch(actor=one)
    calls = {
        "approve": lambda: services.approve_batch(batch_id=batch.pk, actor=one),
        "refuse": lambda: services.refuse_batch(batch_id=batch.pk, reason="Không đúng số tiền.", actor=one),
    }
    with pytest.raises(DomainError) as refusal:
        calls[action]()
    assert refusal.value.code == "four_eyes"
    assert balance("payout:clearing") == 0


def test_the_database_holds_the_four_eyes_too():
    settled()
    batch = services.prepare_batch(actor=officer())
    with pytest.raises(IntegrityError, match="payout_needs_four_eyes"), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(
            state="approved",
            decided_by=batch.prepared_by,
            decided_at=batch.prepared_at,
            bank_file="x",
            file_digest="0" * 64,
        )


def test_figures_and_account_of_a_payout_never_change():
    settled()
    services.prepare_batch(actor=officer())
    for change in ({"amount": 1}, {"bank_account": "999999999"}, {"organisation": None}):
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            Payout.objects.update(**change)


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.SUPERVISOR, StaffRole.ADMINISTRATOR])
def test_nobody_else_prepares_or_approves(role):
    settled()
    batch = services.prepare_batch(actor=officer())
    for call in (
        lambda: services.prepare_batch(actor=staff(role)),
        lambda: services.approve_batch(batch_id=batch.pk, actor=staff(role)),
        lambda: services.refuse_batch(batch_id=batch.pk, reason="Không đúng số tiền.", actor=staff(role)),
    ):
        with pytest.raises(PermissionDenied):
            call()


def test_a_refused_batch_books_nothing_and_its_money_is_due_again():
    settled()
    batch = services.prepare_batch(actor=officer())

    services.refuse_batch(batch_id=batch.pk, reason="Sai tài khoản nhận.", actor=officer())

    assert (Payout.objects.get().state, balance("payout:clearing")) == (PayoutState.DROPPED, 0)
    assert [one.amount for one in due() if one.can_go] == [2_156_000]
    with pytest.raises(IllegalMove):
        services.approve_batch(batch_id=batch.pk, actor=officer())


def test_what_was_refunded_meanwhile_is_not_paid_out():
    order = settled()
    batch = services.prepare_batch(actor=officer())
    refund_order(order_id=order.pk, amount=1_000, actor=reviewer(), **REASON)

    with pytest.raises(DomainError) as refusal:
        services.approve_batch(batch_id=batch.pk, actor=officer())

    assert refusal.value.code == "payout_changed"
    assert balance("payout:clearing") == 0


def test_an_account_changed_after_preparing_stops_the_payout():
    order = settled()
    batch = services.prepare_batch(actor=officer())
    order.seller.bank_account = "5555555555"
    order.seller.save()

    with pytest.raises(DomainError) as refusal:
        services.approve_batch(batch_id=batch.pk, actor=officer())

    assert refusal.value.code == "payout_changed"


def test_the_share_of_an_order_on_hold_waits():
    order = settled()
    settled(listing=order.listing)
    HoldFactory(order=order, rule="dispute")

    assert [(one.amount, one.can_go) for one in due()] == [(2_156_000, True)]


def test_a_hold_after_preparing_stops_the_payout():
    order = settled()
    batch = services.prepare_batch(actor=officer())
    HoldFactory(order=order, rule="dispute")
    with pytest.raises(DomainError) as refusal:
        services.approve_batch(batch_id=batch.pk, actor=officer())
    assert refusal.value.code == "payout_changed"


@pytest.mark.parametrize("change", [{"bank_account": ""}, {"state": "suspended"}])
def test_a_seller_without_account_or_suspended_waits(change):
    order = settled()
    for name, value in change.items():
        setattr(order.seller, name, value)
    order.seller.save()
    one = due()[0]
    assert (one.can_go, bool(str(one.waits_for))) == (False, True)


def test_earnings_pay_what_the_seller_owes_first():
    order = settled()
    approved()
    refund_order(order_id=order.pk, amount=1_100_000, actor=reviewer(), **REASON)
    assert balance(f"seller:receivable:{order.seller_id}") == -1_078_000
    settled(listing=order.listing)

    approved()

    payout = Payout.objects.order_by("pk").last()
    sellers = Payout.objects.filter(organisation=order.seller, state=PayoutState.RELEASED).values_list(
        "amount", "set_off"
    )
    assert sorted(sellers) == [(1_078_000, 1_078_000), (2_156_000, 0)]
    assert (balance(f"seller:receivable:{order.seller_id}"), balance(f"seller:payable:{order.seller_id}")) == (0, 0)
    assert payout is not None
    assert total() == 0


def test_a_refund_is_paid_back_to_the_buyer():
    order = settled()
    with_account(order.buyer)
    refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)

    approved()

    assert Payout.objects.get().account_code == f"buyer:refundable:{order.buyer_id}"
    assert (balance(f"buyer:refundable:{order.buyer_id}"), balance("payout:clearing")) == (0, 2_200_000)


def test_a_transfer_without_an_order_goes_back_once_its_account_is_known():
    order = OrderFactory(awaiting_payment=True)
    transfer, _ = receive_transfer(credit(order, memo="khong ro", amount=5), actor=SYSTEM)
    mark_for_refund(transfer_id=transfer.pk, note="không có đơn", actor=officer())
    with pytest.raises(DomainError):
        services.prepare_batch(actor=officer())
    set_return_account(transfer_id=transfer.pk, bin="970436", account="0099887766", holder="NGUOI GUI", actor=officer())

    approved()

    payout = Payout.objects.get()
    assert (payout.transfer, payout.bank_account, payout.amount) == (transfer, "0099887766", 5)


def test_the_statement_confirms_a_payout_once_and_to_the_dong():
    settled()
    payout = approved().payouts.get()
    with pytest.raises(DomainError) as refusal:
        services.confirm_payout(reference=payout.reference, amount=2_155_999, actor=officer())
    assert refusal.value.code == "payout_amount_differs"

    services.confirm_payout(reference=payout.reference, amount=2_156_000, actor=officer())

    assert (balance("payout:clearing"), balance("bank:escrow")) == (0, -44_000)
    with pytest.raises(IllegalMove):
        services.confirm_payout(reference=payout.reference, amount=2_156_000, actor=officer())


def test_a_failed_payout_is_reversed_and_due_again():
    order = settled()
    payout = approved().payouts.get()

    services.fail_payout(payout_id=payout.pk, reason="Tài khoản nhận đã đóng.", actor=officer())

    payout.refresh_from_db()
    assert (payout.state, balance("payout:clearing")) == (PayoutState.FAILED, 0)
    assert balance(f"seller:payable:{order.seller_id}") == 2_156_000
    assert Journal.objects.get(kind="payout_failed").reverses.key == f"payout:{payout.reference}"
    with pytest.raises(IllegalMove):
        services.fail_payout(payout_id=payout.pk, reason="Tài khoản nhận đã đóng.", actor=officer())


def test_a_payout_that_came_back_is_due_again():
    order = settled()
    payout = approved().payouts.get()
    services.confirm_payout(reference=payout.reference, amount=payout.amount, actor=officer())
    back, _ = receive_transfer(credit(order, memo="HOAN TRA", amount=payout.amount), actor=SYSTEM)
    other, _ = receive_transfer(credit(order, memo="KHAC", amount=7, bank_transaction_id="FT9"), actor=SYSTEM)
    with pytest.raises(DomainError) as refusal:
        services.book_returned(payout_id=payout.pk, transfer_id=other.pk, actor=officer())
    assert refusal.value.code == "no_such_transfer"

    services.book_returned(payout_id=payout.pk, transfer_id=back.pk, actor=officer())

    back.refresh_from_db()
    assert (back.state, balance(f"unmatched:{back.pk}")) == (TransferState.PAYOUT_RETURNED, 0)
    assert balance(f"seller:payable:{order.seller_id}") == 2_156_000


@pytest.mark.parametrize("state", PayoutState.values)
@pytest.mark.parametrize("action", ["release", "drop", "confirm", "fail", "come_back"])
def test_every_state_and_action_is_decided(state, action):
    table = {
        ("held", "release"): "released",
        ("held", "drop"): "dropped",
        ("released", "confirm"): "paid",
        ("released", "fail"): "failed",
        ("paid", "come_back"): "failed",
    }
    if (state, action) in table:
        assert PAYOUT_FLOW.after(state, action) == table[state, action]
    else:
        with pytest.raises(IllegalMove):
            PAYOUT_FLOW.after(state, action)


def test_strangers_see_no_payouts():
    order = settled()
    with pytest.raises(PermissionDenied):
        services.prepare_batch(actor=acting(order.seller))
    assert not PayoutBatch.objects.exists()
    assert not IncomingTransfer.objects.exists()
