"""Registers of the console: for each state, person and act, the page shows exactly the forms the service accepts."""

import re

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import reverse

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common.clock import today
from exchange.transparency.models import Discrepancy, Entry
from tests.exchange.console.conftest import signed_in
from tests.factories.accounts import StaffAppointmentFactory
from tests.factories.exchange import RuleParameterFactory
from tests.factories.transactions import OrderFactory, reviewer, staff
from tests.transactions.payments.test_services import credit
from tests.transactions.payouts.test_services import settled
from tests.transactions.statements.test_services import file, imported, upload
from transactions.halts import services as halts
from transactions.payments.models import Refund
from transactions.payments.refunds import correct_refund, refund_order
from transactions.payments.services import mark_for_refund, receive_transfer
from transactions.payouts import services as payouts
from transactions.statements import bookings
from transactions.statements.models import BankStatementLine
from transactions.statements.services import discard_statement

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WHY = "Đã đối chiếu với sao kê của ngân hàng."
BANK = Actor.system("bank")


class Made:
    """A record in a state, the person who began it, and what the forms are filled in with."""

    def __init__(self, name: str, record, author: Actor | None = None, **answers: str) -> None:
        self.name, self.record, self.author = name, record, author
        self.answers = {"reason": WHY, "note": WHY, "text": WHY, **answers}


def officer() -> Actor:
    return staff(StaffRole.FINANCE)


def batch(end: str = "") -> Made:
    settled()
    author = officer()
    made = payouts.prepare_batch(actor=author)
    if end == "approve":
        payouts.approve_batch(batch_id=made.pk, actor=officer())
    if end == "refuse":
        payouts.refuse_batch(batch_id=made.pk, reason=WHY, actor=officer())
    return Made("transactions_payoutbatch", made, author)


def payout(*ends: str) -> Made:
    author = batch("approve" if ends else "").record
    one = author.payouts.get()
    given = {"reference": one.reference, "amount": one.amount}
    if "confirm" in ends:
        payouts.confirm_payout(actor=officer(), **given)
    if "fail" in ends:
        payouts.fail_payout(payout_id=one.pk, reason=WHY, actor=officer())
    returned, _is_new = receive_transfer(credit(OrderFactory(), amount=one.amount, memo="HOAN TRA"), actor=BANK)
    return Made("transactions_payout", one, None, transfer=returned.bank_transaction_id)


def statement(end: str = "") -> Made:
    author = officer()
    made = upload(file(("FEE", -11_000, "PHI"), opening=20_000), author)
    if end == "discard":
        discard_statement(statement_id=made.pk, actor=author)
    return Made("transactions_bankstatement", made, author)


def booking(*ends: str) -> Made:
    author, second = officer(), officer()
    imported(("FEE", -11_000, "PHI"), opening=20_000)
    line = BankStatementLine.objects.get()
    made = bookings.propose_booking(line_id=line.pk, kind="bank_fee", reason=WHY, actor=author)
    for end in ends:
        if end == "approve":
            bookings.approve_booking(booking_id=made.pk, actor=second)
        elif end == "refuse":
            bookings.refuse_booking(booking_id=made.pk, reason=WHY, actor=second)
        else:
            made = bookings.propose_reversal(booking_id=made.pk, reason=WHY, actor=author)
    return Made("transactions_linebooking", made, author)


def transfer(end: str = "") -> Made:
    order = OrderFactory(awaiting_payment=True)
    memo = order.number if end == "paid" else "?"
    made, _is_new = receive_transfer(credit(order, memo=memo), actor=BANK)
    if end == "mark":
        mark_for_refund(transfer_id=made.pk, note=WHY, actor=officer())
    bank = {"bin": "970436", "account": "0011223344", "holder": "CONG TY MINH HOA"}
    return Made("transactions_incomingtransfer", made, None, order_number=order.number, **bank)


