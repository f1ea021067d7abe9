"""For each state, role and action of a dispute: what pages show is exactly what the services accept."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.organisations.models import MemberRole
from exchange.common.errors import DomainError
from tests.factories.transactions import WORDS, HoldFactory, acting, disputed, funded, staff, trader, verdict
from tests.transactions.refusals import traces
from transactions.disputes import selectors, services
from transactions.disputes.models import Dispute
from transactions.disputes.states import DISPUTE_FLOW, DisputeState
from transactions.orders.models import Order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STAGES = ("answer_due", "mediation", "proposed", "decided", "appealed", "closed")


def answer_ruling(dispute: Dispute, actor: Actor, *, is_accepted: bool) -> object:
    last = dispute.rulings.order_by("-pk").first()
    number = last.number if last else "QĐ-TC-2026-000000"
    return services.respond(dispute_id=dispute.pk, ruling=number, is_accepted=is_accepted, actor=actor)


CALLS: dict[str, Callable[[Dispute, Actor], object]] = {
    "answer": lambda d, a: services.answer(dispute_id=d.pk, text=WORDS, actor=a),
    "add": lambda d, a: services.add(dispute_id=d.pk, text=WORDS, actor=a),
    "accept": lambda d, a: answer_ruling(d, a, is_accepted=True),
    "reject": lambda d, a: answer_ruling(d, a, is_accepted=False),
    "appeal": lambda d, a: services.appeal(dispute_id=d.pk, reason_code="other", text=WORDS, actor=a),
    "withdraw": lambda d, a: services.withdraw(dispute_id=d.pk, reason_code="other", text=WORDS, actor=a),
    "take": lambda d, a: services.take(dispute_id=d.pk, actor=a),
    "propose": lambda d, a: services.propose(dispute_id=d.pk, verdict=verdict(), actor=a),
    "decide": lambda d, a: services.decide(dispute_id=d.pk, verdict=verdict(), actor=a),
    "decide_appeal": lambda d, a: services.decide_appeal(dispute_id=d.pk, verdict=verdict(), actor=a),
}


def accepted(actor: Actor, dispute: Dispute) -> set[str]:
    """What the services do; a refusal leaves nothing behind."""
    done, before = set(), traces()  # every call is taken back, so each begins from here
    for name, call in CALLS.items():
        with transaction.atomic():
            try:
                call(Dispute.objects.get(pk=dispute.pk), actor)
                done.add(name)
            except (DomainError, PermissionDenied):
                assert traces() == before, name
            transaction.set_rollback(True)
    return done


def shown(actor: Actor, dispute: Dispute) -> set[str]:
    fresh = Dispute.objects.select_related("order__buyer", "order__seller").get(pk=dispute.pk)
    return set(selectors.allowed_actions(actor, selectors.standing_for(fresh, actor)))


def people(order: Order) -> dict[str, Actor]:
    return {
        "nobody": Actor(),
        "stranger": acting(trader()),
        **{f"buyer's {role}": acting(order.buyer, role) for role in MemberRole.values},
        **{f"seller's {role}": acting(order.seller, role) for role in MemberRole.values},
        **{role: staff(role) for role in StaffRole.values},
        "job": Actor.system("test"),
    }


def check(dispute: Dispute) -> dict[str, set[str]]:
    found = {}
    for name, actor in people(dispute.order).items():
        done = accepted(actor, dispute)
        assert done == shown(actor, dispute), (dispute.state, name)
        found[name] = done
    return {name: actions for name, actions in found.items() if actions}


EXPECTED = {
    "answer_due": {"buyer's buyer": {"add", "withdraw"}, "seller's steward": {"answer"}},
    "mediation": {
        "buyer's buyer": {"add", "withdraw"},
        "seller's steward": {"add"},
        "operator_reviewer": {"take", "propose", "decide"},
    },
    "proposed": {
        "buyer's buyer": {"add", "withdraw"},
        "buyer's signatory": {"accept", "reject"},
        "seller's steward": {"add"},
        "seller's signatory": {"accept", "reject"},
        "operator_reviewer": {"take", "propose", "decide"},
    },
    "decided": {
        "buyer's buyer": {"appeal"},
        "buyer's signatory": {"accept"},
        "seller's steward": {"appeal"},
        "seller's signatory": {"accept"},
    },
    "appealed": {
        "buyer's buyer": {"add"},
        "seller's steward": {"add"},
        "operator_reviewer": {"take", "decide_appeal"},
    },
    "closed": {},
}


@pytest.mark.parametrize("stage", STAGES)
def test_each_role_is_shown_exactly_what_the_services_accept(stage):
    assert check(disputed(stage)) == EXPECTED[stage]


def test_the_same_when_the_seller_complains():
    assert check(disputed("answer_due", side="seller")) == {
        "buyer's buyer": {"answer"},
        "seller's steward": {"add", "withdraw"},
    }


@pytest.mark.parametrize("stage", ["proposed", "decided", "appealed"])
def test_the_same_while_a_supervisors_hold_lies_on_the_order(stage):
    dispute = disputed(stage)
    HoldFactory(order=dispute.order)

    found = check(dispute)

    assert not any("accept" in actions for actions in found.values())
    assert ("reject" in found["buyer's signatory"]) if stage == "proposed" else "buyer's signatory" not in found


@pytest.mark.parametrize("stage", ["awaiting_acceptance", "completed", "delivering"])
def test_who_may_open_a_dispute_is_who_the_service_lets(stage):
    order = funded(**{stage: True})
    for name, actor in people(order).items():
        for reason in ("content_differs", "use_outside_purpose"):
            with transaction.atomic():
                try:
                    services.open_dispute(order_id=order.pk, reason_code=reason, text=WORDS, actor=actor)
                    is_done = True
                except (DomainError, PermissionDenied):
                    is_done = False
                transaction.set_rollback(True)
            if is_done:
                break
        assert selectors.can_open(actor, order, last=None, is_frozen=False) is is_done, (stage, name)
        assert is_done is (stage != "delivering" and name in ("buyer's buyer", "seller's steward"))


def test_every_state_has_its_rows_and_closed_is_the_only_end():
    assert DISPUTE_FLOW.states == set(DisputeState.values)
    assert [state for state in DisputeState.values if DISPUTE_FLOW.is_final(state)] == ["closed"]
