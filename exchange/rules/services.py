"""Storing evaluations, and changing parameters with four eyes (R85)."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.common.canonical import digest_of
from exchange.common.clock import today
from exchange.common.errors import DomainError
from exchange.common.gate import require
from exchange.rules.engine import Finding, Parameters
from exchange.rules.findings import plain
from exchange.rules.models import Evaluation, RuleParameter
from exchange.rules.selectors import subject_of
from exchange.transparency.services import Acting, record_system

RIGHT = "exchange.change_parameter"


class Person(Acting, Protocol):
    """Somebody who acts in person."""

    @property
    def user(self) -> Any: ...


def store_evaluation(
    *,
    subject: Model | str,
    stage: str,
    ruleset: str,
    facts: Mapping[str, Any],
    parameters: Parameters,
    findings: Iterable[Finding],
    actor_label: str,
) -> Evaluation:
    """Keep an evaluation for good: facts, the parameters that were asked for, findings, and their common hash."""
    content = {
        "subject": subject_of(subject),
        "stage": stage,
        "ruleset": ruleset,
        "facts": plain(facts),
        "parameters": {"day": parameters.day.isoformat(), "values": parameters.snapshot()},
        "findings": [finding.as_dict() for finding in findings],
    }
    return Evaluation.objects.create(**content, digest=digest_of(content), made_by=actor_label)


@transaction.atomic
def propose_parameter(
    *,
    name: str,
    value: Any,
    valid_from: dt.date,
    citation: str,
    confidence: str,
    actor: Person,
    note: str = "",
) -> RuleParameter:
    """A new value waits for a second person; it needs a citation and a day that has not passed (R85)."""
    require(actor, RIGHT)
    last = RuleParameter.objects.filter(name=name).order_by("-valid_from").first()
    if last is None:
        raise DomainError(_("There is no rule parameter of this name."), code="parameter_unknown")
    _check_proposal(last.value, value, valid_from, citation)
    try:
        with transaction.atomic():
            row = RuleParameter.objects.create(
                name=name,
                value=value,
                valid_from=valid_from,
                citation=citation.strip(),
                confidence=confidence,
                note=note,
                proposed_by=actor.user,
            )
    except IntegrityError as error:
        raise DomainError(
            _("A value of this parameter already begins on that day. Choose another day."),
            code="parameter_day_taken",
            fields={"valid_from": _("Choose a day on which no other value begins.")},
        ) from error
    _note("parameter.propose", row, actor)
    return row


def _note(kind: str, row: RuleParameter, actor: Person, *, is_gone: bool = False) -> None:
    data = {"parameter": row.name, "value": json.dumps(row.value), "from": row.valid_from, "confidence": row.confidence}
    bound = {"gone": [row]} if is_gone else {"rows": [row]}
    record_system(kind, about="parameters", actor=actor, data=data, **bound)


def _check_proposal(old: Any, new: Any, valid_from: dt.date, citation: str) -> None:
    if not citation.strip():
        raise DomainError(
            _("A change of a rule parameter needs a citation, a day on which it takes effect and a second approver."),
            code="parameter_without_citation",
            fields={"citation": _("Name the instrument and article the new value rests on.")},
        )
    if valid_from < today():
        raise DomainError(
            _("A new value cannot take effect in the past: what was decided stays decided."),
            code="parameter_in_the_past",
            fields={"valid_from": _("Enter today or a later day.")},
        )
    if _kind(new) != _kind(old):
        raise DomainError(
            _("The new value must be of the same kind as the present one."),
            code="parameter_of_other_kind",
            fields={"value": _("Enter a value like the present one: a number stays a number, a list stays a list.")},
        )


def _kind(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return type(value).__name__


@transaction.atomic
def approve_parameter(*, parameter_id: int, actor: Person) -> RuleParameter:
    """A second person puts a proposed value into force (R85)."""
    row = RuleParameter.objects.select_for_update(of=("self",)).get(pk=parameter_id)
    require(actor, RIGHT)
    if row.proposed_by_id is None or row.approved_by_id is not None:
        raise DomainError(_("This value is in force already."), code="parameter_in_force")
    code, words = obstacle(row, actor)
    if code:
        raise DomainError(words, code=code)
    row.approved_by = actor.user
    row.save(update_fields=["approved_by"])
    _note("parameter.approve", row, actor)
    return row


def obstacle(row: RuleParameter, actor: Person) -> tuple[str, str | Promise]:
    """Why this person cannot approve a proposed value now, as code and sentence; both empty when nothing does."""
    if row.proposed_by_id == actor.user.pk:
        return "parameter_needs_second_person", _("You proposed this value. Somebody else has to approve it.")
    if row.valid_from < today():
        words = _("The day on which this value was to take effect has passed. Propose it again with a new day.")
        return "parameter_in_the_past", words
    return "", ""


@transaction.atomic
def withdraw_parameter(*, parameter_id: int, actor: Person) -> None:
    """A proposed value that nobody approved is taken back."""
    row = RuleParameter.objects.select_for_update(of=("self",)).get(pk=parameter_id)
    require(actor, RIGHT)
    if row.proposed_by_id is None or row.approved_by_id is not None:
        raise DomainError(_("This value is in force already."), code="parameter_in_force")
    _note("parameter.withdraw", row, actor, is_gone=True)
    row.delete()
