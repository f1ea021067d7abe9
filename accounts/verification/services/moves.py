"""What every use case of the room shares: lock, compare the version, move, tell."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.membership.selectors import owners_of
from accounts.organisations.models import Organisation
from accounts.users.models import User
from accounts.verification.models import VerificationCase
from accounts.verification.states import CASE_FLOW, PARTICIPANT_FLOW
from exchange.codes.selectors import codes
from exchange.common.errors import DomainError, Stale
from exchange.jobs.services import enqueue
from exchange.notifications.services import notify
from exchange.transparency.services import record


def lock_case(case_id: int) -> VerificationCase:
    """The case and its participant, both locked; the participant first, always."""
    organisation_id = VerificationCase.objects.values_list("organisation_id", flat=True).get(pk=case_id)
    organisation = Organisation.objects.locked().get(pk=organisation_id)
    case = VerificationCase.objects.locked().get(pk=case_id)
    case.organisation = organisation
    return case


def same_version(row: VerificationCase | Organisation, version: int) -> None:
    """Refuse what was decided on an older page (a second tab, a second press)."""
    if row.version != version:
        raise Stale()


@transaction.atomic
def move(case: VerificationCase, action: str, *, actor: Actor, **changes: Any) -> None:
    """Take a case through one allowed step and log it. The caller holds the row lock."""
    before, case.state = case.state, CASE_FLOW.after(case.state, action)
    for field, value in changes.items():
        setattr(case, field, value)
    case.version += 1
    case.save(update_fields=["state", "version", *changes])
    data = {"from": before, "to": case.state, "reason_code": case.reason_code, "reason": case.reason_text}
    record(f"case.{action}", subject=case, actor=actor, data=data)


@transaction.atomic
def move_participant(
    organisation: Organisation, action: str, *, actor: Actor, reason_code: str = "", reason: str = "", **changes: Any
) -> None:
    """Take a participant through one allowed step and log it; its offers follow. The caller holds the row lock."""
    before, organisation.state = organisation.state, PARTICIPANT_FLOW.after(organisation.state, action)
    for field, value in changes.items():
        setattr(organisation, field, value)
    organisation.version += 1
    organisation.save(update_fields=["state", "version", *changes])
    data = {"from": before, "to": organisation.state, "reason_code": reason_code, "reason": reason}
    record(f"participant.{action}", subject=organisation, actor=actor, data=data | _validity(organisation))
    enqueue("catalog.offers.follow_standing", organisation_id=organisation.pk)


def forget_identity(organisation: Organisation, changed: Collection[str]) -> list[str]:
    """A new representative was not identified yet (R3); says which fields of the unsaved row that changed."""
    if "representative_name" not in changed or not organisation.eid_level:
        return []
    organisation.eid_level, organisation.eid_checked_on = 0, None
    return ["eid_level", "eid_checked_on"]


def require_reason(action: str, code: str, text: str) -> None:
    """Every return, refusal and end states a code of the list and says in words what is meant."""
    if code not in {row.code for row in codes("reason_participant", action=action)}:
        words = _("Choose a reason of the list.")
        raise DomainError(words, code="reason_missing", fields={"reason_code": words})
    if not text.strip():
        words = _("Write in words what is meant, so that the other side knows what to do.")
        raise DomainError(words, code="reason_missing", fields={"text": words})


def tell(kind: str, organisation: Organisation, users: list[User], url: str = "", **context: Any) -> None:
    """A message to people, with the participant's name in both languages."""
    names = {"organisation_vi": organisation.name_vi, "organisation_en": organisation.name_en}
    notify(kind, users=users, context=names | context, subject_url=url)


def tell_owners(kind: str, organisation: Organisation, url: str = "", **context: Any) -> None:
    """A message to the owners of a participant."""
    tell(kind, organisation, owners_of(organisation), url, **context)


def _validity(organisation: Organisation) -> dict[str, str]:
    return {"valid_until": organisation.verified_until.isoformat()} if organisation.verified_until else {}
