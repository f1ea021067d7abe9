"""The rule engine: facts and dated parameters in, one finding a rule out. No database, no clock."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exchange.rules.findings import Finding, Message, Term, Verdict, plain, source

__all__ = [
    "Facts",
    "Finding",
    "Outcome",
    "Parameters",
    "Rule",
    "Term",
    "Verdict",
    "block",
    "by_weight",
    "due",
    "evaluate",
    "hold",
    "switched",
    "warn",
    "worst",
]
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Parameters:
    """Values of the rule parameters on one day; remembers which were asked for."""

    day: dt.date
    values: Mapping[str, Any]
    rows: Mapping[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set, compare=False, repr=False)

    def get(self, name: str) -> Any:
        """The value in force; a parameter without value is an error of the set-up, not of the person."""
        if name not in self.values:
            raise LookupError(f"The rule parameter {name} has no value on {self.day:%Y-%m-%d}.")
        self.asked.add(name)
        return self.values[name]

    def snapshot(self) -> dict[str, Any]:
        """The values that were asked for, with the numbers of their rows, for the record."""
        return {name: {"value": self.values[name], "row": self.rows.get(name)} for name in sorted(self.asked)}


@dataclass(frozen=True)
class Outcome:
    """What a check found wrong: verdict, message, its parameters, fields that mend it, further detail."""

    verdict: Verdict
    message: Message
    params: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


def _outcome(verdict: Verdict) -> Callable[..., Outcome]:
    def make(
        message: Message, *, fields: Iterable[str] = (), detail: Mapping[str, Any] | None = None, **params: Any
    ) -> Outcome:
        return Outcome(verdict, message, params, tuple(fields), detail or {})

    return make


block, hold, due, warn = (_outcome(v) for v in (Verdict.BLOCK, Verdict.HOLD, Verdict.DUE, Verdict.WARN))
POLICIES = {"block": block, "hold": hold, "warn": warn}


def switched(parameters: Parameters, name: str) -> Callable[..., Outcome]:
    """The outcome a dated switch of the rule book asks for: block, hold or warn."""
    return POLICIES[parameters.get(name)]


@dataclass(frozen=True)
class Rule:
    """A rule of the law: its number, what it makes sure of, where it is checked, and the check.

    `title` is the sentence of a rule that holds ("The data is machine-readable."). `check` gives None when it holds.
    """

    id: str
    title: Message
    stages: tuple[str, ...]
    check: Callable[[Facts, Parameters], Outcome | None]
    article: str
    fields: tuple[str, ...] = ()


def _answer(rule: Rule, facts: Facts, parameters: Parameters) -> Finding:
    outcome = rule.check(facts, parameters)
    if outcome is None:
        return Finding(rule.id, Verdict.PASS, source(rule.title), rule.article, rule.fields)
    return Finding(
        rule=rule.id,
        verdict=outcome.verdict,
        text=source(outcome.message),
        article=rule.article,
        fields=outcome.fields or rule.fields,
        params=plain(outcome.params),
        detail=plain(outcome.detail),
    )


def evaluate(rules: Iterable[Rule], facts: Facts, parameters: Parameters, *, stage: str = "") -> list[Finding]:
    """Exactly one finding for each rule (of a stage, when one is named), in the order of the rules."""
    return [_answer(rule, facts, parameters) for rule in rules if not stage or stage in rule.stages]


def worst(findings: Iterable[Finding]) -> Verdict:
    """The gravest verdict; PASS when there is none."""
    return max((finding.verdict for finding in findings), key=lambda verdict: verdict.weight, default=Verdict.PASS)


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with the gravest first; equals keep their order."""
    return sorted(findings, key=lambda finding: -finding.verdict.weight)
