"""The reviewer's side of a case: take, return, verify, reject; nobody decides on their own file (R10, R40)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.access.services import require
from accounts.organisations.identity import refuse_taken
from accounts.verification.evaluation import evaluate_case
from accounts.verification.models import VerificationCase
from accounts.verification.policies import is_involved
from accounts.verification.services.moves import (
    forget_identity,
    lock_case,
    move,
    move_participant,
    require_reason,
    same_version,
    tell,
    tell_owners,
)
from accounts.verification.states import CASE_FLOW
from exchange.codes.services import due_day
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, IllegalMove
from exchange.rules.engine import Verdict
from exchange.rules.selectors import parameters
from exchange.transparency.services import record


@dataclass(frozen=True)
class Reason:
    """Why a case is returned or refused: a code of the list, words, and the fields meant."""

    code: str
    text: str
    fields: tuple[str, ...] = ()


@transaction.atomic
def take_case(*, case_id: int, version: int, actor: Actor) -> VerificationCase:
    """A reviewer holds the case from now on."""
    case = _case_of_reviewer(case_id, version, "take", actor)
    move(case, "take", actor=actor, holder=actor.user)
    tell_owners("case.taken", case.organisation, case.get_absolute_url(), number=case.number, due=case.due_on)
    return case


@transaction.atomic
def reassign_case(*, case_id: int, version: int, reviewer_id: int, actor: Actor) -> VerificationCase:
    """Another reviewer holds the case, for instance because of a conflict of interest (R40)."""
    case = lock_case(case_id)
    require(actor, "accounts.review_case")
    _refuse_undecidable(case, "verify")
    same_version(case, version)
    appointment = StaffAppointment.objects.filter(
        user_id=reviewer_id, role=StaffRole.REVIEWER, ended_at__isnull=True
    ).select_related("user")
    found = appointment.first()
    if found is None or is_involved(found.user, case):
        words = _("Choose a reviewer who has no part in this file.")
        raise DomainError(words, code="reviewer_is_author", fields={"reviewer": words})
    case.holder = found.user
    case.version += 1
    case.save(update_fields=["holder", "version"])
    record("case.reassign", subject=case, actor=actor, data={"holder": f"user:{found.user_id}"})
    tell("case.assigned", case.organisation, [found.user], number=case.number, due=case.due_on)
    return case


@transaction.atomic
def return_case(
    *, case_id: int, version: int, reason_code: str, text: str, actor: Actor, fields: Iterable[str] = ()
) -> VerificationCase:
    """The applicant is asked to complete the file: what, why, and where."""
    case = _case_of_reviewer(case_id, version, "return", actor)
    require_reason("return", reason_code, text)
    _move_with(
        case,
        "return",
        Reason(reason_code, text.strip(), tuple(fields)),
        actor,
        due_on=due_day(today(), parameters(today()).get("returned_lapse_days")),
        reminders_sent=0,
    )
    told = {"number": case.number, "due": case.due_on, "text": case.reason_text}
    tell_owners("case.returned", case.organisation, case.get_absolute_url(), **told)
    return case


@transaction.atomic
def reject_case(
    *, case_id: int, version: int, reason_code: str, text: str, actor: Actor, fields: Iterable[str] = ()
) -> VerificationCase:
    """The case ends with a reasoned refusal; a new one may be opened."""
    case = _case_of_reviewer(case_id, version, "reject", actor)
    require_reason("reject", reason_code, text)
    reason = Reason(reason_code, text.strip(), tuple(fields))
    _move_with(case, "reject", reason, actor, decided_by=actor.user, decided_at=now(), due_on=None)
    told = {"number": case.number, "text": case.reason_text}
    tell_owners("case.rejected", case.organisation, case.get_absolute_url(), **told)
    return case


@transaction.atomic
def verify_case(
    *, case_id: int, version: int, actor: Actor, cleared: Iterable[str] = (), text: str = ""
) -> VerificationCase:
    """The participant is verified until a day; every HOLD is cleared by name and with a reason."""
    case = _case_of_reviewer(case_id, version, "verify", actor)
    _refuse_open_findings(case, set(cleared), text, actor)
    months = parameters(today()).get("participant_validity_months")
    until = add_months(today(), months)
    move(
        case,
        "verify",
        actor=actor,
        decided_by=actor.user,
        decided_at=now(),
        due_on=None,
        valid_until=until,
        reason_code="",
        reason_text=text.strip(),
        reason_fields=sorted(set(cleared)),
    )
    _apply_proposal(case)
    move_participant(
        case.organisation, "verify", actor=actor, verified_at=now(), verified_until=until, expiry_warnings=0
    )
    tell_owners("case.verified", case.organisation, case.organisation.get_absolute_url(), number=case.number, due=until)
    return case


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def _case_of_reviewer(case_id: int, version: int, action: str, actor: Actor) -> VerificationCase:
    """The locked case, if this reviewer may take this step on it now."""
    case = lock_case(case_id)
    require(actor, "accounts.review_case")
    _refuse_undecidable(case, action)
    same_version(case, version)
    if actor.user is not None and is_involved(actor.user, case):
        raise DomainError(
            _("You have a part in this file, so somebody else decides it. Hand it to another reviewer."),
            code="reviewer_is_author",
        )
    return case


def _refuse_undecidable(case: VerificationCase, action: str) -> None:
    if not CASE_FLOW.allows(case.state, action):
        raise IllegalMove()


def _move_with(case: VerificationCase, action: str, reason: Reason, actor: Actor, **changes: object) -> None:
    move(
        case,
        action,
        actor=actor,
        reason_code=reason.code,
        reason_text=reason.text,
        reason_fields=list(reason.fields),
        **changes,
    )


def _refuse_open_findings(case: VerificationCase, cleared: set[str], text: str, actor: Actor) -> None:
    """No verification over a BLOCK; a HOLD only with its name ticked and the reason written."""
    findings = evaluate_case(case, actor=actor).findings
    if any(finding["verdict"] == Verdict.BLOCK for finding in findings):
        raise DomainError(
            _("A condition is not met. Return the file and say what is missing; it cannot be verified now."),
            code="blocked",
        )
    held = {finding["rule"] for finding in findings if finding["verdict"] == Verdict.HOLD}
    if held - cleared:
        words = _("Tick each point that is held, after you have looked into it.")
        raise DomainError(words, code="hold_not_cleared", fields={"cleared": words})
    if held and not text.strip():
        words = _("Write why the held points may pass.")
        raise DomainError(words, code="reason_missing", fields={"text": words})


def _apply_proposal(case: VerificationCase) -> None:
    """Key details a verified participant asked to change become its details with the decision."""
    if not case.proposal:
        return
    for field, value in case.proposal.items():
        setattr(case.organisation, field, value)
    refuse_taken(case.proposal, but=case.organisation)
    case.organisation.save(update_fields=[*case.proposal, *forget_identity(case.organisation, case.proposal)])
