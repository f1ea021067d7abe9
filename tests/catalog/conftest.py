"""People around a registration."""

import pytest

from accounts.access.actor import Actor
from accounts.organisations.models import MemberRole, Organisation
from accounts.verification.models import ServiceContract, ServiceContractAcceptance
from exchange.common.clock import today
from tests.factories.accounts import MembershipFactory, OrganisationFactory, StaffAppointmentFactory, actor_of


@pytest.fixture
def owner(db) -> Organisation:
    """A verified enterprise that accepted the service contract."""
    organisation = OrganisationFactory(active=True, public_mailbox="dulieu@example.vn")
    accept_contract(organisation)
    return organisation


@pytest.fixture
def steward(owner) -> Actor:
    """A data steward of the owner."""
    return actor_of(MembershipFactory(organisation=owner, roles=[MemberRole.STEWARD]))


@pytest.fixture
def colleague(owner) -> Actor:
    """A member of the owner who is no steward."""
    return actor_of(MembershipFactory(organisation=owner, roles=[MemberRole.BUYER, MemberRole.OWNER]))


@pytest.fixture
def stranger(db) -> Actor:
    """A steward of another organisation."""
    return actor_of(MembershipFactory(roles=[MemberRole.STEWARD]))


@pytest.fixture
def reviewer(db) -> Actor:
    """A reviewer of the exchange."""
    return actor_of(StaffAppointmentFactory())


def accept_contract(organisation: Organisation) -> None:
    """The service contract in force is accepted."""
    contract, _ = ServiceContract.objects.get_or_create(
        version="test",
        defaults={"text_vi": "x", "text_en": "x", "digest": "0" * 64, "valid_from": today()},
    )
    by = MembershipFactory(organisation=organisation).user
    ServiceContractAcceptance.objects.create(
        organisation=organisation, contract=contract, digest=contract.digest, accepted_by=by
    )


@pytest.fixture
def page(client, steward):
    """A browser of the steward."""
    client.force_login(steward.user)
    return client
