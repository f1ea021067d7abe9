"""A transfer finds its order, books the money once, and leaves no trace where it does not fit."""

import pytest
from django.core.exceptions import PermissionDenied
from procrastinate.contrib.django.models import ProcrastinateJob as Job

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.codes.services import due_day
from exchange.common.clock import now, today
from exchange.common.errors import DomainError
from exchange.jobs.testing import run_jobs
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.transactions import OrderFactory, acting, reviewer, staff
from transactions.halts.services import halt, lift
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance, total, trial_balance
from transactions.orders.states import OrderState
from transactions.payments import services
from transactions.payments.models import TransferState
from transactions.payments.services import BankCredit, order_number_in, receive_transfer

pytestmark = pytest.mark.django_db
BANK = Actor.system("bank")


def credit(order, **changes) -> BankCredit:
    values = {
        "bank_transaction_id": "FT1",
        "amount": order.total,
        "currency": "VND",
        "credit_account": "0000000000",
        "memo": order.number,
        "value_time": now(),
        "body_digest": "0" * 64,
    }
    return BankCredit(**{**values, **changes})


def test_payment_moves_order_money_and_log_together():
    order = OrderFactory(awaiting_payment=True)
    transfer, is_new = receive_transfer(credit(order), actor=BANK)
    order.refresh_from_db()
    assert (is_new, transfer.state, transfer.order) == (True, TransferState.MATCHED, order)
    assert order.state == OrderState.PAID
    assert (balance("bank:escrow"), balance(f"escrow:{order.number}"), total()) == (-2_200_000, 2_200_000, 0)
    kinds = list(Entry.objects.filter(object_ref=order.log_ref).values_list("kind", flat=True))
    assert kinds == ["order.pay", "payment.match"]


def test_the_same_report_again_changes_nothing():
    order = OrderFactory(awaiting_payment=True)
    receive_transfer(credit(order), actor=BANK)
    transfer, is_new = receive_transfer(credit(order), actor=BANK)
    assert (is_new, transfer.state) == (False, TransferState.MATCHED)
    assert Journal.objects.count() == 1


def test_a_second_transfer_for_a_paid_order_waits_for_the_finance_officer():
    order = OrderFactory(awaiting_payment=True)
    receive_transfer(credit(order), actor=BANK)
    second, _ = receive_transfer(credit(order, bank_transaction_id="FT2"), actor=BANK)
    assert (second.state, second.mismatch) == (TransferState.MISMATCHED, "twice")
    assert balance(f"escrow:{order.number}") == 2_200_000


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": 2_199_999}, "amount"),
        ({"amount": 2_200_001}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"credit_account": "0000000001"}, "account"),
        ({"memo": "tien du lieu"}, "memo"),
    ],
)
def test_what_does_not_fit_is_queued_and_books_nothing_on_the_order(changes, reason):
    order = OrderFactory(awaiting_payment=True)
    transfer, _ = receive_transfer(credit(order, **changes), actor=BANK)
    order.refresh_from_db()
    assert (transfer.state, transfer.mismatch) == (TransferState.MISMATCHED, reason)
    assert order.state == OrderState.AWAITING_PAYMENT
    assert balance(f"escrow:{order.number}") == 0
    booked = 0 if reason in ("currency", "account") else transfer.amount  # the escrow account does not hold those
    assert (balance(f"unmatched:{transfer.pk}"), balance("bank:escrow")) == (booked, -booked)


def test_money_without_an_order_moves_from_its_own_account_when_it_is_matched():
    order, officer = OrderFactory(awaiting_payment=True), staff(StaffRole.FINANCE)
    queued, _ = receive_transfer(credit(order, memo="khong ro"), actor=BANK)
    assert balance(f"unmatched:{queued.pk}") == 2_200_000

    services.match_by_hand(transfer_id=queued.pk, order_number=order.number, note="theo sao kê", actor=officer)

    assert trial_balance() == [
        ("bank:escrow", -2_200_000),
        (f"escrow:{order.number}", 2_200_000),
        (f"unmatched:{queued.pk}", 0),
    ]


