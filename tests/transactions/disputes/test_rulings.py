"""Who rules and how: decisions, proposals both sides accept, appeals."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common import clock
from exchange.transparency.models import Entry
from tests.factories.accounts import MembershipFactory
from tests.factories.transactions import (
    WORDS,
    acting,
    disputed,
    funded,
    reviewer,
    staff,
    trader,
    verdict,
)
from tests.transactions.disputes.steps import accept, fresh, money, overdue, pdf
from tests.transactions.refusals import refused, traces
from transactions.compliance.models import LegalityDecision
from transactions.compliance.services import _decide, _evaluate
from transactions.delivery.models import Entitlement
from transactions.disputes import services
from transactions.ledger.selectors import total

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


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
