"""The factories make people who are what they say."""

import pytest

from accounts.access.models import StaffRole
from tests.factories.accounts import (
    PASSWORD,
    MembershipFactory,
    OrganisationFactory,
    StaffAppointmentFactory,
    UserFactory,
    actor_of,
)

pytestmark = pytest.mark.django_db


def test_member_acts_for_the_organisation_with_their_roles():
    membership = MembershipFactory(roles=["buyer"])

    actor = actor_of(membership)

    assert actor.organisation == membership.organisation
    assert actor.roles == {"buyer"}
    assert actor.organisation.is_active


def test_staff_act_with_their_role_and_no_organisation():
    actor = actor_of(StaffAppointmentFactory(role=StaffRole.FINANCE))

    assert (actor.staff_role, actor.organisation) == ("operator_finance", None)


def test_person_can_sign_in_with_the_known_password(client):
    user = UserFactory()

    assert user.check_password(PASSWORD)
    assert client.login(email=user.email, password=PASSWORD)


def test_agency_has_an_agency_code_and_no_tax_code():
    agency = OrganisationFactory(agency=True, active=True)

    assert agency.is_state
    assert (agency.tax_code, bool(agency.agency_code)) == ("", True)