def test_money_that_goes_back_stands_on_the_account_of_its_sender():
    order, officer = OrderFactory(awaiting_payment=True), staff(StaffRole.FINANCE)
    queued, _ = receive_transfer(credit(order, memo="khong ro", amount=5), actor=BANK)

    services.mark_for_refund(transfer_id=queued.pk, note="không có đơn", actor=officer)

    assert (balance(f"unmatched:{queued.pk}"), balance(f"remitter:refundable:{queued.pk}")) == (0, 5)
    kinds = list(Entry.objects.filter(object_ref=queued.log_ref).values_list("kind", flat=True))
    assert kinds == ["payment.arrival", "payment.return"]


def test_the_account_a_transfer_goes_back_to_is_checked():
    order, officer = OrderFactory(awaiting_payment=True), staff(StaffRole.FINANCE)
    queued, _ = receive_transfer(credit(order, memo="khong ro", amount=5), actor=BANK)
    given = {"transfer_id": queued.pk, "account": "0011 2233 44", "holder": " CÔNG TY A ", "actor": officer}
    with pytest.raises(DomainError) as refusal:
        services.set_return_account(bin="970436", **given)
    assert refusal.value.code == "not_to_refund"
    services.mark_for_refund(transfer_id=queued.pk, note="không có đơn", actor=officer)
    with pytest.raises(DomainError) as refusal:
        services.set_return_account(bin="000000", **given)
    assert refusal.value.code == "bank_unknown"

    services.set_return_account(bin="970436", **given)

    queued.refresh_from_db()
    assert (queued.return_bin, queued.return_account, queued.return_holder) == ("970436", "0011223344", "CÔNG TY A")


def test_a_stop_of_trading_parks_the_transfer_until_it_is_lifted():
    order, supervisor = OrderFactory(awaiting_payment=True), staff(StaffRole.SUPERVISOR)
    stop = halt(findings=[{"invariant": "I1", "what": "test"}], actor=Actor.system("invariants"))

    parked, _ = receive_transfer(credit(order), actor=BANK)

    order.refresh_from_db()
    assert (parked.mismatch, order.state) == ("halted", OrderState.AWAITING_PAYMENT)
    assert balance(f"unmatched:{parked.pk}") == 2_200_000

    lift(halt_id=stop.pk, reason="Đã đối chiếu lại toàn bộ bút toán.", actor=supervisor)
    run_jobs()

    order.refresh_from_db()
    parked.refresh_from_db()
    assert (parked.state, balance(f"escrow:{order.number}")) == (TransferState.MATCHED, 2_200_000)


def test_a_transfer_before_its_time_is_applied_when_the_order_asks_for_it():
    order = OrderFactory(contracted=True)
    early, _ = receive_transfer(credit(order), actor=BANK)
    assert early.mismatch == "not_due"
    services.ask_payment(order_id=order.pk, actor=Actor.system("payments"))
    order.refresh_from_db()
    early.refresh_from_db()
    assert (order.state, early.state) == (OrderState.PAID, TransferState.MATCHED)


def test_a_transfer_after_cancellation_is_queued():
    order = OrderFactory(cancelled=True)
    transfer, _ = receive_transfer(credit(order), actor=BANK)
    assert transfer.mismatch == "late"


@pytest.mark.parametrize("form", ["{}", "ct den {} tien mua du lieu", "MBVCB.123.{}.CT", "{}".lower()])
def test_the_order_number_is_found_in_what_banks_make_of_a_memo(form):
    assert order_number_in(form.format("sdl2026000123j")) == "SDL2026000123J"


@pytest.mark.parametrize("memo", ["", "SDL2026000123K", "SDL2026", "2026000123J"])
def test_a_number_whose_check_character_does_not_fit_is_no_order(memo):
    assert order_number_in(memo) == ""


