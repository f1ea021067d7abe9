"""Acceptance of the exchange's service contract (N314 5.2(đ), R88)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from accounts.organisations.models import Organisation, ParticipantState
from accounts.verification.models import ServiceContractAcceptance
from accounts.verification.selectors import current_service_contract
from exchange.common.clock import today
from exchange.common.errors import DomainError, Stale
from exchange.transparency.services import record


@transaction.atomic
def accept_service_contract(
    *, organisation_id: int, digest: str, password: str, actor: Actor
) -> ServiceContractAcceptance:
    """The participant is bound to the text whose digest was read; the password is asked again, nothing is signed."""
    organisation = Organisation.objects.locked().get(pk=organisation_id)
    require(actor, "accounts.accept_service_contract", organisation=organisation)
    contract = current_service_contract(today())
    if contract is None or organisation.state == ParticipantState.CLOSED:
        raise DomainError(_("There is no service contract to accept now."), code="no_service_contract")
    found = ServiceContractAcceptance.objects.filter(organisation=organisation, contract=contract).first()
    if found:
        return found
    if digest != contract.digest:
        raise Stale()
    if actor.user is None or not actor.user.check_password(password):
        words = _("This is not the password of your account. Enter it again.")
        raise DomainError(words, code="wrong_password", fields={"password": words})
    acceptance = ServiceContractAcceptance.objects.create(
        organisation=organisation, contract=contract, digest=contract.digest, accepted_by=actor.user
    )
    data = {"contract": contract.version, "digest": contract.digest}
    record("participant.accept_contract", subject=organisation, actor=actor, data=data, rows=[acceptance])
    return acceptance
