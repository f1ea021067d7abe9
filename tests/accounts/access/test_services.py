"""Staff appointments: one role a person, never a member, never by oneself (R10)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.access.roles import PERMISSIONS
from accounts.access.services import appoint_staff, end_appointment, require
from exchange.common.errors import DomainError, IllegalMove
from exchange.transparency.models import Entry
from tests.factories.accounts import MembershipFactory, StaffAppointmentFactory, UserFactory, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> StaffAppointment:
    return StaffAppointmentFactory(role=StaffRole.ADMINISTRATOR)


def test_administrator_appoints_and_ends(administrator):
    person = UserFactory()

    appointment = appoint_staff(user_id=person.pk, role="operator_reviewer", actor=actor_of(administrator))

    person.refresh_from_db()
    assert (appointment.role, appointment.appointed_by, person.is_staff) == (
        "operator_reviewer",
        administrator.user,
        True,
    )
    assert actor_of(person).staff_role == "operator_reviewer"

    end_appointment(appointment_id=appointment.pk, actor=actor_of(administrator))

    person.refresh_from_db()
    assert (person.is_staff, actor_of(person).staff_role) == (False, "")
    assert [entry.kind for entry in Entry.objects.filter(object_ref=appointment.log_ref)] == [
        "staff.appoint",
        "staff.end",
    ]


@pytest.mark.parametrize("role", ["operator_reviewer", "operator_finance", "supervisor"])
def test_others_appoint_nobody(role):
    person, appointment = UserFactory(), StaffAppointmentFactory()
    for actor in [
        Actor(),
        actor_of(UserFactory()),
        actor_of(MembershipFactory()),
        actor_of(StaffAppointmentFactory(role=role)),
    ]:
        with pytest.raises(PermissionDenied):
            appoint_staff(user_id=person.pk, role="supervisor", actor=actor)
        with pytest.raises(PermissionDenied):
            end_appointment(appointment_id=appointment.pk, actor=actor)

    assert not StaffAppointment.objects.filter(user=person).exists()
    assert not Entry.objects.exists()


def test_operation_and_supervision_never_meet_in_one_person(administrator):
    reviewer = StaffAppointmentFactory(role=StaffRole.REVIEWER)

    with pytest.raises(DomainError) as refused:
        appoint_staff(user_id=reviewer.user_id, role="supervisor", actor=actor_of(administrator))
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffAppointment.objects.create(user=reviewer.user, role="supervisor")

    assert refused.value.code == "staff_already"


def test_member_is_not_appointed_and_staff_does_not_join(administrator):
    member, staff = MembershipFactory(), StaffAppointmentFactory()

    with pytest.raises(DomainError) as refused:
        appoint_staff(user_id=member.user_id, role="supervisor", actor=actor_of(administrator))
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffAppointment.objects.create(user=member.user, role="supervisor")
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(user=staff.user)

    assert refused.value.code == "member_is_no_staff"


def test_nobody_appoints_or_ends_themselves(administrator):
    actor = actor_of(administrator)

    with pytest.raises(DomainError) as appointed:
        appoint_staff(user_id=administrator.user_id, role="supervisor", actor=actor)
    with pytest.raises(DomainError) as ended:
        end_appointment(appointment_id=administrator.pk, actor=actor)

    assert appointed.value.code == ended.value.code == "own_appointment"


@pytest.mark.parametrize(
    ("fields", "role", "code"), [({}, "king", "role_missing"), ({"is_active": False}, "supervisor", "account_closed")]
)
def test_impossible_appointment_is_refused(administrator, fields, role, code):
    with pytest.raises(DomainError) as refused:
        appoint_staff(user_id=UserFactory(**fields).pk, role=role, actor=actor_of(administrator))

    assert refused.value.code == code


def test_appointment_ends_once(administrator):
    appointment = StaffAppointmentFactory()
    end_appointment(appointment_id=appointment.pk, actor=actor_of(administrator))

    with pytest.raises(IllegalMove):
        end_appointment(appointment_id=appointment.pk, actor=actor_of(administrator))


def test_every_right_has_a_sentence_and_a_holder():
    for permission in PERMISSIONS.values():
        assert str(permission.sentence)
        assert permission.members or permission.staff or permission.system


def test_right_counts_for_the_organisation_acted_for_alone():
    member, other = MembershipFactory(), MembershipFactory()

    require(actor_of(member), "accounts.manage_members", organisation=member.organisation)
    for organisation in (other.organisation, None):
        with pytest.raises(PermissionDenied):
            require(actor_of(member), "accounts.manage_members", organisation=organisation)


def test_ended_role_and_closed_account_lose_every_right():
    member = MembershipFactory()
    actor = actor_of(member)
    member.user.is_active = False

    with pytest.raises(PermissionDenied):
        require(
            Actor(user=member.user, organisation=actor.organisation, roles=actor.roles),
            "accounts.manage_members",
            organisation=member.organisation,
        )


def test_administrator_has_no_business_power(administrator):
    actor = actor_of(administrator)

    held = {name for name, right in PERMISSIONS.items() if StaffRole.ADMINISTRATOR in right.staff}

    assert held == {"accounts.appoint_staff", "accounts.reset_second_factor", "accounts.view_staff"}
    with pytest.raises(PermissionDenied):
        require(actor, "accounts.review_case")
