"""Reads about admission: the case, the service contract, and whether a participant may trade."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Organisation, ParticipantState
from accounts.verification.models import Evidence, ServiceContract, ServiceContractAcceptance, VerificationCase
from accounts.verification.states import CaseState
from exchange.rules.engine import Parameters
from exchange.rules.selectors import parameters


@dataclass(frozen=True)
class Obstacle:
    """Why a participant may not trade: the rule and its sentence."""

    rule: str
    message: str | Promise

    def __str__(self) -> str:
        return str(self.message)


def latest_case(organisation: Organisation) -> VerificationCase | None:
    """The newest case of a participant, open or decided."""
    cases = VerificationCase.objects.filter(organisation=organisation)
    return cases.select_related("organisation", "holder").order_by("-pk").first()


def cases_of(organisation: Organisation) -> QuerySet[VerificationCase]:
    """Every case of a participant, the newest first."""
    return VerificationCase.objects.filter(organisation=organisation).order_by("-pk")


def papers_of(case: VerificationCase) -> QuerySet[Evidence]:
    """Papers that belong to a case, with their files."""
    return case.evidence.kept().select_related("file")


def visible_papers(actor: Actor) -> QuerySet[Evidence]:
    """Papers the actor may open: those of the organisation acted for; for staff who read files, of files once sent."""
    papers = Evidence.objects.kept().select_related("file", "case")
    if actor.is_staff:
        sent = papers.exclude(case__state=CaseState.DRAFT)
        return sent if may(actor, "accounts.view_organisation") else papers.none()
    if not may(actor, "accounts.view_organisation", actor.organisation):
        return papers.none()
    return papers.filter(case__organisation=actor.organisation)


def current_service_contract(on: dt.date) -> ServiceContract | None:
    """The version in force on a day."""
    return _in_force(on).order_by("-valid_from", "-pk").first()


def acceptance_of(organisation: Organisation, contract: ServiceContract | None) -> ServiceContractAcceptance | None:
    """The participant's acceptance of a version."""
    found = ServiceContractAcceptance.objects.filter(organisation=organisation, contract=contract)
    return found.select_related("accepted_by", "contract").first()


def has_valid_service_contract(organisation: Organisation, on: dt.date) -> bool:
    """Whether the participant has accepted a version that is in force on a day (R88; N314 5.2(đ))."""
    accepted = ServiceContractAcceptance.objects.filter(organisation=organisation)
    return accepted.filter(contract__in=_in_force(on)).exists()


def with_service_contract(organisations: Collection[Organisation], on: dt.date) -> set[int]:
    """Keys of those participants that have accepted a version in force on a day, read at once."""
    accepted = ServiceContractAcceptance.objects.filter(organisation__in=organisations, contract__in=_in_force(on))
    return set(accepted.values_list("organisation_id", flat=True))


def may_trade(
    organisation: Organisation,
    on: dt.date,
    limits: Parameters | None = None,
    has_contract: bool | None = None,
) -> list[Obstacle]:
    """What stands between a participant and trading on a day; nothing when it may (R8, R88).

    `limits` are the parameters of the day, `has_contract` is R88, where the caller has read them already.
    """
    obstacles = []
    if organisation.state in NOT_ACTIVE:
        obstacles.append(Obstacle("R8", NOT_ACTIVE[organisation.state]))
    elif organisation.verified_until is not None and organisation.verified_until < on:
        obstacles.append(Obstacle("R8", _("The verification of the participant has expired. Send a new file.")))
    if (limits or parameters(on)).get("service_contract_required") and not (
        has_valid_service_contract(organisation, on) if has_contract is None else has_contract
    ):
        obstacles.append(Obstacle("R88", _("No valid service contract with the exchange. Read and accept it first.")))
    return obstacles


def ends_soon(organisation: Organisation, on: dt.date) -> bool:
    """Whether a verification in force ends within the days of the first warning."""
    if not organisation.is_active or organisation.verified_until is None:
        return False
    return (organisation.verified_until - on).days <= max(parameters(on).get("verification_warn_days"))


NOT_ACTIVE = {
    ParticipantState.APPLICANT: _("The participant is not verified yet. Send the file and wait for the decision."),
    ParticipantState.SUSPENDED: _("The trading account is suspended."),
    ParticipantState.CLOSED: _("The trading account is closed."),
}


def _in_force(on: dt.date) -> QuerySet[ServiceContract]:
    return ServiceContract.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
