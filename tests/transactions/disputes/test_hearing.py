"""Opening a dispute, answering it, the clock, and taking it back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common import clock
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.transactions import (
    WORDS,
    HoldFactory,
    acting,
    disputed,
    funded,
    reviewer,
    staff,
    trader,
    working_days_back,
)
from tests.transactions.disputes.steps import CLOCK, fresh, money, opening, overdue, pdf
from tests.transactions.refusals import refused, traces
from transactions.disputes import services
from transactions.disputes.models import Dispute
from transactions.halts.services import halt
from transactions.orders.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_opening_freezes_the_trade_and_asks_the_other_side_by_a_day():
    order = funded()
    buyer, steward = acting(order.buyer, "buyer"), acting(order.seller, "steward")

    dispute = opening(order, buyer, files=[pdf()])

    order.refresh_from_db()
    assert order.is_disputed
    assert (dispute.state, dispute.side, dispute.reason_code) == ("answer_due", "buyer", "content_differs")
    assert dispute.due_on == clock.add_working_days(clock.today(), 5)
    assert dispute.number.startswith(f"TC-{clock.today().year}-")
    said = dispute.statements.get()
    assert (said.kind, said.text, [paper.file.name for paper in said.evidence.all()]) == (
        "complaint",
        WORDS,
        ["bien-ban.pdf"],
    )
    assert [entry.kind for entry in Entry.objects.filter(object_ref=dispute.log_ref)] == [
        "dispute.open",
        "dispute.ask_answer",
    ]
    assert Entry.objects.get(object_ref=order.log_ref).kind == "order.freeze"
    told = {message.recipient for message in Message.objects.filter(kind="dispute.opened")}
    assert steward.user in told
    assert buyer.user not in told
    assert buyer.user in {message.recipient for message in Message.objects.filter(kind="dispute.received")}


def test_the_seller_opens_a_dispute_too_and_the_buyer_answers():
    dispute = disputed("mediation", side="seller")

    assert (dispute.side, dispute.other_side, dispute.state) == ("seller", "buyer", "mediation")
    assert [said.side for said in dispute.statements.all()] == ["seller", "buyer"]


def test_nothing_is_opened_without_a_reason_of_ones_side_and_words():
    order = funded()
    buyer = acting(order.buyer, "buyer")
    call = services.open_dispute

    refused("reason_missing", call, order_id=order.pk, reason_code="passed_on", text=WORDS, actor=buyer)
    refused("text_missing", call, order_id=order.pk, reason_code="other", text="Sai.", actor=buyer)
    order.refresh_from_db()
    assert not order.is_disputed


@pytest.mark.parametrize("stage", ["paid", "delivering"])
def test_no_dispute_before_the_data_was_handed_over(stage):
    order = funded(**{stage: True})

    refused(
        "too_late",
        services.open_dispute,
        order_id=order.pk,
        reason_code="other",
        text=WORDS,
        actor=acting(order.buyer, "buyer"),
    )


def test_one_dispute_at_a_time_and_none_while_on_hold():
    dispute = disputed("answer_due")
    held = HoldFactory(order=funded()).order
    given = {"reason_code": "other", "text": WORDS}
    call = services.open_dispute

    refused("already_disputed", call, order_id=dispute.order_id, actor=acting(dispute.order.buyer, "buyer"), **given)
    refused("held", call, order_id=held.pk, actor=acting(held.buyer, "buyer"), **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispute.objects.create(number="TC-2026-999999", order=dispute.order, side="buyer", reason_code="other")


@pytest.mark.parametrize(("days", "is_open"), [(10, True), (11, False)])
def test_a_completed_trade_can_be_disputed_for_ten_working_days(days, is_open):
    order = funded(completed=True)
    done = dt.datetime.combine(working_days_back(days), dt.time(12), clock.VIETNAM)
    Order.objects.filter(pk=order.pk).update(state_since=done)
    buyer = acting(order.buyer, "buyer")

    if is_open:
        assert opening(order, buyer).state == "answer_due"
    else:
        refused("window_closed", services.open_dispute, order_id=order.pk, reason_code="other", text=WORDS, actor=buyer)


def test_bad_papers_are_refused_beside_the_field_and_nothing_is_opened():
    order = funded()
    buyer = acting(order.buyer, "buyer")
    given = {"order_id": order.pk, "reason_code": "other", "text": WORDS, "actor": buyer}
    word = SimpleUploadedFile("ghi-chu.pdf", b"PK\x03\x04 docx", "application/pdf")

    error = refused("evidence_kind_refused", services.open_dispute, files=[pdf(), word], **given)
    assert list(error.fields) == ["files"]
    refused("too_many_files", services.open_dispute, files=[pdf(f"{n}.pdf") for n in range(6)], **given)
    refused("file_empty", services.open_dispute, files=[SimpleUploadedFile("a.pdf", b"", "application/pdf")], **given)


def test_only_the_other_side_answers_and_once():
    dispute = disputed("answer_due")
    seller = acting(dispute.order.seller, "steward")
    given = {"dispute_id": dispute.pk, "text": WORDS}

    refused("illegal_move", services.answer, actor=acting(dispute.order.buyer, "buyer"), **given)
    services.answer(actor=seller, files=[pdf("tra-loi.pdf")], **given)
    refused("illegal_move", services.answer, actor=seller, **given)
    assert fresh(dispute).due_on == clock.add_working_days(clock.today(), 15)


def test_an_older_page_is_refused():
    dispute = disputed("answer_due")

    refused(
        "stale",
        services.answer,
        dispute_id=dispute.pk,
        text=WORDS,
        version=dispute.version - 1,
        actor=acting(dispute.order.seller, "steward"),
    )


@pytest.mark.parametrize("who", ["nobody", "stranger", "wrong role", "wrong side's role", "reviewer"])
def test_who_does_not_speak_for_a_side_is_refused(who):
    order = funded()
    actor = {
        "nobody": lambda: Actor(),
        "stranger": lambda: acting(trader(), "buyer"),
        "wrong role": lambda: acting(order.buyer, "steward", "finance", "owner", "signatory"),
        "wrong side's role": lambda: acting(order.seller, "buyer"),
        "reviewer": reviewer,
    }[who]()
    before = traces()

    with pytest.raises(PermissionDenied):
        opening(order, actor)

    order.refresh_from_db()
    assert traces() == before
    assert not order.is_disputed


def test_without_an_answer_the_exchange_goes_on():
    dispute = disputed("answer_due")
    services.act_on(dispute_id=dispute.pk, actor=CLOCK)
    assert fresh(dispute).state == "answer_due"
    overdue(dispute)

    assert services.run(actor=CLOCK) == 1

    assert fresh(dispute).state == "mediation"
    assert services.run(actor=CLOCK) == 0


def test_the_other_side_is_reminded_once():
    dispute = disputed("answer_due")
    steward = acting(dispute.order.seller, "steward")
    since = dt.datetime.combine(working_days_back(3), dt.time(9), clock.VIETNAM)
    Dispute.objects.filter(pk=dispute.pk).update(state_since=since)

    services.run(actor=CLOCK)
    services.run(actor=CLOCK)

    assert Message.objects.filter(kind="dispute.remind", recipient=steward.user).count() == 1


def test_the_clocks_stand_still_while_trading_is_stopped():
    decided, waiting = disputed("decided"), disputed("answer_due")
    overdue(decided)
    overdue(waiting)
    halt(findings=[{"invariant": "I1"}], actor=Actor.system("invariants"))

    assert services.run(actor=CLOCK) == 0

    assert (fresh(decided).state, fresh(waiting).state) == ("decided", "answer_due")


def test_only_jobs_run_the_clock():
    dispute = disputed("decided")
    overdue(dispute)

    with pytest.raises(PermissionDenied):
        services.act_on(dispute_id=dispute.pk, actor=reviewer())

    assert fresh(dispute).state == "decided"


def test_withdrawing_lets_the_trade_go_on_with_the_time_it_took():
    order = funded()
    Order.objects.filter(pk=order.pk).update(due_on=clock.today(), state_since=clock.now() - dt.timedelta(days=30))
    dispute = disputed("mediation", order=order)
    begun = dt.datetime.combine(working_days_back(4), dt.time(9), clock.VIETNAM)
    Order.objects.filter(pk=order.pk).update(disputed_at=begun)
    buyer = acting(order.buyer, "buyer")

    services.withdraw(dispute_id=dispute.pk, reason_code="mended", text="Bên bán đã gửi tệp đúng.", actor=buyer)

    order.refresh_from_db()
    assert (fresh(dispute).outcome, order.state, order.is_disputed) == ("withdrawn", "awaiting_acceptance", False)
    kinds = Entry.objects.filter(object_ref=order.log_ref).values_list("kind", flat=True)
    assert list(kinds) == ["order.freeze", "order.unfreeze"]
    assert order.due_on == clock.add_working_days(clock.today(), 4)
    assert money(order)["escrow"] == 2_200_000
    assert opening(order, buyer).state == "answer_due"  # not settled, so it may be opened again


def test_only_who_opened_it_withdraws():
    dispute = disputed("mediation")

    refused(
        "illegal_move",
        services.withdraw,
        dispute_id=dispute.pk,
        reason_code="mended",
        text="Bên bán đã gửi tệp đúng.",
        actor=acting(dispute.order.seller, "steward"),
    )


@pytest.mark.parametrize("stage", ["mediation", "appealed"])
def test_reviewers_and_supervisor_hear_once_that_the_exchange_is_late(stage):
    dispute = disputed(stage)
    watching = [staff(StaffRole.SUPERVISOR), reviewer()]
    assert not services.act_on(dispute_id=dispute.pk, actor=CLOCK)
    overdue(dispute)

    assert services.run(actor=CLOCK) == 1
    assert services.run(actor=CLOCK) == 0

    told = set(Message.objects.filter(kind="dispute.late").values_list("recipient", flat=True))
    assert told >= {actor.user.pk for actor in watching}
    assert Message.objects.filter(kind="dispute.late").count() == len(told)
    assert fresh(dispute).state == stage
