"""The judgement of a case: the same conditions for the applicant before sending and for the reviewer after."""

from collections.abc import Iterable

from accounts.access.actor import Actor
from accounts.verification.facts import case_facts
from accounts.verification.models import VerificationCase
from accounts.verification.rules import RULESET, STAGE, rules_for
from exchange.common.clock import today
from exchange.rules.engine import Finding, Verdict, evaluate, worst
from exchange.rules.models import Evaluation
from exchange.rules.selectors import latest_evaluation, parameters
from exchange.rules.services import store_evaluation


def judge(case: VerificationCase) -> list[Finding]:
    """What the conditions say now; nothing is stored."""
    facts, values = case_facts(case), parameters(today())
    return evaluate(rules_for(facts, values), facts, values)


def evaluate_case(case: VerificationCase, *, actor: Actor) -> Evaluation:
    """The same, stored for good with facts and parameters."""
    facts, values = case_facts(case), parameters(today())
    findings = evaluate(rules_for(facts, values), facts, values)
    return store_evaluation(
        subject=case,
        stage=STAGE,
        ruleset=RULESET,
        facts=facts,
        parameters=values,
        findings=findings,
        actor_label=actor.label,
    )


def is_ready(findings: Iterable[Finding]) -> bool:
    """Whether nothing bars the file from being sent or verified."""
    return worst(findings) != Verdict.BLOCK


def findings_of(case: VerificationCase) -> list[Finding]:
    """What both sides read: while the applicant works the present answer, afterwards the stored one."""
    stored = None if case.is_with_applicant else latest_evaluation(case, STAGE)
    return [Finding.from_dict(row) for row in stored.findings] if stored else judge(case)