def refund(end: str = "") -> Made:
    reason = {"reason_code": "content_differs", "reason_text": WHY}
    refund_order(order_id=settled().pk, amount=1_000, reference="a", actor=reviewer(), **reason)
    made = Refund.objects.get()
    if end:
        correct_refund(journal_id=made.pk, reason=WHY, actor=officer())
    return Made("transactions_refund", made)


def stop(end: str = "") -> Made:
    made = halts.halt(findings=[{"invariant": "I3", "what": "account x"}], actor=Actor.system("invariants"))
    if end:
        halts.lift(halt_id=made.pk, reason=WHY, actor=staff(StaffRole.SUPERVISOR))
    return Made("transactions_tradinghalt", made)


def parameter(**fields) -> Made:
    author = reviewer()
    fields = {"valid_from": today(), **fields}
    answers = {"value": "2", "valid_from": "31/12/2099", "citation": "Điều 5", "confidence": "A"}
    return Made("exchange_ruleparameter", RuleParameterFactory(**fields), author, **answers)


def proposed_parameter(**fields) -> Made:
    made = parameter(**fields)
    type(made.record).objects.filter(pk=made.record.pk).update(proposed_by=made.author.user)
    return made


def appointment(**fields) -> Made:
    made = StaffAppointmentFactory(role=StaffRole.ADMINISTRATOR, **fields)
    return Made("accounts_staffappointment", made, Actor(user=made.user, staff_role=made.role))


def difference(**fields) -> Made:
    return Made("exchange_discrepancy", Discrepancy.objects.create(code="row_changed", place="x:1", **fields))


FINANCE, REVIEWER, SUPERVISOR = StaffRole.FINANCE, StaffRole.REVIEWER, StaffRole.SUPERVISOR
CASES = {
    "a batch that waits": (batch, {FINANCE: {"approve", "refuse"}}),
    "a batch on its way": (lambda: batch("approve"), {}),
    "a refused batch": (lambda: batch("refuse"), {}),
    "a payout that waits": (payout, {}),
    "a payout on its way": (lambda: payout("approve"), {FINANCE: {"fail"}}),
    "a payout carried out": (lambda: payout("confirm"), {FINANCE: {"returned"}}),
    "a payout that failed": (lambda: payout("fail"), {}),
    "a statement's preview": (statement, {FINANCE: {"import", "discard"}, "author": {"import", "discard"}}),
    "a discarded statement": (lambda: statement("discard"), {}),
    "a booking that waits": (booking, {FINANCE: {"approve", "refuse"}}),
    "a booking": (lambda: booking("approve"), {FINANCE: {"reverse"}, "author": {"reverse"}}),
    "a refused booking": (lambda: booking("refuse"), {}),
    "a reversal that waits": (lambda: booking("approve", "reverse"), {FINANCE: {"approve", "refuse"}}),
    "a reversal": (lambda: booking("approve", "reverse", "approve"), {}),
    "a transfer that fits nothing": (transfer, {FINANCE: {"match", "refund"}}),
    "a transfer that goes back": (lambda: transfer("mark"), {FINANCE: {"return"}}),
    "a transfer that paid": (lambda: transfer("paid"), {}),
    "a refund": (refund, {FINANCE: {"undo"}}),
    "an undone refund": (lambda: refund("undo"), {}),
    "a stop of trading": (stop, {SUPERVISOR: {"lift"}}),
    "a lifted stop": (lambda: stop("lift"), {}),
    "a proposed value": (
        proposed_parameter,
        {REVIEWER: {"approve", "withdraw", "propose"}, "author": {"withdraw", "propose"}},
    ),
    "a value in force": (parameter, {REVIEWER: {"propose"}, "author": {"propose"}}),
    "an appointment": (appointment, {StaffRole.ADMINISTRATOR: {"end"}}),
    "a difference": (difference, {SUPERVISOR: {"conclude"}}),
}


