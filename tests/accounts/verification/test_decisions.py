"""The reviewer's side of a case: take, return, verify, reject, hand over."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.organisations.models import Membership, Organisation, ParticipantState
from accounts.verification import services
from accounts.verification.models import VerificationCase
from accounts.verification.services.decisions import add_months
from accounts.verification.states import CASE_FLOW, CaseState
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, IllegalMove, Stale
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

pytestmark = pytest.mark.django_db
REASON = {"reason_code": "missing_document", "text": "Thiếu trang 2 của giấy ủy quyền."}


@pytest.fixture
def reviewer() -> StaffAppointment:
    return StaffAppointmentFactory(role=StaffRole.REVIEWER)


def case_with_owner(**traits) -> tuple[VerificationCase, Membership]:
    owner = MembershipFactory(organisation=OrganisationFactory(with_bank=True))
    case = VerificationCaseFactory(organisation=owner.organisation, opened_by=owner.user, ready=True, **traits)
    return case, owner


DECISIONS = {
    "take": lambda case, actor: services.take_case(case_id=case.pk, version=case.version, actor=actor),
    "return": lambda case, actor: services.return_case(case_id=case.pk, version=case.version, actor=actor, **REASON),
    "reject": lambda case, actor: services.reject_case(case_id=case.pk, version=case.version, actor=actor, **REASON),
    "verify": lambda case, actor: services.verify_case(case_id=case.pk, version=case.version, actor=actor),
}


def test_taken_case_is_held_by_the_reviewer_and_the_owner_is_told(reviewer, told):
    case, owner = case_with_owner(submitted=True)

    services.take_case(case_id=case.pk, version=1, actor=actor_of(reviewer))

    case.refresh_from_db()
    assert (case.state, case.holder, case.version) == (CaseState.IN_REVIEW, reviewer.user, 2)
    assert told() == [("case.taken", owner.user)]
    assert [entry.kind for entry in Entry.objects.filter(object_ref=case.log_ref)] == ["case.take"]


def test_returned_case_states_code_text_fields_and_thirty_working_days(reviewer, told):
    case, owner = case_with_owner(in_review=True)

    services.return_case(
        case_id=case.pk, version=1, actor=actor_of(reviewer), fields=["papers", "bank_holder"], **REASON
    )

    case.refresh_from_db()
    assert (case.state, case.reason_code, case.reason_text) == (CaseState.RETURNED, *REASON.values())
    assert case.reason_fields == ["papers", "bank_holder"]
    assert case.due_on > today() + dt.timedelta(days=40)
    assert told() == [("case.returned", owner.user)]


def test_verified_participant_is_active_for_two_years_and_the_log_has_both(reviewer, told):
    case, owner = case_with_owner(in_review=True)

    services.verify_case(case_id=case.pk, version=1, actor=actor_of(reviewer))

    case.refresh_from_db()
    organisation = Organisation.objects.get()
    until = add_months(today(), 24)
    assert (case.state, case.decided_by, case.valid_until, case.due_on) == (
        CaseState.VERIFIED,
        reviewer.user,
        until,
        None,
    )
    assert (organisation.state, organisation.verified_until) == (ParticipantState.ACTIVE, until)
    assert [entry.kind for entry in Entry.objects.order_by("pk")] == ["case.verify", "participant.verify"]
    assert Evaluation.objects.get().made_by == f"user:{reviewer.user_id}"
    assert told() == [("case.verified", owner.user)]


def test_rejected_case_is_final_and_the_participant_stays_applicant(reviewer):
    case, owner = case_with_owner(in_review=True)

    services.reject_case(case_id=case.pk, version=1, actor=actor_of(reviewer), **REASON)

    case.refresh_from_db()
    assert (case.state, case.decided_by) == (CaseState.REJECTED, reviewer.user)
    assert CASE_FLOW.is_final(case.state)
    assert Organisation.objects.get().state == ParticipantState.APPLICANT
    assert services.open_case(organisation_id=case.organisation_id, actor=actor_of(owner)).pk != case.pk


@pytest.mark.parametrize("action", DECISIONS)
@pytest.mark.parametrize("state", CaseState.values)
def test_each_decision_in_each_state_follows_the_table(reviewer, state, action):
    case, _owner = case_with_owner(**({} if state == "draft" else {state: True}))

    if CASE_FLOW.allows(state, action):
        assert DECISIONS[action](case, actor_of(reviewer)).state == CASE_FLOW.after(state, action)
        return
    with pytest.raises(IllegalMove):
        DECISIONS[action](case, actor_of(reviewer))

    case.refresh_from_db()
    assert (case.state, case.version) == (state, 1)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("action", DECISIONS)
def test_only_reviewers_decide(action):
    case, owner = case_with_owner(**({"submitted": True} if action == "take" else {"in_review": True}))
    others = [
        Actor(),
        actor_of(UserFactory()),
        actor_of(owner),
        actor_of(MembershipFactory()),
        *(actor_of(StaffAppointmentFactory(role=role)) for role in StaffRole.values if role != StaffRole.REVIEWER),
    ]
    for actor in others:
        with pytest.raises(PermissionDenied):
            DECISIONS[action](case, actor)

    case.refresh_from_db()
    assert case.version == 1
    assert not Entry.objects.exists()


@pytest.mark.parametrize("action", DECISIONS)
def test_stale_page_is_refused(reviewer, action):
    case, _owner = case_with_owner(**({"submitted": True} if action == "take" else {"in_review": True}))
    VerificationCase.objects.update(version=5)

    with pytest.raises(Stale):
        DECISIONS[action](case, actor_of(reviewer))

    assert not Entry.objects.exists()


@pytest.mark.parametrize("action", ["return", "reject"])
@pytest.mark.parametrize(
    ("reason", "field"),
    [
        ({"reason_code": "", "text": "Thiếu."}, "reason_code"),
        ({"reason_code": "violation", "text": "Thiếu."}, "reason_code"),
        ({"reason_code": "missing_document", "text": "   "}, "text"),
    ],
)
def test_return_and_refusal_need_a_code_and_words(reviewer, action, reason, field):
    case, _owner = case_with_owner(in_review=True)
    decide = {"return": services.return_case, "reject": services.reject_case}[action]

    with pytest.raises(DomainError) as refused:
        decide(case_id=case.pk, version=1, actor=actor_of(reviewer), **reason)

    case.refresh_from_db()
    assert (refused.value.code, list(refused.value.fields)) == ("reason_missing", [field])
    assert case.state == CaseState.IN_REVIEW


def _as_reviewer(user) -> Actor:
    return actor_of(StaffAppointmentFactory(user=user, role=StaffRole.REVIEWER))


@pytest.mark.parametrize("action", DECISIONS)
@pytest.mark.parametrize("part", ["opened", "submitted", "added a paper", "was a member"])
def test_reviewer_with_a_part_in_the_file_decides_nothing(action, part):
    case, owner = case_with_owner(**({"submitted": True} if action == "take" else {"in_review": True}))
    author = UserFactory()
    if part == "opened":
        VerificationCase.objects.update(opened_by=author)
    if part == "submitted":
        VerificationCase.objects.update(submitted_by=author)
    if part == "added a paper":
        EvidenceFactory(case=case, added_by=author)
    if part == "was a member":
        MembershipFactory(user=author, organisation=owner.organisation, ended_at=now())

    with pytest.raises(DomainError) as refused:
        DECISIONS[action](case, _as_reviewer(author))

    case.refresh_from_db()
    assert (refused.value.code, case.version) == ("reviewer_is_author", 1)


def test_file_with_an_unmet_condition_is_not_verified(reviewer):
    case, _owner = case_with_owner(in_review=True)
    case.evidence.first().delete()

    with pytest.raises(DomainError) as refused:
        services.verify_case(case_id=case.pk, version=1, actor=actor_of(reviewer))

    assert refused.value.code == "blocked"
    assert Organisation.objects.get().state == ParticipantState.APPLICANT


def test_held_point_must_be_cleared_by_name_and_with_words(reviewer):
    case, _owner = case_with_owner(in_review=True)
    Organisation.objects.update(is_foreign=True)
    EvidenceFactory(case=case, kind="foreign_presence")
    decide = {"case_id": case.pk, "version": 1, "actor": actor_of(reviewer)}

    with pytest.raises(DomainError) as unticked:
        services.verify_case(**decide, text="Đã xem.")
    with pytest.raises(DomainError) as wordless:
        services.verify_case(**decide, cleared=["R7"])
    services.verify_case(**decide, cleared=["R7"], text="Đã đối chiếu giấy phép văn phòng đại diện.")

    case.refresh_from_db()
    assert (unticked.value.code, wordless.value.code) == ("hold_not_cleared", "reason_missing")
    assert (case.state, case.reason_fields) == (CaseState.VERIFIED, ["R7"])
    assert case.reason_text == "Đã đối chiếu giấy phép văn phòng đại diện."


def test_verification_puts_proposed_details_into_force(reviewer):
    owner = MembershipFactory(organisation=OrganisationFactory(with_bank=True, active=True))
    VerificationCaseFactory(
        organisation=owner.organisation,
        opened_by=owner.user,
        in_review=True,
        ready=True,
        proposal={"name_vi": "Công ty Mới", "bank_holder": "CONG TY MOI"},
    )
    case = VerificationCase.objects.get()

    services.verify_case(case_id=case.pk, version=1, actor=actor_of(reviewer))

    organisation = Organisation.objects.get()
    assert (organisation.name_vi, organisation.bank_holder) == ("Công ty Mới", "CONG TY MOI")
    assert organisation.state == ParticipantState.ACTIVE


def test_proposed_identifier_taken_meanwhile_is_refused(reviewer):
    owner = MembershipFactory(organisation=OrganisationFactory(with_bank=True, active=True))
    other = OrganisationFactory()
    case = VerificationCaseFactory(
        organisation=owner.organisation,
        opened_by=owner.user,
        in_review=True,
        ready=True,
        proposal={"tax_code": other.tax_code},
    )

    with pytest.raises(DomainError) as refused:
        services.verify_case(case_id=case.pk, version=1, actor=actor_of(reviewer))

    case.refresh_from_db()
    assert (refused.value.code, case.state) == ("already_registered", CaseState.IN_REVIEW)


@pytest.mark.parametrize("state", [ParticipantState.SUSPENDED, ParticipantState.CLOSED])
def test_suspended_or_closed_participant_is_not_verified(reviewer, state):
    case, _owner = case_with_owner(in_review=True)
    Organisation.objects.update(state=state, verified_at=now())

    with pytest.raises(IllegalMove):
        services.verify_case(case_id=case.pk, version=1, actor=actor_of(reviewer))

    case.refresh_from_db()
    assert case.state == CaseState.IN_REVIEW


def test_case_is_handed_to_another_reviewer(reviewer, told):
    case, _owner = case_with_owner(in_review=True)
    other = StaffAppointmentFactory(role=StaffRole.REVIEWER)

    services.reassign_case(case_id=case.pk, version=1, reviewer_id=other.user_id, actor=actor_of(reviewer))

    case.refresh_from_db()
    assert (case.holder, case.state, case.version) == (other.user, CaseState.IN_REVIEW, 2)
    assert told() == [("case.assigned", other.user)]


def test_case_is_not_handed_to_somebody_who_may_not_decide_it(reviewer):
    case, owner = case_with_owner(in_review=True)
    former = MembershipFactory(organisation=owner.organisation, ended_at=now()).user
    for person in (
        StaffAppointmentFactory(role=StaffRole.SUPERVISOR).user,
        StaffAppointmentFactory(user=former, role=StaffRole.REVIEWER).user,
        UserFactory(),
    ):
        with pytest.raises(DomainError) as refused:
            services.reassign_case(case_id=case.pk, version=1, reviewer_id=person.pk, actor=actor_of(reviewer))
        assert refused.value.code == "reviewer_is_author"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 11, 21), 24, dt.date(2028, 11, 21)),
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
        (dt.date(2027, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2026, 12, 31), 12, dt.date(2027, 12, 31)),
        (dt.date(2026, 1, 15), 11, dt.date(2026, 12, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_one(day, months, expected):
    assert add_months(day, months) == expected
