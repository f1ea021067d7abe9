"""The legality check: by rules alone, by one reviewer, by two."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob as Job

from catalog.offers.models import Listing
from exchange.common.errors import DomainError
from exchange.notifications.models import Message
from exchange.rules.models import Evaluation, RuleParameter
from exchange.transparency.models import Entry
from tests.factories.accounts import MembershipFactory
from tests.factories.transactions import (
    USE,
    HoldFactory,
    OrderFactory,
    reviewer,
    staff,
)
from tests.transactions.compliance.steps import RETURN, SYSTEM, important, related, screened
from tests.transactions.refusals import refused, traces
from transactions.compliance import selectors, services
from transactions.compliance.models import LegalityDecision
from transactions.orders.states import OrderState

pytestmark = pytest.mark.django_db
REFUSE = {"article": "DL-42.3", "reason_code": "barred_data", "reason_text": "Dữ liệu không được giao dịch."}
WHY = "Đã xem xét quan hệ, giá trong dải."
ANSWERS = {"purpose": "research", "territory": "VN", "storage_place": "VN", "use_description": USE}


# --- screening


def test_a_calm_trade_is_cleared_by_the_rules_alone():
    order = screened()

    assert order.state == OrderState.CLEARED
    assert order.cleared_digest == order.snapshot_digest
    evaluation = Evaluation.objects.get()
    assert {row["verdict"] for row in evaluation.findings} == {"PASS"}
    assert (evaluation.ruleset, evaluation.stage) == ("trade-2026.11", "ORD")
    assert evaluation.facts["buyer"]["pk"] == str(order.buyer_id)
    decision = LegalityDecision.objects.get()
    assert (decision.verdict, decision.decided_by, decision.evaluation) == ("clear", None, evaluation)
    assert Job.objects.filter(task_name="transactions.contracts.draw_up", args={"order_id": order.pk}).count() == 1


def test_facts_hold_no_name_and_no_free_text():
    screened(use_description="Nguyễn Văn A, 0912345678, dùng cho nghiên cứu nội bộ")

    kept = str(Evaluation.objects.get().facts)
    assert "0912345678" not in kept
    assert "Công ty" not in kept


def test_screening_twice_changes_nothing():
    order = screened()
    before = traces()

    services.screen(order_id=order.pk, actor=SYSTEM)

    assert traces() == before


def test_screening_waits_for_a_hold():
    order = OrderFactory(accepted=True)
    HoldFactory(order=order)

    services.screen(order_id=order.pk, actor=SYSTEM)

    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED
    assert not Evaluation.objects.exists()


def test_related_parties_are_held_for_a_reviewer():
    someone = reviewer()

    order = related()

    assert order.state == OrderState.LEGALITY_REVIEW
    assert [(hold.rule, hold.raised_by) for hold in order.holds.open()] == [("R51", "system:legality")]
    assert Message.objects.get(recipient=someone.user).kind == "order.to_review"
    assert list(selectors.waiting_for_review()) == [order]


def test_the_value_threshold_alone_asks_for_people():
    RuleParameter.objects.filter(name="four_eyes_amount").update(value=2_200_000)

    order = screened()

    assert order.state == OrderState.LEGALITY_REVIEW
    assert not order.is_held
    assert selectors.case(order).needs_second


def test_important_data_has_the_longer_limit_and_needs_two():
    order, calm = important(), related()

    assert order.due_on > calm.due_on
    assert selectors.case(order).needs_second
    assert not selectors.case(calm).needs_second


def test_suspended_seller_blocks_the_trade():
    order = OrderFactory(accepted=True)
    type(order.seller).objects.filter(pk=order.seller_id).update(state="suspended")

    services.screen(order_id=order.pk, actor=SYSTEM)

    order.refresh_from_db()
    assert order.state == OrderState.LEGALITY_REVIEW
    assert selectors.case(order).is_blocked
    assert selectors.allowed_actions(reviewer(), order) == ["take", "return", "refuse"]


@pytest.mark.parametrize("change", [{"content_hash": "f" * 64}, {"attribution": "Nguồn khác"}])
def test_terms_that_differ_from_the_approved_listing_block_the_trade(change):
    order = OrderFactory(accepted=True)
    Listing.objects.filter(pk=order.listing_id).update(**change)

    services.screen(order_id=order.pk, actor=SYSTEM)

    assert verdicts()["R54"] == "BLOCK"


def test_a_changed_record_blocks_the_trade():
    order = OrderFactory(accepted=True)
    order.snapshot["request"]["purpose"] = "research"
    order.save(update_fields=["snapshot"])

    services.screen(order_id=order.pk, actor=SYSTEM)

    assert verdicts()["R54"] == "BLOCK"


def verdicts() -> dict[str, str]:
    return {row["rule"]: row["verdict"] for row in Evaluation.objects.get().findings}


# --- taking


def test_take_names_the_holder_and_is_repeatable():
    order, actor = related(), reviewer()

    for _ in range(2):
        services.take(order_id=order.pk, actor=actor)

    order.refresh_from_db()
    assert order.holder == actor.user
    assert Entry.objects.filter(kind="order.take").count() == 1


def test_a_colleague_takes_over_only_on_purpose():
    order = related()
    services.take(order_id=order.pk, actor=reviewer())
    colleague = reviewer()

    refused("already_taken", services.take, order_id=order.pk, actor=colleague)
    services.take(order_id=order.pk, actor=colleague, take_over=True)

    order.refresh_from_db()
    assert order.holder == colleague.user


# --- clearing


def test_clearing_concludes_each_finding():
    order, actor = related(), reviewer()

    decision = services.clear(order_id=order.pk, cleared_rules=["R51"], text=WHY, actor=actor)

    order.refresh_from_db()
    hold = order.holds.get()
    assert (order.state, order.cleared_digest) == (OrderState.CLEARED, order.snapshot_digest)
    assert (decision.verdict, decision.cleared_rules, decision.decided_by) == ("clear", ["R51"], actor.user)
    assert decision.number.startswith("QĐ-GD-20")
    assert (hold.conclusion, hold.concluded_by) == (WHY, actor.label)
    assert Job.objects.filter(task_name="transactions.contracts.draw_up").count() == 1


def test_an_unconcluded_finding_keeps_the_trade():
    order = related()

    refusal = refused("holds_open", services.clear, order_id=order.pk, cleared_rules=[], text=WHY, actor=reviewer())

    assert "R51" in str(refusal)
    assert order.is_held


def test_conclusions_need_a_reason():
    order = related()

    refused("reason_missing", services.clear, order_id=order.pk, cleared_rules=["R51"], text="ok", actor=reviewer())


def test_a_blocked_trade_cannot_be_cleared():
    order = related()
    type(order.seller).objects.filter(pk=order.seller_id).update(state="suspended")

    with pytest.raises(DomainError) as refusal:
        services.clear(order_id=order.pk, cleared_rules=["R51"], text=WHY, actor=reviewer())

    assert refusal.value.code == "blocked"
    assert Evaluation.objects.count() == 2  # what the rules found at the decision is kept
    order.refresh_from_db()
    assert order.state == OrderState.LEGALITY_REVIEW


def test_a_supervisors_hold_must_be_released_first():
    order = related()
    HoldFactory(order=order)

    refused("held", services.clear, order_id=order.pk, cleared_rules=["R51"], text=WHY, actor=reviewer())


def test_two_people_clear_above_the_class_threshold():
    order, first, second = important(), reviewer(), reviewer()
    services.take(order_id=order.pk, actor=first)

    proposal = services.clear(order_id=order.pk, cleared_rules=["R27"], text=WHY, actor=first)
    order.refresh_from_db()
    assert (proposal.verdict, order.state, order.holder) == ("propose", OrderState.LEGALITY_REVIEW, None)
    assert order.is_held

    refused("second_person", services.clear, order_id=order.pk, cleared_rules=["R27"], text=WHY, actor=first)
    services.clear(order_id=order.pk, cleared_rules=["R27"], text=WHY, actor=second)

    order.refresh_from_db()
    assert order.state == OrderState.CLEARED
    assert [d.verdict for d in order.legality_decisions.all()] == ["propose", "clear"]


def test_a_proposal_over_other_findings_does_not_count():
    order, first, second = important(), reviewer(), reviewer()
    services.clear(order_id=order.pk, cleared_rules=["R27"], text=WHY, actor=first)
    type(order.buyer).objects.filter(pk=order.buyer_id).update(is_foreign=True)
    RuleParameter.objects.filter(name="important_xb").update(value="warn")

    made = services.clear(order_id=order.pk, cleared_rules=["R27", "R66"], text=WHY, actor=second)

    assert made.verdict == "propose"
    order.refresh_from_db()
    assert order.state == OrderState.LEGALITY_REVIEW


def test_a_stale_page_is_refused():
    order = related()

    refused("stale", services.clear, order_id=order.pk, cleared_rules=["R51"], text=WHY, version=0, actor=reviewer())


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_a_reviewer_who_was_a_member_of_a_side_decides_nothing(side):
    order = related()
    actor = reviewer()
    MembershipFactory(user=actor.user, organisation=getattr(order, side), ended_at=order.created_at)

    for call, extra in (
        (services.take, {}),
        (services.clear, {"cleared_rules": ["R51"], "text": WHY}),
        (services.return_, RETURN),
        (services.refuse, REFUSE),
    ):
        refused("conflict_of_interest", call, order_id=order.pk, actor=actor, **extra)
    assert selectors.allowed_actions(actor, order) == []


@pytest.mark.parametrize("role", ["operator_finance", "supervisor", "administrator"])
def test_other_staff_decide_nothing(role):
    order, actor = related(), staff(role)

    for call, extra in (
        (services.take, {}),
        (services.clear, {"cleared_rules": ["R51"], "text": WHY}),
        (services.return_, RETURN),
        (services.refuse, REFUSE),
    ):
        before = traces()
        with pytest.raises(PermissionDenied):
            call(order_id=order.pk, actor=actor, **extra)
        assert traces() == before


# --- returning, refusing


def test_return_names_code_text_and_answers():
    order = related()

    services.return_(order_id=order.pk, actor=reviewer(), **RETURN)

    order.refresh_from_db()
    assert (order.state, order.reason_code, order.reason_fields) == (
        OrderState.RETURNED,
        "purpose_unclear",
        ["use_description"],
    )
    assert order.legality_decisions.get().verdict == "return"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"fields": []}, "fields_missing"),
        ({"fields": ["price"]}, "fields_missing"),
        ({"reason_code": "barred_data"}, "reason_missing"),
        ({"reason_text": ""}, "reason_missing"),
    ],
)
def test_return_without_code_text_or_answers_is_refused(change, code):
    order = related()

    refused(code, services.return_, order_id=order.pk, actor=reviewer(), **{**RETURN, **change})


def test_refusal_is_numbered_and_cites_its_article():
    order = related()

    decision = services.refuse(order_id=order.pk, actor=reviewer(), **REFUSE)

    order.refresh_from_db()
    assert (order.state, order.reason_article) == (OrderState.REFUSED, "DL-42.3")
    assert (decision.article, decision.text) == ("DL-42.3", REFUSE["reason_text"])
    assert decision.number
    assert order.due_on is None


@pytest.mark.parametrize(
    ("change", "code"), [({"article": ""}, "article_missing"), ({"reason_text": ""}, "reason_missing")]
)
def test_refusal_without_article_or_text_is_refused(change, code):
    order = related()

    refused(code, services.refuse, order_id=order.pk, actor=reviewer(), **{**REFUSE, **change})


def test_decisions_cannot_be_changed():
    screened()

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        LegalityDecision.objects.update(verdict="refuse")
