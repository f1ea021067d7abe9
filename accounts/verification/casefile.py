"""The file of a participant as its reviewer reads it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.access.policies import may
from accounts.access.selectors import staff_holding
from accounts.organisations.models import Membership
from accounts.verification.models import VerificationCase
from accounts.verification.policies import is_involved, reviewer_actions
from accounts.verification.progress import STAGES
from accounts.verification.rules import STAGE
from accounts.verification.selectors import cases_of, papers_of
from accounts.verification.states import CaseState
from accounts.verification.summary import field_choices, proposed_rows, sections_of
from exchange.codes.selectors import choices, label
from exchange.codes.services import days_left
from exchange.common.casefile import Case, Decision, Earlier, Fact, Option, Paper, Party, Step
from exchange.common.clock import today
from exchange.rules.findings import Verdict
from exchange.rules.models import Evaluation
from exchange.rules.selectors import latest_evaluation
from exchange.transparency import kinds
from exchange.transparency.selectors import entries_of


def casefile(case: VerificationCase, actor: Actor) -> Case:
    """Everything the reviewer of a file reads, and the decisions open to this person."""
    title, _sentence, tone, _icon, _holder = STAGES[case.state]
    evaluation = latest_evaluation(case, STAGE)
    return Case(
        kind=_("Verification of a participant"),
        title=case.organisation.name,
        number=case.number,
        lead=_("%(kind)s, file sent for verification.") % {"kind": case.organisation.get_kind_display()},
        tone=tone,
        state=case.get_state_display(),
        stage=title,
        holder=str(case.holder) if case.holder else "",
        due=case.due_on if case.is_open else None,
        days=days_left(today(), case.due_on) if case.is_open and case.due_on else None,
        facts=_facts(case),
        evaluation=evaluation,
        papers=[_paper(paper) for paper in papers_of(case)],
        parties=_parties(case),
        course=_course(case),
        earlier=_earlier(case),
        decisions=[_decision(case, evaluation, actor)],
    )


def _facts(case: VerificationCase) -> list[Fact]:
    proposed = {row["label"]: row["proposed"] for row in proposed_rows(case)}
    rows = [row for section in sections_of(case.organisation, editable=False) for row in section["rows"]]
    return [Fact(row["label"], row["value"], _note(proposed.get(row["label"]))) for row in rows]


def _note(proposed: str | None) -> str:
    return _("Becomes: %(value)s") % {"value": proposed} if proposed else ""


def _paper(paper) -> Paper:
    stored = paper.file
    what = label("evidence_kind", paper.kind)
    return Paper(str(stored.pk), stored.name, what, stored.size, stored.sha256, stored.media_type)


def _parties(case: VerificationCase) -> list[Party]:
    """Owners and signatories of the applicant, by name and role: the reviewer must be none of them (R40)."""
    members = Membership.objects.current().filter(organisation=case.organisation).select_related("user").order_by("pk")
    roles = dict(Membership._meta.get_field("roles").base_field.choices)
    return [
        Party(
            str(member.user),
            ", ".join(str(roles.get(role, role)) for role in member.roles),
            _("Members of the participant"),
        )
        for member in members
    ]


def _course(case: VerificationCase) -> list[Step]:
    steps = [Step("done", kinds.label(entry.kind), entry.made_at) for entry in entries_of(case)]
    if case.is_open:
        steps.append(Step("now", case.get_state_display()))
        steps.append(Step("wait", _("Decision")))
    return steps


def _earlier(case: VerificationCase) -> list[Earlier]:
    """Decisions on earlier files of the same participant."""
    decided = cases_of(case.organisation).filter(decided_at__isnull=False).exclude(pk=case.pk)
    return [
        Earlier(
            number=one.number,
            when=one.decided_at,
            what=one.organisation.name,
            tone="ok" if one.state == CaseState.VERIFIED else "err",
            result=one.get_state_display(),
            ground=label("reason_participant", one.reason_code) if one.reason_code else one.reason_text,
            url=reverse("admin:accounts_verificationcase_change", args=[one.pk]),
        )
        for one in decided.select_related("organisation")
    ]


def _decision(case: VerificationCase, evaluation: Evaluation | None, actor: Actor) -> Decision:
    actions = reviewer_actions(actor, case)
    findings = evaluation.results if evaluation else []
    holds = [(row.rule, row.message) for row in findings if row.verdict == Verdict.HOLD]
    is_barred = any(row.verdict == Verdict.BLOCK for row in findings)
    options = {
        "verify": _approve(holds) if not is_barred else None,
        "return": _return(case),
        "reject": _reject(),
    }
    found = [option for action, option in options.items() if option and action in actions]
    conflict = _conflict(case, actor)
    if case.state == CaseState.IN_REVIEW and may(actor, "accounts.review_case"):
        found.append(_reassign(case))
    return Decision(
        key="case",
        title=_("Decision"),
        version=case.version,
        options=found,
        can_take="take" in actions,
        conflict=conflict,
        clear="" if conflict or not actions else _("You have no part in this file (R40)."),
        closed=_closed(case, actor),
    )


def _approve(holds: list[tuple[str, str]]) -> Option:
    return Option(
        "approve", _("Verify the participant"), _("It may sell and buy from now on, until the day shown."), holds=holds
    )


def _return(case: VerificationCase) -> Option:
    return Option(
        "return",
        _("Return for a supplement"),
        _("The clock stops; the applicant has the time of a returned file."),
        reasons=choices("reason_participant", action="return"),
        fields=field_choices(case.organisation.kind),
    )


def _reject() -> Option:
    return Option(
        "reject",
        _("Reject the file"),
        _("Final for this file; the applicant may open a new one."),
        reasons=choices("reason_participant", action="reject"),
    )


def _reassign(case: VerificationCase) -> Option:
    others = [person for person in staff_holding(StaffRole.REVIEWER) if not is_involved(person, case)]
    people = [(str(person.pk), str(person)) for person in others if person.pk != case.holder_id]
    return Option("reassign", _("Hand over to another reviewer"), "", people=people)


def _conflict(case: VerificationCase, actor: Actor) -> str:
    if actor.user is None or not may(actor, "accounts.review_case") or not is_involved(actor.user, case):
        return ""
    return _("You had a part in this file or in this participant, so somebody else decides (R40).")


def _closed(case: VerificationCase, actor: Actor) -> str:
    if not may(actor, "accounts.review_case"):
        return _("Your role reads this file; a reviewer decides it.")
    if case.state == CaseState.RETURNED:
        return _("The file is with the applicant.")
    return "" if case.is_open else _("This file is decided.")