TAKES_AWAY = {
    "accounts.organisation": {"suspend", "close"},
    "accounts.staffappointment": {"end", "reset-factor"},
    "exchange.ruleparameter": {"withdraw"},
    "transactions.bankstatement": {"discard"},
    "transactions.incomingtransfer": {"refund"},
    "transactions.linebooking": {"refuse", "reverse"},
    "transactions.payout": {"fail"},
    "transactions.payoutbatch": {"refuse"},
    "transactions.refund": {"refund", "undo"},
}


def test_a_button_warns_where_something_is_refused_closed_or_undone_and_never_where_it_is_approved():
    found = {}
    for model, register in admin.site._registry.items():
        acts = (*getattr(register, "acts", ()), *getattr(register, "list_acts", ()))
        if warning := {act.code for act in acts if act.takes_away}:
            found[model._meta.label_lower] = warning

    assert found == TAKES_AWAY


def test_the_form_of_an_approval_has_a_plain_button_and_that_of_a_refusal_a_warning_one():
    made = batch()

    page = signed_in(officer().user).get(reverse("admin:transactions_payoutbatch_change", args=[made.record.pk]))

    buttons = re.findall(r'<button class="(btn[^"]*)">([^<]+)</button>', page.content.decode())
    kinds = {words: kind for kind, words in buttons}
    assert (kinds["Phê duyệt và lập tệp gửi ngân hàng"], kinds["Từ chối"]) == ("btn", "btn danger")


def shown(browser, made: Made) -> set[str]:
    """Acts whose form stands on the page; a page this person may not read shows none."""
    page = browser.get(reverse(f"admin:{made.name}_change", args=[made.record.pk]))
    return set() if page.status_code != 200 else {offer.code for offer in page.context["offers"] if not offer.barred}


def accepted(browser, made: Made) -> set[str]:
    """Acts the services carry out; every other one is refused and leaves nothing."""
    done = set()
    register = next(one for model, one in admin.site._registry.items() if model is type(made.record))
    for act in register.acts:
        with transaction.atomic():
            before = Entry.objects.count()
            sent = {f"{act.code}-{name}": value for name, value in made.answers.items()}
            answer = browser.post(reverse(f"admin:{made.name}_do", args=[made.record.pk, act.code]), sent)
            if answer.status_code == 302:
                done.add(act.code)
            else:
                assert answer.status_code in (403, 404, 409), (act.code, answer.status_code)
                assert Entry.objects.count() == before, act.code
            transaction.set_rollback(True)
    return done


@pytest.mark.parametrize("case", CASES)
def test_each_person_is_shown_exactly_what_the_services_accept(case):
    build, expected = CASES[case]
    made = build()
    people = {role: staff(role).user for role in StaffRole.values}
    if made.author is not None:
        people["author"] = made.author.user

    found = {}
    for name, person in people.items():
        browser = signed_in(person)
        done = accepted(browser, made)
        assert shown(browser, made) == done, name
        if done:
            found[str(name)] = done

    assert found == {str(name): acts for name, acts in expected.items()}


def test_who_may_not_decide_alone_reads_why_instead_of_a_form():
    made = batch()

    page = signed_in(made.author.user).get(reverse("admin:transactions_payoutbatch_change", args=[made.record.pk]))

    words = "Người lập bảng chi không được tự quyết định"
    assert [str(offer.barred)[: len(words)] for offer in page.context["offers"]] == [words]
    assert reverse("admin:transactions_payoutbatch_do", args=[made.record.pk, "approve"]) not in page.content.decode()


def test_a_value_taken_back_leads_to_the_list_of_values():
    made = proposed_parameter()

    answer = signed_in(made.author.user).post(
        reverse("admin:exchange_ruleparameter_do", args=[made.record.pk, "withdraw"])
    )

    assert answer.url == reverse("admin:exchange_ruleparameter_changelist")
    assert not type(made.record).objects.filter(pk=made.record.pk).exists()


def test_a_proposal_whose_day_has_passed_is_no_longer_approved():
    made = proposed_parameter(valid_from=today().replace(year=2020))
    desk = signed_in(reviewer().user)

    assert shown(desk, made) == accepted(desk, made) == {"withdraw", "propose"}
