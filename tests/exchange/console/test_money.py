"""Money pages of the console: read by finance and supervisor, decided by four eyes, saved as safe files."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from tests.exchange.console.conftest import signed_in, staff
from tests.factories.transactions import OrderFactory
from tests.factories.transactions import staff as acting_staff
from tests.transactions.payments.test_services import credit
from tests.transactions.payouts.test_services import settled
from tests.transactions.statements.test_services import file, imported
from transactions.halts.models import TradingHalt
from transactions.halts.selectors import is_halted
from transactions.halts.services import halt
from transactions.ledger.selectors import balance
from transactions.payments.models import IncomingTransfer, Refund
from transactions.payments.services import mark_for_refund, receive_transfer
from transactions.payouts.models import Payout, PayoutBatch
from transactions.statements.bookings import approve_booking, propose_booking, refuse_booking
from transactions.statements.models import BankStatement, BankStatementLine, LineBooking

pytestmark = pytest.mark.django_db
BANK = Actor.system("bank")


@pytest.fixture
def finance():
    return signed_in(staff(StaffRole.FINANCE))


@pytest.fixture
def second():
    return signed_in(staff(StaffRole.FINANCE))


def rows(response):
    return list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))


def pages():
    order = settled()
    number = order.number
    return {
        "trial": reverse("admin:transactions_account_changelist"),
        "trial file": reverse("admin:transactions_account_export"),
        "journals": reverse("admin:transactions_journal_changelist"),
        "journals file": reverse("admin:transactions_journal_export"),
        "story": reverse("admin:transactions_journal_story", args=[number]),
        "story file": reverse("admin:transactions_journal_story_file", args=[number]),
        "batches": reverse("admin:transactions_payoutbatch_changelist"),
        "due": reverse("admin:transactions_payoutbatch_due"),
        "due file": reverse("admin:transactions_payoutbatch_due_file"),
        "payouts": reverse("admin:transactions_payout_changelist"),
        "statements": reverse("admin:transactions_bankstatement_changelist"),
        "differences": reverse("admin:transactions_bankstatement_differences"),
        "differences file": reverse("admin:transactions_bankstatement_differences_file"),
        "halts": reverse("admin:transactions_tradinghalt_changelist"),
        "transfers file": reverse("admin:transactions_incomingtransfer_export"),
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "status"),
    [(StaffRole.FINANCE, 200), (StaffRole.SUPERVISOR, 200), (StaffRole.REVIEWER, 403), (StaffRole.ADMINISTRATOR, 403)],
)
def test_money_is_read_by_finance_and_supervisor_alone(role, status):
    browser = signed_in(staff(role))
    assert {name: browser.get(url).status_code for name, url in pages().items()} == dict.fromkeys(pages(), status)


def test_the_trial_balance_shows_sums_by_kind_that_come_to_zero(finance):
    settled()
    page = finance.get(reverse("admin:transactions_account_changelist"))
    assert page.context["total"] == 0
    sums = {str(kind): (count, amount) for kind, count, amount in page.context["sums"]}
    assert sums["Phải trả bên bán"] == (1, 2_156_000)
    assert sums["Tài khoản bảo đảm thanh toán tại ngân hàng"] == (1, -2_200_000)


def test_the_file_of_the_trial_balance_holds_bare_figures(finance):
    order = settled()
    found = rows(finance.get(reverse("admin:transactions_account_export")))
    assert [f"seller:payable:{order.seller_id}", "Phải trả bên bán", "2156000"] in found
    assert ["bank:escrow", "Tài khoản bảo đảm thanh toán tại ngân hàng", "-2200000"] in found


def test_what_somebody_wrote_as_transfer_text_is_no_formula_in_the_file(finance):
    order = OrderFactory(awaiting_payment=True)
    receive_transfer(credit(order, memo="=cmd|' /C calc'!A0"), actor=BANK)
    found = rows(finance.get(reverse("admin:transactions_bankstatement_differences_file")))
    assert found[1][4] == "'=cmd|' /C calc'!A0"


def test_the_story_of_an_order_follows_its_escrow(finance):
    order = settled()
    page = finance.get(reverse("admin:transactions_journal_story", args=[order.number]))
    assert [escrow for _journal, _kind, _legs, escrow in page.context["rows"]] == [2_200_000, 0]
    assert finance.get(reverse("admin:transactions_journal_story", args=["SDL0"])).status_code == 404


def test_four_eyes_pay_out_and_the_file_is_handed_out(finance, second):
    settled()
    finance.post(reverse("admin:transactions_payoutbatch_new", args=["prepare"]))
    batch = PayoutBatch.objects.get()
    approve = reverse("admin:transactions_payoutbatch_do", args=[batch.pk, "approve"])
    file_url = reverse("admin:transactions_payoutbatch_file", args=[batch.pk])
    assert (finance.post(approve).status_code, finance.get(file_url).status_code) == (409, 404)

    answer = second.post(approve)

    batch.refresh_from_db()
    assert (answer.status_code, batch.state) == (302, "approved")
    saved = finance.get(file_url)
    assert saved["Content-Disposition"] == f'attachment; filename="{batch.number}.xml"'
    assert Payout.objects.get().reference in saved.content.decode()
    assert signed_in(staff(StaffRole.SUPERVISOR)).get(file_url).status_code == 403


def test_a_waiting_batch_stands_in_the_queue(finance):
    settled()
    finance.post(reverse("admin:transactions_payoutbatch_new", args=["prepare"]))
    page = finance.get(reverse("admin:index"))
    queues = {queue.source.key: queue.waiting for queue in page.context["console_queues"]}
    assert queues["payouts"] == 1


def test_a_statement_is_uploaded_shown_and_imported(finance):
    order = OrderFactory(awaiting_payment=True)
    sent = SimpleUploadedFile("sk.csv", file(("FT1", 2_200_000, order.number)))
    finance.post(reverse("admin:transactions_bankstatement_new", args=["upload"]), {"upload-file": sent})
    statement = BankStatement.objects.get()
    page = finance.get(reverse("admin:transactions_bankstatement_change", args=[statement.pk]))
    assert (page.context["credits"], page.context["is_preview"]) == (2_200_000, True)

    finance.post(reverse("admin:transactions_bankstatement_do", args=[statement.pk, "import"]))

    order.refresh_from_db()
    assert order.state == "paid"
    page = finance.get(reverse("admin:transactions_bankstatement_change", args=[statement.pk]))
    assert page.context["is_preview"] is False


def test_a_fee_of_the_bank_is_proposed_by_one_and_booked_by_another(finance, second):
    imported(("FEE", -11_000, "PHI QLTK"), opening=20_000)
    line, propose = BankStatementLine.objects.get(), reverse("admin:transactions_linebooking_new", args=["propose"])
    differences = reverse("admin:transactions_bankstatement_differences")
    assert propose in finance.get(differences).content.decode()
    assert "FEE · -11.000" in finance.get(propose).content.decode().replace("−", "-")
    sent = {"propose-line": line.pk, "propose-kind": "bank_fee", "propose-reason": "Phí quản lý tài khoản"}
    assert [finance.post(propose, sent).status_code, finance.post(propose, sent).status_code] == [302, 422]
    booking = LineBooking.objects.get()
    page = reverse("admin:transactions_linebooking_change", args=[booking.pk])
    approve = reverse("admin:transactions_linebooking_do", args=[booking.pk, "approve"])
    assert finance.post(approve).status_code == 409
    assert "PHI QLTK" in second.get(page).content.decode()

    assert second.post(approve).status_code == 302

    assert balance("expense:bank-fees") == -11_000
    assert finance.get(differences).context["found"].not_in_books == []
    statement = reverse("admin:transactions_bankstatement_change", args=[line.statement_id])
    assert "Phí ngân hàng" in finance.get(statement).content.decode()
    assert "Đề xuất đảo bút toán" in finance.get(page).content.decode()


@pytest.mark.parametrize(
    ("end", "chip", "words"),
    [
        ("", "err", "Tiền ra không theo lệnh nào"),
        ("propose", "warn", "Chờ người thứ hai"),
        ("refuse", "err", "Tiền ra không theo lệnh nào"),
        ("approve", "ok", "Phí ngân hàng"),
    ],
)
def test_a_line_says_whether_its_booking_waits_for_the_second_person(end, chip, words, finance):
    imported(("FEE", -11_000, "PHI QLTK"), opening=20_000)
    line = BankStatementLine.objects.get()
    if end:
        made = propose_booking(
            line_id=line.pk, kind="bank_fee", reason="Phí quản lý tài khoản", actor=acting_staff(StaffRole.FINANCE)
        )
    if end == "refuse":
        refuse_booking(booking_id=made.pk, reason="Không phải phí của ngân hàng", actor=acting_staff(StaffRole.FINANCE))
    if end == "approve":
        approve_booking(booking_id=made.pk, actor=acting_staff(StaffRole.FINANCE))

    statement = finance.get(reverse("admin:transactions_bankstatement_change", args=[line.statement_id]))
    differences = finance.get(reverse("admin:transactions_bankstatement_differences"))

    [(_line, _number, effect)] = statement.context["rows"]
    assert str(effect).startswith(f'<span class="badge {chip}">{words}</span>')
    assert strip_tags(str(effect)) == words + ("Phí ngân hàng" if end == "propose" else "")
    assert [str(effect)] * (end != "approve") == [str(shown) for _line, shown in differences.context["not_in_books"]]
    saved = finance.get(reverse("admin:transactions_bankstatement_differences_file")).content.decode()
    assert (words in saved) is (end != "approve")


def test_a_wrong_statement_is_refused_on_its_form_with_the_line(finance):
    sent = SimpleUploadedFile("sk.csv", file(("FT1", 5, "a")).replace(b",5,5,", b",5,6,"))
    page = finance.post(reverse("admin:transactions_bankstatement_new", args=["upload"]), {"upload-file": sent})
    assert page.status_code == 409
    assert "Dòng 3:" in page.content.decode()
    assert not BankStatement.objects.exists()


def test_the_account_of_a_sender_is_entered_by_form(finance):
    order = OrderFactory(awaiting_payment=True)
    transfer, _ = receive_transfer(credit(order, memo="?", amount=5), actor=BANK)
    mark_for_refund(transfer_id=transfer.pk, note="không có đơn", actor=acting_staff(StaffRole.FINANCE))
    url = reverse("admin:transactions_incomingtransfer_do", args=[transfer.pk, "return"])
    given = {"return-bin": "970436", "return-account": "0099887766", "return-holder": "NGUOI GUI"}
    assert finance.post(url, given).status_code == 302
    assert IncomingTransfer.objects.get().return_account == "0099887766"


def test_every_page_says_that_trading_is_stopped_and_the_supervisor_lifts_it(client):
    stop = halt(findings=[{"invariant": "I3", "what": "account x"}], actor=Actor.system("invariants"))
    supervisor = signed_in(staff(StaffRole.SUPERVISOR))
    for browser, url in ((client, "/"), (client, "/catalogue/"), (supervisor, reverse("admin:index"))):
        assert "Đang dừng giao dịch." in browser.get(url).content.decode()
    page = supervisor.get(reverse("admin:transactions_tradinghalt_change", args=[stop.pk]))
    assert "I3" in page.content.decode()

    url = reverse("admin:transactions_tradinghalt_do", args=[stop.pk, "lift"])
    supervisor.post(url, {"lift-reason": "Đã đối chiếu lại toàn bộ bút toán."})

    assert not is_halted()
    assert TradingHalt.objects.get().reason == "Đã đối chiếu lại toàn bộ bút toán."
    assert "Đang dừng giao dịch." not in client.get("/").content.decode()


def test_a_reviewer_refunds_by_form_once_and_finance_undoes_it(finance):
    order = settled()
    desk = signed_in(staff(StaffRole.REVIEWER))
    url = reverse("admin:transactions_refund_new", args=["refund"])
    given = {"order_number": order.number, "amount": "1.000", "reason_code": "other", "once": "abc"}
    sent = {f"refund-{name}": value for name, value in given.items()} | {"refund-reason_text": "Thiếu bản ghi."}
    assert [desk.post(url, sent).status_code for _ in range(2)] == [302, 302]
    refund = Refund.objects.get()
    assert balance(f"buyer:refundable:{order.buyer_id}") == 1_000
    assert desk.get(reverse("admin:transactions_refund_changelist")).status_code == 200
    undo = reverse("admin:transactions_refund_do", args=[refund.pk, "undo"])
    assert desk.post(undo, {"undo-reason": "Hoàn nhầm đơn khác."}).status_code == 403

    assert finance.post(undo, {"undo-reason": "Hoàn nhầm đơn khác."}).status_code == 302

    assert (balance(f"buyer:refundable:{order.buyer_id}"), balance(f"seller:payable:{order.seller_id}")) == (
        0,
        2_156_000,
    )
    assert finance.post(undo, {"undo-reason": "Hoàn nhầm đơn khác."}).status_code == 409


def test_a_refund_of_an_unknown_order_is_refused_on_its_form():
    desk = signed_in(staff(StaffRole.REVIEWER))
    given = {"order_number": "SDL0", "reason_code": "other", "once": "abc", "reason_text": "Thiếu bản ghi."}
    sent = {f"refund-{name}": value for name, value in given.items()}
    answer = desk.post(reverse("admin:transactions_refund_new", args=["refund"]), sent)
    assert answer.status_code == 409
    assert not Refund.objects.exists()
