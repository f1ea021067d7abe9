"""Correction of a participant's details: at once before verification, by a new decision after it."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from accounts.organisations.details import KEY_FIELDS
from accounts.organisations.identity import check_details, refuse_taken, stored_values
from accounts.organisations.models import Organisation, ParticipantState
from accounts.verification.models import VerificationCase
from accounts.verification.services.filing import open_case_of
from accounts.verification.services.moves import forget_identity, same_version
from exchange.common.errors import DomainError
from exchange.transparency.services import record


@transaction.atomic
def save_details(*, organisation_id: int, version: int, details: Mapping[str, Any], actor: Actor) -> Organisation:
    """The details are corrected; what a decision stands on waits for a new one once the participant is verified."""
    organisation = Organisation.objects.locked().get(pk=organisation_id)
    require(actor, "accounts.edit_organisation", organisation=organisation)
    _refuse_closed(organisation)
    case = VerificationCase.objects.locked().open().filter(organisation=organisation).first()
    _refuse_under_review(case)
    same_version(organisation, version)
    values = check_details(organisation.kind, details, known=_known(organisation, case))
    values = stored_values(organisation.kind, values)
    if organisation.state == ParticipantState.APPLICANT:
        _save_now(organisation, values, actor)
        return organisation
    proposed = {name: value for name, value in values.items() if name in KEY_FIELDS}
    _save_now(organisation, {name: value for name, value in values.items() if name not in KEY_FIELDS}, actor)
    _propose(organisation, case, proposed, actor)
    return organisation


def _refuse_closed(organisation: Organisation) -> None:
    if organisation.state == ParticipantState.CLOSED:
        raise DomainError(_("This trading account is closed for good."), code="participant_closed")


def _refuse_under_review(case: VerificationCase | None) -> None:
    if case and not case.is_with_applicant:
        raise DomainError(
            _("The file is with the exchange and cannot be changed now. You will be told when it is decided."),
            code="under_review",
        )


def _known(organisation: Organisation, case: VerificationCase | None) -> dict[str, Any]:
    """What the participant told before, a proposed change first."""
    return {"name_vi": organisation.name_vi} | (case.proposal if case else {})


def _save_now(organisation: Organisation, values: Mapping[str, Any], actor: Actor) -> None:
    changed = {name: value for name, value in values.items() if getattr(organisation, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(organisation, name, value)
    organisation.version += 1
    try:
        with transaction.atomic():
            organisation.save(update_fields=[*changed, "version", *forget_identity(organisation, changed)])
    except IntegrityError as error:
        refuse_taken(values, but=organisation)
        raise error
    record("participant.edit", subject=organisation, actor=actor, data={"fields": sorted(changed)})


def _propose(organisation: Organisation, case: VerificationCase | None, proposed: dict[str, Any], actor: Actor) -> None:
    """Keep on the open case what differs from the verified details; a value put back drops out again."""
    before = case.proposal if case else {}
    kept = before | proposed
    kept = {name: value for name, value in kept.items() if value != getattr(organisation, name)}
    if kept == before:
        return
    refuse_taken(kept, but=organisation)
    case = case or open_case_of(organisation, actor)
    case.proposal = kept
    case.version += 1
    case.save(update_fields=["proposal", "version"])
    organisation.version += 1
    organisation.save(update_fields=["version"])
    record("case.propose", subject=case, actor=actor, data={"fields": sorted(kept)})
