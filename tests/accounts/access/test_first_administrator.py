"""The first administrator comes from a command; it makes no second one."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from accounts.access.models import StaffAppointment, StaffRole
from accounts.access.services import appoint_first_administrator
from exchange.transparency.models import Entry
from tests.factories.accounts import MembershipFactory, StaffAppointmentFactory, UserFactory, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    made = UserFactory(email="quan-tri@example.vn")
    EmailAddress.objects.get_or_create(user=made, email=made.email, defaults={"verified": True, "primary": True})
    return made


def refused(match, email="quan-tri@example.vn"):
    before = StaffAppointment.objects.count(), Entry.objects.count()
    with pytest.raises(CommandError, match=match):
        call_command("appoint_administrator", email=email)
    assert (StaffAppointment.objects.count(), Entry.objects.count()) == before


def test_first_administrator_is_appointed_and_logged(person, capsys):
    call_command("appoint_administrator", email=" Quan-Tri@example.vn ")

    appointment = StaffAppointment.objects.get()
    person.refresh_from_db()
    assert (appointment.user, appointment.role, appointment.appointed_by) == (person, "administrator", None)
    assert person.is_staff
    entry = Entry.objects.get()
    assert (entry.kind, entry.actor) == ("staff.appoint", "system:installation")
    assert capsys.readouterr().out == f"Account {person.pk} is administrator; the log holds the appointment.\n"


def test_there_is_no_second_one_by_command(person):
    StaffAppointmentFactory(role=StaffRole.ADMINISTRATOR)

    refused("has an administrator already")


def test_unknown_account_is_refused():
    refused("No account with this confirmed address", email="ai-do@example.vn")


def test_unconfirmed_address_is_refused(person):
    EmailAddress.objects.filter(user=person).update(verified=False)

    refused("No account with this confirmed address")


def test_member_of_a_participant_is_refused(person):
    MembershipFactory(user=person)

    refused("belongs to a participant")


def test_person_cannot_use_the_service(person):
    with pytest.raises(PermissionDenied):
        appoint_first_administrator(email=person.email, actor=actor_of(person))

    assert not StaffAppointment.objects.exists()
