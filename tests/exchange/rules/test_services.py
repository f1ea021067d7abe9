"""Stored evaluations cannot be changed; parameters change with four eyes (R85)."""

import datetime as dt
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, ProgrammingError, transaction

from exchange.common.canonical import digest_of
from exchange.common.clock import today
from exchange.common.errors import DomainError
from exchange.rules import reference, selectors, services
from exchange.rules.engine import Rule, block, evaluate
from exchange.rules.findings import Verdict
from exchange.rules.models import Evaluation, RuleParameter
from exchange.transparency.models import Entry
from tests.factories.transactions import acting, reviewer, trader

pytestmark = pytest.mark.django_db
TOMORROW = today() + dt.timedelta(days=1)
RULES = [
    Rule("R900", "Paid.", (), lambda f, p: None if f["days"] <= p.get("payment_days") else block("Late."), "Art. 1"),
    Rule("R901", "Fine.", (), lambda f, p: None, "Art. 2"),
]


@pytest.fixture
def proposer():
    return reviewer()


@pytest.fixture
def approver():
    return reviewer()


def logged() -> list[tuple[str, str, str]]:
    """Event, who and the parameter of every logged change."""
    rows = Entry.objects.filter(kind__startswith="parameter.").values_list("kind", "actor", "record")
    return [(kind, actor, json.loads(bytes(record))["data"]["parameter"]) for kind, actor, record in rows]


def stored(subject="catalog.revision:1", days=11) -> Evaluation:
    parameters = selectors.parameters(today())
    facts = {"days": days}
    return services.store_evaluation(
        subject=subject,
        stage="order",
        ruleset="2026-11",
        facts=facts,
        parameters=parameters,
        findings=evaluate(RULES, facts, parameters),
        actor_label="user:1",
    )


def propose(proposer, **changes) -> RuleParameter:
    values = {
        "name": "payment_days",
        "value": 12,
        "valid_from": TOMORROW,
        "citation": "Quyết định 1",
        "confidence": "A",
    }
    return services.propose_parameter(**(values | changes), actor=proposer)


def test_only_reviewers_change_what_rules_say(proposer, approver):
    stranger = acting(trader(), "owner")
    with pytest.raises(PermissionDenied):
        propose(stranger)
    row = propose(proposer)
    for change in (services.approve_parameter, services.withdraw_parameter):
        with pytest.raises(PermissionDenied):
            change(parameter_id=row.pk, actor=stranger)
    row.refresh_from_db()
    assert row.approved_by is None


def test_evaluation_keeps_facts_used_parameters_and_a_hash_anybody_can_recompute():
    evaluation = stored()

    row = RuleParameter.objects.get(name="payment_days")
    assert evaluation.parameters == {
        "day": today().isoformat(),
        "values": {"payment_days": {"value": 10, "row": row.pk}},
    }
    assert evaluation.rules_with(Verdict.BLOCK) == ["R900"]
    assert evaluation.passed == 1
    assert [finding.message for finding in evaluation.results] == ["Late.", "Fine."]
    content = ("subject", "stage", "ruleset", "facts", "parameters", "findings")
    assert evaluation.digest == digest_of({name: getattr(evaluation, name) for name in content})


def test_latest_evaluation_of_a_subject_counts(proposer):
    person = proposer.user

    stored(subject=person, days=11)
    second = stored(subject=person, days=1)
    stored(subject="accounts.user:0")

    assert selectors.latest_evaluation(person, "order") == second
    assert selectors.latest_evaluation(f"accounts.user:{person.pk}", "order") == second
    assert selectors.latest_evaluation(person, "listing") is None


@pytest.mark.parametrize("change", [lambda e: Evaluation.objects.update(stage="x"), lambda e: e.delete()])
def test_evaluation_is_never_changed(change):
    evaluation = stored()

    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        change(evaluation)

    assert Evaluation.objects.get(pk=evaluation.pk).stage == "order"


def test_loading_again_changes_nothing_and_every_parameter_has_a_citation():
    before = list(RuleParameter.objects.order_by("pk").values_list())

    reference.load()

    assert list(RuleParameter.objects.order_by("pk").values_list()) == before
    assert len(before) > 50
    assert not RuleParameter.objects.filter(citation="").exists()
    assert not RuleParameter.objects.filter(note="").exists()


def test_proposed_value_counts_only_after_a_second_person_approved_it(proposer, approver):
    row = propose(proposer)
    assert selectors.parameters(TOMORROW).get("payment_days") == 10

    services.approve_parameter(parameter_id=row.pk, actor=approver)

    assert selectors.parameters(today()).get("payment_days") == 10
    assert selectors.parameters(TOMORROW).get("payment_days") == 12
    assert [r.value for r in selectors.history("payment_days")] == [12, 10]
    assert logged() == [
        ("parameter.propose", proposer.label, "payment_days"),
        ("parameter.approve", approver.label, "payment_days"),
    ]


def test_nobody_approves_their_own_proposal(proposer):
    row = propose(proposer)

    with pytest.raises(DomainError) as refusal:
        services.approve_parameter(parameter_id=row.pk, actor=proposer)

    assert refusal.value.code == "parameter_needs_second_person"
    assert RuleParameter.objects.get(pk=row.pk).approved_by is None
    assert [kind for kind, _who, _name in logged()] == ["parameter.propose"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"citation": " "}, "parameter_without_citation"),
        ({"valid_from": today() - dt.timedelta(days=1)}, "parameter_in_the_past"),
        ({"value": "12"}, "parameter_of_other_kind"),
        ({"value": True}, "parameter_of_other_kind"),
        ({"name": "no_such"}, "parameter_unknown"),
    ],
)
def test_incomplete_proposal_is_refused_and_leaves_nothing(proposer, changes, code):
    before = RuleParameter.objects.count()

    with pytest.raises(DomainError) as refusal:
        propose(proposer, **changes)

    assert refusal.value.code == code
    assert RuleParameter.objects.count() == before
    assert logged() == []


def test_two_values_cannot_begin_on_one_day(proposer):
    propose(proposer)

    with pytest.raises(DomainError) as refusal:
        propose(proposer, value=13)

    assert refusal.value.code == "parameter_day_taken"
    assert "valid_from" in refusal.value.fields


def test_withdrawn_proposal_is_gone_and_a_value_in_force_stays(proposer):
    row = propose(proposer)

    services.withdraw_parameter(parameter_id=row.pk, actor=proposer)

    assert not RuleParameter.objects.filter(pk=row.pk).exists()
    with pytest.raises(DomainError, match=r"in force|hiệu lực"):
        services.withdraw_parameter(parameter_id=RuleParameter.objects.get(name="payment_days").pk, actor=proposer)
    assert selectors.parameters(TOMORROW).get("payment_days") == 10
    assert [kind for kind, _who, _name in logged()] == ["parameter.propose", "parameter.withdraw"]


def test_value_that_ended_or_has_not_begun_does_not_count():
    RuleParameter.objects.create(
        name="switch", value=1, valid_from="2026-01-01", valid_to="2026-06-30", citation="x", confidence="C"
    )
    RuleParameter.objects.create(name="switch", value=2, valid_from="2026-09-01", citation="x", confidence="C")

    assert selectors.parameters(dt.date(2026, 6, 30)).get("switch") == 1
    assert selectors.parameters(dt.date(2026, 9, 1)).get("switch") == 2
    with pytest.raises(LookupError):
        selectors.parameters(dt.date(2026, 7, 1)).get("switch")


def test_parameters_are_read_with_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        parameters = selectors.parameters(today())
        parameters.get("payment_days")
        parameters.get("acceptance_days")
