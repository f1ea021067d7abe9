"""The applicant's side of a case: open, papers, send, and the clock of a returned case."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access.actor import Actor
from accounts.organisations.models import MemberRole, Membership, Organisation, ParticipantState
from accounts.verification import jobs, services
from accounts.verification.evaluation import findings_of
from accounts.verification.models import Evidence, VerificationCase
from accounts.verification.states import CASE_FLOW, CaseState
from exchange.codes.services import due_day
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.files.models import StoredFile
from exchange.rules.models import Evaluation
from exchange.transparency.models import Entry
from tests.factories.accounts import (
    EvidenceFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffAppointmentFactory,
    UserFactory,
    VerificationCaseFactory,
    actor_of,
)
from tests.factories.exchange import PDF, PNG, Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory(organisation=OrganisationFactory(with_bank=True))


def case_of(owner, **traits) -> VerificationCase:
    return VerificationCaseFactory(organisation=owner.organisation, opened_by=owner.user, **traits)


def others(owner) -> list[Actor]:
    """Nobody, a stranger, a member without the role, an owner elsewhere, a reviewer."""
    return [
        Actor(),
        actor_of(UserFactory()),
        actor_of(MembershipFactory(organisation=owner.organisation, roles=[MemberRole.STEWARD])),
        actor_of(MembershipFactory()),
        actor_of(StaffAppointmentFactory()),
    ]


def test_owner_opens_one_draft_however_often(owner):
    first = services.open_case(organisation_id=owner.organisation_id, actor=actor_of(owner))
    second = services.open_case(organisation_id=owner.organisation_id, actor=actor_of(owner))

    assert first == second
    assert (first.state, first.opened_by) == (CaseState.DRAFT, owner.user)
    assert first.number.startswith(f"HS-{today().year}-")
    assert [entry.kind for entry in Entry.objects.all()] == ["case.open"]


@pytest.mark.parametrize(
    ("state", "code"),
    [(ParticipantState.SUSPENDED, "participant_suspended"), (ParticipantState.CLOSED, "participant_closed")],
)
def test_suspended_and_closed_participants_open_nothing(owner, state, code):
    Organisation.objects.update(state=state, verified_at=now())

    with pytest.raises(DomainError) as refused:
        services.open_case(organisation_id=owner.organisation_id, actor=actor_of(owner))

    assert refused.value.code == code
    assert not VerificationCase.objects.exists()


@pytest.mark.parametrize("ended", ["rejected", "lapsed"])
def test_papers_of_a_refused_or_lapsed_file_are_taken_over(owner, ended):
    before = case_of(owner, **{ended: True})
    kept = EvidenceFactory(case=before, kind="establishment")
    EvidenceFactory(case=before, removed_at=now())

    case = services.open_case(organisation_id=owner.organisation_id, actor=actor_of(owner))

    assert [(paper.kind, paper.file) for paper in case.evidence.all()] == [("establishment", kept.file)]


def test_papers_of_somebody_elses_refused_file_are_not_taken_over(owner):
    EvidenceFactory(case=VerificationCaseFactory(rejected=True), kind="establishment")

    case = services.open_case(organisation_id=owner.organisation_id, actor=actor_of(owner))

    assert not case.evidence.exists()


def test_paper_is_kept_with_its_hash_and_the_version_grows(owner):
    case = case_of(owner)

    paper = services.add_evidence(case_id=case.pk, kind="other", upload=Upload(PDF), actor=actor_of(owner))

    case.refresh_from_db()
    assert (paper.file.media_type, paper.file.size, paper.added_by) == ("application/pdf", len(PDF), owner.user)
    assert case.version == 2
    assert Entry.objects.get().kind == "case.add_paper"


def test_same_paper_twice_is_one_paper(owner):
    case = case_of(owner)

    first = services.add_evidence(case_id=case.pk, kind="other", upload=Upload(PNG, "a.png"), actor=actor_of(owner))
    second = services.add_evidence(case_id=case.pk, kind="other", upload=Upload(PNG, "a.png"), actor=actor_of(owner))

    assert first == second
    assert (Evidence.objects.count(), StoredFile.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("upload", "field"),
    [
        (Upload(b"", "empty.pdf"), "file"),
        (Upload(b"<html>", "page.pdf"), "file"),
        (Upload(PNG, "scan.pdf"), "file"),
        (Upload(PDF, "paper.exe"), "file"),
        (Upload(PDF + bytes(20 * 1024 * 1024), "large.pdf"), "file"),
    ],
)
def test_file_that_is_not_what_it_says_is_refused_beside_its_field(owner, upload, field):
    case = case_of(owner)

    with pytest.raises(DomainError) as refused:
        services.add_evidence(case_id=case.pk, kind="other", upload=upload, actor=actor_of(owner))

    assert list(refused.value.fields) == [field]
    assert not Evidence.objects.exists()
    assert not StoredFile.objects.exists()


def test_paper_of_another_kind_of_participant_is_refused(owner):
    case = case_of(owner)

    with pytest.raises(DomainError) as refused:
        services.add_evidence(case_id=case.pk, kind="identity_confirmation", upload=Upload(PDF), actor=actor_of(owner))

    assert refused.value.code == "paper_kind_unknown"


def test_number_of_papers_is_limited(owner):
    case = case_of(owner)
    EvidenceFactory.create_batch(20, case=case)

    with pytest.raises(DomainError) as refused:
        services.add_evidence(case_id=case.pk, kind="other", upload=Upload(PDF), actor=actor_of(owner))

    assert refused.value.code == "too_many_papers"


def test_removed_paper_no_longer_counts_and_is_removed_once(owner):
    paper = EvidenceFactory(case=case_of(owner))

    services.remove_evidence(evidence_id=paper.pk, actor=actor_of(owner))
    services.remove_evidence(evidence_id=paper.pk, actor=actor_of(owner))

    assert not Evidence.objects.kept().exists()
    assert [entry.kind for entry in Entry.objects.all()] == ["case.remove_paper"]


@pytest.mark.parametrize("state", [s for s in CaseState.values if s not in ("draft", "returned")])
def test_file_at_the_exchange_takes_no_papers(owner, state):
    case = case_of(owner, **{state: True})
    paper = EvidenceFactory(case=case)

    with pytest.raises(IllegalMove):
        services.add_evidence(case_id=case.pk, kind="other", upload=Upload(PDF), actor=actor_of(owner))
    with pytest.raises(IllegalMove):
        services.remove_evidence(evidence_id=paper.pk, actor=actor_of(owner))

    assert Evidence.objects.kept().count() == 1


def test_complete_file_goes_to_the_reviewers_with_facts_and_findings(owner, told):
    case = case_of(owner, ready=True)

    services.submit_case(case_id=case.pk, version=1, actor=actor_of(owner))

    case.refresh_from_db()
    evaluation = Evaluation.objects.get()
    assert (case.state, case.submitted_by, case.due_on) == (CaseState.SUBMITTED, owner.user, due_day(today(), 5))
    assert case.snapshot == evaluation.facts
    assert {row["verdict"] for row in evaluation.findings} == {"PASS"}
    assert owner.organisation.bank_account not in repr(evaluation.facts)
    assert [finding.as_dict() for finding in findings_of(case)] == evaluation.findings
    assert [entry.kind for entry in Entry.objects.all()] == ["case.submit"]
    assert told() == [("case.submitted", owner.user)]


def test_supplemented_file_goes_back_to_its_reviewer(owner):
    case = case_of(owner, returned=True, ready=True)

    services.submit_case(case_id=case.pk, version=1, actor=actor_of(owner))

    holder, case = case.holder, VerificationCase.objects.get()
    assert (case.state, case.holder, case.reason_code, case.reason_fields) == (CaseState.IN_REVIEW, holder, "", [])
    assert Entry.objects.get().kind == "case.resubmit"


def test_incomplete_file_is_not_sent(owner):
    case = case_of(owner)

    with pytest.raises(DomainError) as refused:
        services.submit_case(case_id=case.pk, version=1, actor=actor_of(owner))

    case.refresh_from_db()
    assert (refused.value.code, case.state) == ("not_ready", CaseState.DRAFT)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("state", CaseState.values)
def test_sending_in_each_state_follows_the_table(owner, state):
    case = case_of(owner, ready=True, **({} if state == "draft" else {state: True}))
    action = "resubmit" if state == "returned" else "submit"

    if CASE_FLOW.allows(state, action):
        sent = services.submit_case(case_id=case.pk, version=1, actor=actor_of(owner))
        assert sent.state == CASE_FLOW.after(state, action)
        return
    with pytest.raises(IllegalMove) as refused:
        services.submit_case(case_id=case.pk, version=1, actor=actor_of(owner))

    assert refused.value.code == ("already_sent" if state in ("submitted", "in_review") else "illegal_move")
    assert not Entry.objects.exists()


def test_stale_tab_sends_nothing(owner):
    case = case_of(owner, ready=True)
    services.add_evidence(case_id=case.pk, kind="other", upload=Upload(PDF), actor=actor_of(owner))

    with pytest.raises(Stale):
        services.submit_case(case_id=case.pk, version=1, actor=actor_of(owner))

    case.refresh_from_db()
    assert case.state == CaseState.DRAFT


def test_only_owners_work_on_the_file(owner):
    case = case_of(owner, ready=True)
    paper = case.evidence.first()
    for actor in others(owner):
        for attempt in (
            lambda actor=actor: services.open_case(organisation_id=owner.organisation_id, actor=actor),
            lambda actor=actor: services.add_evidence(case_id=case.pk, kind="other", upload=Upload(PDF), actor=actor),
            lambda actor=actor: services.remove_evidence(evidence_id=paper.pk, actor=actor),
            lambda actor=actor: services.submit_case(case_id=case.pk, version=1, actor=actor),
        ):
            with pytest.raises(PermissionDenied):
                attempt()

    case.refresh_from_db()
    assert (case.state, case.version) == (CaseState.DRAFT, 1)
    assert not Entry.objects.exists()
    assert not StoredFile.objects.exclude(evidence__case=case).exists()


def _returned(owner, days_ago: int) -> VerificationCase:
    """A case returned so many working days ago."""
    return case_of(owner, returned=True, due_on=due_day(today(), 30 - days_ago))


@pytest.mark.parametrize(("days_ago", "reminders"), [(0, 0), (9, 0), (10, 1), (19, 1), (20, 2), (30, 2)])
def test_applicant_is_reminded_twice_and_never_again_by_a_second_run(owner, told, days_ago, reminders):
    case = _returned(owner, days_ago)

    jobs.clocks()
    jobs.clocks()

    case.refresh_from_db()
    assert (case.state, case.reminders_sent) == (CaseState.RETURNED, reminders)
    assert told() == ([("case.reminder", owner.user)] if reminders else [])


def test_file_nobody_completed_lapses_after_thirty_working_days(owner, told):
    case = _returned(owner, 30)
    VerificationCase.objects.update(due_on=due_day(today(), -1))

    jobs.clocks()
    jobs.clocks()

    case.refresh_from_db()
    assert case.state == CaseState.LAPSED
    assert [(entry.kind, entry.actor) for entry in Entry.objects.all()] == [("case.lapse", "system:clock")]
    assert told() == [("case.lapsed", owner.user)]


def test_nobody_but_the_clock_lets_a_file_lapse_and_not_before_its_day(owner):
    case = _returned(owner, 30)
    for actor in (actor_of(owner), actor_of(StaffAppointmentFactory())):
        with pytest.raises(PermissionDenied):
            services.lapse_case(case_id=case.pk, on=today() + dt.timedelta(days=1), actor=actor)

    with pytest.raises(IllegalMove):
        services.lapse_case(case_id=case.pk, on=today(), actor=Actor.system("clock"))

    case.refresh_from_db()
    assert case.state == CaseState.RETURNED


@pytest.mark.parametrize("state", [s for s in CaseState.values if s != "returned"])
def test_only_returned_files_lapse(owner, state):
    case = case_of(owner, **({} if state == "draft" else {state: True}))
    VerificationCase.objects.update(due_on=today() - dt.timedelta(days=9))

    jobs.clocks()
    with pytest.raises(IllegalMove):
        services.lapse_case(case_id=case.pk, on=today(), actor=Actor.system("clock"))

    case.refresh_from_db()
    assert case.state == state
