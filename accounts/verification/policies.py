"""Who may do what with a case: decides what pages show; services check again."""

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Membership, Organisation, ParticipantState
from accounts.users.models import User
from accounts.verification.models import VerificationCase
from accounts.verification.states import CASE_FLOW


def is_involved(user: User, case: VerificationCase) -> bool:
    """Whether the person is or was a member of the applicant, or had a hand in the file."""
    if user.pk in (case.opened_by_id, case.submitted_by_id):
        return True
    if case.evidence.filter(added_by=user).exists():
        return True
    return Membership.objects.filter(user=user, organisation_id=case.organisation_id).exists()


def can_work_on_case(actor: Actor, case: VerificationCase) -> bool:
    """Whether the applicant may change and send the file now."""
    return case.is_with_applicant and may(actor, "accounts.submit_case", case.organisation)


def can_edit_details(actor: Actor, organisation: Organisation, case: VerificationCase | None) -> bool:
    """Whether the person may correct the participant's details now: not while the exchange reads the file."""
    if organisation.state == ParticipantState.CLOSED or not may(actor, "accounts.edit_organisation", organisation):
        return False
    return case is None or not case.is_open or case.is_with_applicant


def can_change_keys(organisation: Organisation, case: VerificationCase | None) -> bool:
    """Whether details a decision stands on can change: a suspended participant opens no file that would decide."""
    return organisation.state != ParticipantState.SUSPENDED or (case is not None and case.is_open)


def can_accept_contract(actor: Actor, organisation: Organisation) -> bool:
    """Whether the person may accept the service contract now: a closed account is bound by nothing new."""
    return organisation.state != ParticipantState.CLOSED and may(
        actor, "accounts.accept_service_contract", organisation
    )


def can_open_case(actor: Actor, organisation: Organisation, case: VerificationCase | None) -> bool:
    """Whether the person may open a new file now: none is open, and the account is neither suspended nor closed."""
    if case is not None and case.is_open:
        return False
    fit = organisation.state in (ParticipantState.APPLICANT, ParticipantState.ACTIVE)
    return fit and may(actor, "accounts.submit_case", organisation)


def reviewer_actions(actor: Actor, case: VerificationCase) -> list[str]:
    """Steps the reviewer may take on the case now; none on a file of their own."""
    if actor.user is None or not may(actor, "accounts.review_case") or is_involved(actor.user, case):
        return []
    return [move.action for move in CASE_FLOW.moves if case.state in move.sources and move.actor == actor.staff_role]
