"""Opening, answering, mediating, deciding, appealing and closing a dispute; money, access and trade follow."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils import translation

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common import clock
from exchange.common.errors import DomainError
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.accounts import MembershipFactory
from tests.factories.transactions import (
    WORDS,
    HoldFactory,
    acting,
    disputed,
    funded,
    reviewer,
    staff,
    trader,
    verdict,
    working_days_back,
)
from transactions.compliance.models import LegalityDecision
from transactions.compliance.services import _decide, _evaluate
from transactions.delivery.models import Entitlement
from transactions.disputes import services
from transactions.disputes.models import Consent, Dispute, DisputeEvidence, Ruling, Statement
from transactions.halts.services import halt
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance, total
from transactions.orders.models import Order, OrderEvent
from transactions.orders.overlays import hold_order, release_hold
from transactions.payments.refunds import refund_order
from transactions.payouts.services import approve_batch, prepare_batch

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CLOCK = Actor.system("clock")
PDF = b"%PDF-1.7 chung cu"
TRACED = (Dispute, Statement, DisputeEvidence, Ruling, Consent, Entry, Message, Journal, OrderEvent)


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def traces() -> tuple:
    return (*(model.objects.count() for model in TRACED), *Dispute.objects.values_list("state", "version"))


def refused(code: str, call, **kwargs) -> DomainError:
    before = traces()
    with pytest.raises(DomainError) as refusal:
        call(**kwargs)
    assert refusal.value.code == code
    assert traces() == before
    return refusal.value


def pdf(name: str = "bien-ban.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def opening(order, actor, **changes):
    given = {"reason_code": "content_differs", "text": WORDS}
    return services.open_dispute(order_id=order.pk, actor=actor, **given | changes)


def accept(dispute, side, *, is_accepted=True):
    ruling = dispute.rulings.order_by("-pk").first().number
    actor = acting(getattr(dispute.order, side), "signatory")
    services.respond(dispute_id=dispute.pk, ruling=ruling, is_accepted=is_accepted, actor=actor)


def fresh(dispute) -> Dispute:
    return Dispute.objects.select_related("order").get(pk=dispute.pk)


def money(order) -> dict[str, int]:
    return {
        "escrow": balance(f"escrow:{order.number}"),
        "buyer": balance(f"buyer:refundable:{order.buyer_id}"),
        "seller": balance(f"seller:payable:{order.seller_id}"),
        "fee": balance("fee:income"),
        "vat": balance("vat:payable"),
    }


def overdue(dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(due_on=clock.today() - dt.timedelta(days=1))


# --- opening and answering


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


# --- clocks


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


# --- rulings


def test_a_decision_names_outcome_reason_article_and_sum():
    dispute = disputed("mediation")
    call = {"call": services.decide, "dispute_id": dispute.pk, "actor": reviewer()}

    refused("article_missing", verdict=verdict(article=""), **call)
    refused("reason_missing", verdict=verdict(reason_code="content_differs"), **call)
    refused("text_missing", verdict=verdict(text="Sai."), **call)
    refused("outcome_missing", verdict=verdict(outcome="withdrawn"), **call)
    for refund in (None, 0, 2_200_000, 2_200_001):
        refused("amount_out_of_range", verdict=verdict(refund=refund), **call)

    made = services.decide(dispute_id=dispute.pk, verdict=verdict(), actor=call["actor"])

    assert (made.kind, made.outcome, made.refund, made.article) == ("decision", "split", 550_000, "N314-17")
    assert (fresh(dispute).state, fresh(dispute).due_on) == ("decided", clock.add_working_days(clock.today(), 10))
    assert money(dispute.order)["escrow"] == 2_200_000  # nothing is carried out before the time of appeal is over


def test_nothing_is_divided_where_nothing_was_paid():
    dispute = disputed("mediation", order=funded(awaiting_acceptance=True, free=True))

    refused("nothing_to_divide", services.decide, dispute_id=dispute.pk, verdict=verdict(), actor=reviewer())


def cleared_by(order, person):
    evaluation = _evaluate(order, Actor.system("test"))
    order.holds.all().delete()
    _decide(order, evaluation, "clear", person)


def test_who_cleared_the_trade_does_not_judge_it():
    order, clearing = funded(), reviewer()
    cleared_by(order, clearing)
    dispute = disputed("mediation", order=order)
    assert LegalityDecision.objects.get().decided_by == clearing.user

    for call in (services.propose, services.decide):
        refused("cleared_the_trade", call, dispute_id=dispute.pk, verdict=verdict(), actor=clearing)
    refused("cleared_the_trade", services.take, dispute_id=dispute.pk, actor=clearing)
    assert services.decide(dispute_id=dispute.pk, verdict=verdict(), actor=reviewer()).outcome == "split"


def test_who_was_a_member_of_a_side_does_not_judge():
    dispute, judge = disputed("mediation"), reviewer()
    MembershipFactory(user=judge.user, organisation=dispute.order.seller, ended_at=clock.now())

    refused("conflict_of_interest", services.decide, dispute_id=dispute.pk, verdict=verdict(), actor=judge)


@pytest.mark.parametrize("role", [StaffRole.FINANCE, StaffRole.SUPERVISOR, StaffRole.ADMINISTRATOR])
def test_other_staff_do_not_rule(role):
    dispute = disputed("mediation")
    before = traces()

    for call in (services.propose, services.decide):
        with pytest.raises(PermissionDenied):
            call(dispute_id=dispute.pk, verdict=verdict(), actor=staff(role))

    assert traces() == before


def test_a_reviewer_takes_a_dispute_in_hand():
    dispute, judge = disputed("mediation"), reviewer()

    services.take(dispute_id=dispute.pk, actor=judge)
    services.take(dispute_id=dispute.pk, actor=judge)

    assert fresh(dispute).holder == judge.user
    assert Entry.objects.filter(kind="dispute.take").count() == 1


# --- agreement


def test_a_proposal_both_sides_accept_is_carried_out_to_the_dong():
    dispute = disputed("proposed")
    order = dispute.order

    accept(dispute, "buyer")
    assert fresh(dispute).state == "mediation"
    accept(dispute, "seller")

    order.refresh_from_db()
    closed = fresh(dispute)
    assert (closed.state, closed.outcome, closed.refund) == ("closed", "split", 550_000)
    assert (order.state, order.is_disputed) == ("completed", False)
    # 2,200,000 paid; of 1,650,000 left the parts keep their proportion: 2,156,000 : 40,000 : 4,000
    assert money(order) == {"escrow": 0, "buyer": 550_000, "seller": 1_617_000, "fee": 30_000, "vat": 3_000}
    assert total() == 0
    assert Entitlement.objects.get(order=order).state == "active"


def test_a_rejected_proposal_leaves_the_mediation_open_for_another():
    dispute = disputed("proposed")
    accept(dispute, "buyer")

    accept(dispute, "seller", is_accepted=False)

    assert fresh(dispute).state == "mediation"
    refused(
        "illegal_move",
        services.respond,
        dispute_id=dispute.pk,
        ruling=dispute.rulings.get().number,
        is_accepted=True,
        actor=acting(dispute.order.seller, "signatory"),
    )
    services.propose(dispute_id=dispute.pk, verdict=verdict(refund=700_000), actor=reviewer())
    accept(dispute, "seller")
    accept(dispute, "buyer")
    assert money(dispute.order)["buyer"] == 700_000


def test_an_answer_to_an_older_proposal_is_refused():
    dispute = disputed("proposed")
    older = dispute.rulings.get().number
    services.propose(dispute_id=dispute.pk, verdict=verdict(refund=700_000), actor=reviewer())

    refused(
        "ruling_replaced",
        services.respond,
        dispute_id=dispute.pk,
        ruling=older,
        is_accepted=True,
        actor=acting(dispute.order.buyer, "signatory"),
    )


def test_only_signatories_bind_their_side():
    dispute = disputed("proposed")
    before = traces()

    for actor in (acting(dispute.order.buyer, "buyer", "owner"), acting(trader(), "signatory"), reviewer()):
        with pytest.raises(PermissionDenied):
            services.respond(dispute_id=dispute.pk, ruling=dispute.rulings.get().number, is_accepted=True, actor=actor)

    assert traces() == before


# --- decisions take effect


def close_decided(outcome, order=None):
    dispute = disputed("mediation", order=order)
    services.decide(dispute_id=dispute.pk, verdict=verdict(outcome), actor=reviewer())
    overdue(dispute)
    services.run(actor=CLOCK)
    dispute.order.refresh_from_db()
    return fresh(dispute)


def test_a_decision_for_the_buyer_pays_back_ends_the_trade_and_access():
    dispute = close_decided("buyer")

    order = dispute.order
    assert (dispute.state, dispute.outcome, dispute.refund) == ("closed", "buyer", 2_200_000)
    assert (order.state, order.reason_code, order.is_disputed) == ("terminated", "dispute_decided", False)
    assert money(order) == {"escrow": 0, "buyer": 2_200_000, "seller": 0, "fee": 0, "vat": 0}
    assert Entitlement.objects.get(order=order).state == "revoked"


def test_a_decision_for_the_seller_completes_and_settles():
    dispute = close_decided("seller")

    order = dispute.order
    assert (dispute.outcome, dispute.refund, order.state) == ("seller", 0, "completed")
    assert money(order) == {"escrow": 0, "buyer": 0, "seller": 2_156_000, "fee": 40_000, "vat": 4_000}
    assert Entitlement.objects.get(order=order).state == "active"


@pytest.mark.parametrize(
    ("outcome", "state", "access"), [("buyer", "terminated", "revoked"), ("seller", "completed", "active")]
)
def test_a_free_trade_ends_without_money(outcome, state, access):
    dispute = close_decided(outcome, order=funded(awaiting_acceptance=True, free=True))

    assert (dispute.order.state, Journal.objects.count()) == (state, 0)
    assert Entitlement.objects.get().state == access


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("buyer", {"escrow": 0, "buyer": 2_200_000, "seller": 0, "fee": 0, "vat": 0}),
        ("split", {"escrow": 0, "buyer": 550_000, "seller": 1_617_000, "fee": 30_000, "vat": 3_000}),
        ("seller", {"escrow": 0, "buyer": 0, "seller": 2_156_000, "fee": 40_000, "vat": 4_000}),
    ],
)
def test_after_completion_the_shares_are_taken_back(outcome, expected):
    dispute = close_decided(outcome, order=funded(completed=True))

    assert (dispute.state, dispute.order.state) == ("closed", "completed")
    assert money(dispute.order) == expected
    assert Entitlement.objects.get().state == ("revoked" if outcome == "buyer" else "active")


def test_a_decision_both_sides_accept_takes_effect_before_the_time_of_appeal_is_over():
    dispute = disputed("decided")

    accept(dispute, "seller")
    accept(dispute, "buyer")

    assert fresh(dispute).state == "closed"
    assert money(dispute.order)["buyer"] == 550_000


def test_closing_twice_has_one_effect():
    dispute = close_decided("split")

    services.run(actor=CLOCK)
    services.act_on(dispute_id=dispute.pk, actor=CLOCK)

    assert Journal.objects.filter(kind="refund").count() == 1


def test_on_hold_nothing_is_carried_out_until_the_hold_is_concluded():
    dispute = disputed("decided")
    hold_order(order_id=dispute.order_id, reason_text="Cần xem xét thêm.", actor=staff("supervisor"))
    overdue(dispute)
    assert services.run(actor=CLOCK) == 0
    assert (fresh(dispute).state, money(dispute.order)["escrow"]) == ("decided", 2_200_000)

    release_hold(order_id=dispute.order_id, conclusion="Đã xem xét xong.", actor=reviewer())
    services.run(actor=CLOCK)

    assert fresh(dispute).state == "closed"


def test_a_ruling_is_the_end_of_the_matter_at_the_exchange():
    dispute = close_decided("seller")

    refused(
        "already_settled",
        services.open_dispute,
        order_id=dispute.order_id,
        reason_code="other",
        text=WORDS,
        actor=acting(dispute.order.buyer, "buyer"),
    )


# --- appeal


def test_an_appeal_is_decided_by_somebody_else_and_takes_effect_at_once():
    dispute, first = disputed("mediation"), reviewer()
    services.decide(dispute_id=dispute.pk, verdict=verdict("seller"), actor=first)
    buyer = acting(dispute.order.buyer, "buyer")
    services.appeal(dispute_id=dispute.pk, reason_code="facts_wrong", text=WORDS, files=[pdf()], actor=buyer)
    assert (fresh(dispute).state, fresh(dispute).holder) == ("appealed", None)

    refused("second_person", services.decide_appeal, dispute_id=dispute.pk, verdict=verdict("buyer"), actor=first)
    refused("second_person", services.take, dispute_id=dispute.pk, actor=first)
    services.decide_appeal(dispute_id=dispute.pk, verdict=verdict("buyer"), actor=reviewer())

    closed = fresh(dispute)
    assert (closed.state, closed.outcome, closed.order.state) == ("closed", "buyer", "terminated")
    assert money(closed.order)["buyer"] == 2_200_000


def test_who_proposed_does_not_decide_the_appeal():
    dispute, mediator = disputed("mediation"), reviewer()
    services.propose(dispute_id=dispute.pk, verdict=verdict(), actor=mediator)
    services.decide(dispute_id=dispute.pk, verdict=verdict(), actor=reviewer())
    actor = acting(dispute.order.buyer, "buyer")
    services.appeal(dispute_id=dispute.pk, reason_code="other", text=WORDS, actor=actor)

    refused("second_person", services.decide_appeal, dispute_id=dispute.pk, verdict=verdict(), actor=mediator)


def test_there_is_one_appeal_in_time_and_not_by_a_side_that_accepted():
    late, accepted = disputed("decided"), disputed("decided")
    overdue(late)
    accept(accepted, "seller")

    def call(of, side, role):
        return {
            "dispute_id": of.pk,
            "reason_code": "other",
            "text": WORDS,
            "actor": acting(getattr(of.order, side), role),
        }

    refused("illegal_move", services.appeal, **call(late, "buyer", "buyer"))
    refused("illegal_move", services.appeal, **call(accepted, "seller", "steward"))
    services.appeal(**call(accepted, "buyer", "buyer"))
    refused("illegal_move", services.appeal, **call(accepted, "buyer", "buyer"))


# --- withdrawal


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


# --- what stands still, and what cannot be changed


def test_the_exchange_does_not_refund_past_an_open_dispute():
    dispute = disputed("mediation")

    refused(
        "disputed",
        refund_order,
        order_id=dispute.order_id,
        amount=None,
        reason_code="content_differs",
        reason_text="Nội dung không khớp.",
        actor=reviewer(),
    )


def test_the_sellers_share_is_not_paid_out_while_a_dispute_is_open():
    order = funded(completed=True)
    order.seller.bank_id, order.seller.bank_account = "970436", "0011223344"
    order.seller.bank_holder = "CONG TY MINH HOA"
    order.seller.save()
    batch = prepare_batch(actor=staff(StaffRole.FINANCE))
    dispute = disputed("mediation", order=order)

    refused("payout_changed", approve_batch, batch_id=batch.pk, actor=staff(StaffRole.FINANCE))
    services.withdraw(
        dispute_id=dispute.pk,
        reason_code="mended",
        text="Bên bán đã gửi tệp đúng.",
        actor=acting(order.buyer, "buyer"),
    )

    assert approve_batch(batch_id=batch.pk, actor=staff(StaffRole.FINANCE)).total == 2_156_000


def test_what_was_said_and_ruled_cannot_be_changed_or_removed():
    dispute = disputed("proposed")
    accept(dispute, "buyer")
    said = dispute.statements.first()
    DisputeEvidence.objects.create(statement=said, file=dispute.order.listing.revision.files.get().stored)

    for model in (Statement, Ruling, Consent, DisputeEvidence):
        rows, field = model.objects.all(), "file_id" if model is DisputeEvidence else "made_by"
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            rows.update(**{field: F(field)})
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            rows._raw_delete(rows.db)


def test_the_log_holds_hashes_and_never_words():
    dispute = disputed("proposed")

    entries = Entry.objects.filter(object_ref=dispute.log_ref)

    assert entries.count() == 4
    assert all(WORDS.encode() not in bytes(entry.record) for entry in entries)


def test_every_message_reads_whole_in_both_languages():
    for person in ("buyer", "seller"):
        disputed("appealed", side=person)
    for message in Message.objects.filter(kind__startswith="dispute."):
        for language in ("vi", "en"):
            with translation.override(language):
                wording = message.wording
                assert len(wording.sentences) >= 2, message.kind
                assert "TC-" in wording.subject
