"""A participant's standing: suspended, restored, closed by the exchange, each with a reason (N314 7.8(d))."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from accounts.membership.services import withdraw_invitations
from accounts.organisations.models import Membership, Organisation, ParticipantState
from accounts.verification.models import VerificationCase
from accounts.verification.services.moves import move_participant, require_reason, same_version, tell_owners
from accounts.verification.states import PARTICIPANT_FLOW, CaseState
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove
from exchange.transparency.services import record


@transaction.atomic
def suspend_participant(
    *, organisation_id: int, version: int, reason_code: str, text: str, actor: Actor
) -> Organisation:
    """The participant may not trade until it is restored."""
    return _change(organisation_id, version, "suspend", reason_code, text, actor)


@transaction.atomic
def restore_participant(*, organisation_id: int, version: int, text: str, actor: Actor) -> Organisation:
    """A suspended participant may trade again, as long as its verification is valid."""
    return _change(organisation_id, version, "restore", "", text, actor)


@transaction.atomic
def close_participant(*, organisation_id: int, version: int, reason_code: str, text: str, actor: Actor) -> Organisation:
    """The trading account ends for good and open invitations with it; its records stay."""
    closed = _change(organisation_id, version, "close", reason_code, text, actor, check=_refuse_open_review)
    withdraw_invitations(closed, actor=actor)
    return closed


@transaction.atomic
def warn_of_expiry(*, organisation_id: int, warning: int, actor: Actor) -> Organisation:
    """Owners hear in time that the verification ends, and when it has ended; each warning goes out once."""
    organisation = Organisation.objects.locked().get(pk=organisation_id)
    require(actor, "accounts.warn_of_expiry")
    day = organisation.verified_until
    if organisation.state != ParticipantState.ACTIVE or day is None or organisation.expiry_warnings >= warning:
        return organisation
    organisation.expiry_warnings = warning
    organisation.save(update_fields=["expiry_warnings"])
    kind = "participant.expired" if day < today() else "participant.expiring"
    tell_owners(kind, organisation, organisation.get_absolute_url(), due=day)
    return organisation


@transaction.atomic
def record_identity(
    *, organisation_id: int, version: int, level: int, checked_on: dt.date | None, is_linked: bool, actor: Actor
) -> Organisation:
    """A reviewer notes what was seen of the representative's and the organisation's e-identity (R3, R4)."""
    organisation = Organisation.objects.locked().get(pk=organisation_id)
    require(actor, "accounts.review_case")
    same_version(organisation, version)
    _refuse_own(organisation, actor)
    if level and (checked_on is None or checked_on > today()):
        words = _("Give the day of the check; it cannot lie in the future.")
        raise DomainError(words, code="eid_day_missing", fields={"checked_on": words})
    organisation.eid_level, organisation.eid_checked_on = level, checked_on if level else None
    organisation.eid_linked = is_linked
    organisation.version += 1
    organisation.save(update_fields=["eid_level", "eid_checked_on", "eid_linked", "version"])
    data = {"level": level, "day": checked_on.isoformat() if level and checked_on else "", "linked": is_linked}
    record("participant.identify", subject=organisation, actor=actor, data=data)
    return organisation


def _change(
    organisation_id: int,
    version: int,
    action: str,
    reason_code: str,
    text: str,
    actor: Actor,
    *,
    check: Callable[[Organisation], None] | None = None,
) -> Organisation:
    organisation = Organisation.objects.locked().get(pk=organisation_id)
    require(actor, "accounts.suspend_participant")
    if not PARTICIPANT_FLOW.allows(organisation.state, action):
        raise IllegalMove()
    same_version(organisation, version)
    _refuse_own(organisation, actor)
    _require_words(action, reason_code, text)
    if check:
        check(organisation)
    move_participant(organisation, action, actor=actor, reason_code=reason_code, reason=text.strip())
    tell_owners(
        f"participant.{action}", organisation, organisation.get_absolute_url(), reason=reason_code, text=text.strip()
    )
    return organisation


def _refuse_own(organisation: Organisation, actor: Actor) -> None:
    if Membership.objects.filter(organisation=organisation, user=actor.user).exists():
        raise DomainError(
            _("You were a member of this participant, so somebody else decides. Hand it to another reviewer."),
            code="reviewer_is_author",
        )


def _require_words(action: str, reason_code: str, text: str) -> None:
    """A restoration is explained in words; suspension and closing need a code of the list as well."""
    if action != "restore":
        require_reason(action, reason_code, text)
    elif not text.strip():
        words = _("Write why the participant may trade again.")
        raise DomainError(words, code="reason_missing", fields={"text": words})


def _refuse_open_review(organisation: Organisation) -> None:
    under_review = (CaseState.SUBMITTED, CaseState.IN_REVIEW)
    if VerificationCase.objects.filter(organisation=organisation, state__in=under_review).exists():
        raise DomainError(
            _("A file of this participant waits for a decision. Decide it first, then close the account."),
            code="case_open",
        )