def test_finance_matches_by_hand_when_only_the_text_was_wrong():
    order, officer = OrderFactory(awaiting_payment=True), staff(StaffRole.FINANCE)
    queued, _ = receive_transfer(credit(order, memo="khong ro"), actor=BANK)
    services.match_by_hand(transfer_id=queued.pk, order_number=order.number, note="theo sao kê", actor=officer)
    order.refresh_from_db()
    assert order.state == OrderState.PAID
    assert balance(f"escrow:{order.number}") == 2_200_000


def test_finance_cannot_match_another_sum():
    order, officer = OrderFactory(awaiting_payment=True), staff(StaffRole.FINANCE)
    queued, _ = receive_transfer(credit(order, memo="khong ro", amount=5), actor=BANK)
    with pytest.raises(DomainError) as refusal:
        services.match_by_hand(transfer_id=queued.pk, order_number=order.number, note="", actor=officer)
    assert refusal.value.code == "mismatch_amount"
    assert list(Journal.objects.values_list("kind", flat=True)) == ["arrival"]


def test_a_reviewer_has_no_hand_in_money():
    order = OrderFactory(awaiting_payment=True)
    queued, _ = receive_transfer(credit(order, memo="khong ro"), actor=BANK)
    for act in (
        lambda actor: services.match_by_hand(transfer_id=queued.pk, order_number=order.number, note="x", actor=actor),
        lambda actor: services.mark_for_refund(transfer_id=queued.pk, note="x", actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            act(reviewer())
    queued.refresh_from_db()
    assert queued.state == TransferState.MISMATCHED


def test_money_to_be_paid_back_needs_a_reason_and_is_dealt_with_once():
    order, officer = OrderFactory(awaiting_payment=True), staff(StaffRole.FINANCE)
    queued, _ = receive_transfer(credit(order, amount=5), actor=BANK)
    with pytest.raises(DomainError):
        services.mark_for_refund(transfer_id=queued.pk, note=" ", actor=officer)
    services.mark_for_refund(transfer_id=queued.pk, note="chuyển thừa", actor=officer)
    with pytest.raises(DomainError) as refusal:
        services.match_by_hand(transfer_id=queued.pk, order_number=order.number, note="", actor=officer)
    assert refusal.value.code == "transfer_done"


def test_settlement_shares_the_escrow_to_the_dong():
    order = OrderFactory(awaiting_payment=True)
    receive_transfer(credit(order), actor=BANK)
    services.settle(order, actor=Actor.system("clock"))
    assert balance(f"escrow:{order.number}") == 0
    assert balance(f"seller:payable:{order.seller_id}") == order.seller_share == 2_156_000
    assert (balance("fee:income"), balance("vat:payable"), total()) == (40_000, 4_000, 0)


def test_settling_locks_the_account_of_a_busy_seller_in_the_last_of_five_statements(django_assert_num_queries):
    order = OrderFactory(awaiting_payment=True)
    receive_transfer(credit(order), actor=BANK)
    people = [acting(order.seller, "finance") for _person in range(3)]
    with django_assert_num_queries(5) as taken:
        services.settle(order, actor=Actor.system("clock"))
    assert ["ledger_post" in query["sql"] for query in taken.captured_queries] == [False] * 4 + [True]
    told = set(Message.objects.filter(kind="payment.settled").values_list("recipient", "pk"))
    mails = Job.objects.filter(task_name="exchange.notifications.send_mail").values_list("args__message_id", flat=True)
    assert {person.user.pk for person in people} <= {person for person, _message in told}
    assert {message for _person, message in told} <= set(mails)


def test_a_free_order_settles_without_money():
    order = OrderFactory(free=True, awaiting_acceptance=True)
    assert services.settle(order, actor=Actor.system("clock")) is None
    assert not Journal.objects.exists()


def test_a_contracted_priced_order_asks_for_payment_with_a_due_day():
    order = OrderFactory(contracted=True)
    services.ask_payment(order_id=order.pk, actor=Actor.system("payments"))
    order.refresh_from_db()
    assert order.state == OrderState.AWAITING_PAYMENT
    assert order.due_on == due_day(today(), 10)
