"""The applicant's side of a case: open, papers, send; and what the clock does to a returned case."""

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from accounts.organisations.models import Organisation, ParticipantState
from accounts.verification import papers
from accounts.verification.evaluation import evaluate_case
from accounts.verification.models import Evidence, VerificationCase
from accounts.verification.services.moves import lock_case, move, same_version, tell_owners
from accounts.verification.states import CaseState
from exchange.codes.services import due_day
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.ids import case_number, next_serial
from exchange.rules.engine import Verdict
from exchange.rules.selectors import parameters
from exchange.transparency.services import record

MOST_PAPERS = 20


@transaction.atomic
def open_case(*, organisation_id: int, actor: Actor) -> VerificationCase:
    """The participant's open case: the one there is, or a new draft."""
    organisation = Organisation.objects.locked().get(pk=organisation_id)
    require(actor, "accounts.submit_case", organisation=organisation)
    return open_case_of(organisation, actor)


def open_case_of(organisation: Organisation, actor: Actor) -> VerificationCase:
    """The same for a participant whose row is locked already."""
    found = VerificationCase.objects.open().filter(organisation=organisation).first()
    if found:
        return found
    _refuse_unfit(organisation)
    case = VerificationCase.objects.create(
        number=case_number(today().year, next_serial("case")), organisation=organisation, opened_by=actor.user
    )
    _take_over_papers(case)
    data = {"to": case.state, "number": case.number}
    record("case.open", subject=case, actor=actor, data=data, rows=case.evidence.all())
    return case


@transaction.atomic
def add_evidence(*, case_id: int, kind: str, upload: UploadedFile, actor: Actor) -> Evidence:
    """A paper joins the case; its content is kept as it came."""
    case = _case_of_applicant(case_id, actor)
    papers.check_kind(kind, case.organisation)
    same = case.evidence.kept().filter(kind=kind, file__sha256=papers.sha256_of(upload)).first()
    if same:
        return same
    _refuse_too_many(case)
    stored = papers.keep(upload)
    paper = Evidence.objects.create(case=case, kind=kind, file=stored, added_by=actor.user)
    _touch(case)
    data = {"kind": kind, "sha256": stored.sha256, "size": stored.size}
    record("case.add_paper", subject=case, actor=actor, data=data, rows=[paper])
    return paper


@transaction.atomic
def remove_evidence(*, evidence_id: int, actor: Actor) -> Evidence:
    """A paper no longer counts; the record that it was there stays."""
    case_id = Evidence.objects.values_list("case_id", flat=True).get(pk=evidence_id)
    case = _case_of_applicant(case_id, actor)
    paper = Evidence.objects.select_related("file").get(pk=evidence_id)
    if paper.removed_at:
        return paper
    paper.removed_at = now()
    paper.save(update_fields=["removed_at"])
    _touch(case)
    data = {"kind": paper.kind, "sha256": paper.file.sha256}
    record("case.remove_paper", subject=case, actor=actor, data=data, rows=[paper])
    return paper


@transaction.atomic
def submit_case(*, case_id: int, version: int, actor: Actor) -> VerificationCase:
    """The case goes to the reviewers, or back to the one who returned it; nothing goes with an open BLOCK."""
    case = lock_case(case_id)
    require(actor, "accounts.submit_case", organisation=case.organisation)
    _refuse_unfit(case.organisation)
    action = "resubmit" if case.state == CaseState.RETURNED else "submit"
    _refuse_repeated(case)
    same_version(case, version)
    evaluation = evaluate_case(case, actor=actor)
    blocked = [finding for finding in evaluation.findings if finding["verdict"] == Verdict.BLOCK]
    if blocked:
        raise DomainError(
            _("Something is still missing. Complete the points marked below, then send again."), code="not_ready"
        )
    days = parameters(today()).get("participant_review_days")
    move(
        case,
        action,
        actor=actor,
        submitted_by=actor.user,
        submitted_at=now(),
        due_on=due_day(today(), days),
        snapshot=evaluation.facts,
        reason_code="",
        reason_text="",
        reason_fields=[],
    )
    tell_owners("case.submitted", case.organisation, case.get_absolute_url(), number=case.number, due=case.due_on)
    return case


@transaction.atomic
def remind_applicant(*, case_id: int, reminder: int, actor: Actor) -> VerificationCase:
    """One of the two reminders of a returned case; each goes out once."""
    case = lock_case(case_id)
    require(actor, "accounts.lapse_case")
    if case.state == CaseState.RETURNED and case.reminders_sent < reminder:
        case.reminders_sent = reminder
        case.save(update_fields=["reminders_sent"])
        tell_owners("case.reminder", case.organisation, case.get_absolute_url(), number=case.number, due=case.due_on)
    return case


@transaction.atomic
def lapse_case(*, case_id: int, on: dt.date, actor: Actor) -> VerificationCase:
    """A returned case nobody completed in time ends; a new one may be opened."""
    case = lock_case(case_id)
    require(actor, "accounts.lapse_case")
    if case.due_on is None or on <= case.due_on:
        raise IllegalMove(_("The time to complete this case has not run out."))
    move(case, "lapse", actor=actor)
    tell_owners("case.lapsed", case.organisation, case.get_absolute_url(), number=case.number)
    return case


def _case_of_applicant(case_id: int, actor: Actor) -> VerificationCase:
    """The locked case, if the applicant may work on it now."""
    case = lock_case(case_id)
    require(actor, "accounts.submit_case", organisation=case.organisation)
    if not case.is_with_applicant:
        raise IllegalMove(
            _("The file is with the exchange and cannot be changed now. You will be told when it is decided.")
        )
    return case


def _take_over_papers(case: VerificationCase) -> None:
    """Nobody uploads the same papers again after a refusal or a lapse."""
    earlier = VerificationCase.objects.filter(organisation=case.organisation).exclude(pk=case.pk)
    last = earlier.order_by("-pk").first()
    if last is None or last.state not in (CaseState.REJECTED, CaseState.LAPSED):
        return
    papers_of_last = last.evidence.kept()
    Evidence.objects.bulk_create(
        Evidence(case=case, kind=paper.kind, file_id=paper.file_id, added_by_id=paper.added_by_id)
        for paper in papers_of_last
    )


def _refuse_too_many(case: VerificationCase) -> None:
    if case.evidence.kept().count() >= MOST_PAPERS:
        words = _("A case holds at most %(count)s papers. Remove one, or join several into one PDF.")
        raise DomainError(words % {"count": MOST_PAPERS}, code="too_many_papers")


def _touch(case: VerificationCase) -> None:
    case.version += 1
    case.save(update_fields=["version"])


def _refuse_unfit(organisation: Organisation) -> None:
    """Suspended and closed participants do not file: the suspension comes first, a closed account is final."""
    if organisation.state == ParticipantState.SUSPENDED:
        raise DomainError(
            _("The trading account is suspended. Write to the exchange; a new file is possible once it is restored."),
            code="participant_suspended",
        )
    if organisation.state == ParticipantState.CLOSED:
        raise DomainError(_("This trading account is closed for good."), code="participant_closed")


def _refuse_repeated(case: VerificationCase) -> None:
    """A second press of "send" is told what the first one did."""
    if case.state in (CaseState.SUBMITTED, CaseState.IN_REVIEW):
        raise IllegalMove(
            _("This file has been sent already. This page shows who holds it and until when."), code="already_sent"
        )
