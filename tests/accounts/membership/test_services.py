"""Founding, inviting, naming roles, leaving: who may, what is refused, and that a refusal leaves no trace."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.membership import services, tokens
from accounts.organisations.models import Invitation, MemberRole, Membership, Organisation, ParticipantState
from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove
from exchange.transparency.models import Entry
from tests.factories.accounts import (
    InvitationFactory,
    MembershipFactory,
    StaffAppointmentFactory,
    UserFactory,
    actor_of,
    token_of,
)

pytestmark = pytest.mark.django_db
ENTERPRISE = {
    "name_vi": "Công ty cổ phần Dữ liệu A",
    "tax_code": "0100109106",
    "is_foreign": False,
    "province_id": "01",
    "address": "1 Tràng Tiền",
    "representative_name": "Nguyễn Văn A",
    "representative_title": "Giám đốc",
}
PERSON = {"name_vi": "Trần Thị B", "personal_id": "001 190 012 345", "province_id": "01", "address": "2 Lý Thường Kiệt"}


@pytest.fixture
def owner() -> Membership:
    return MembershipFactory()


@pytest.fixture
def colleague(owner) -> Membership:
    return MembershipFactory(organisation=owner.organisation, roles=[MemberRole.BUYER])


def strangers() -> list[Actor]:
    """Nobody, a person without organisation, an owner elsewhere, staff."""
    return [
        Actor(),
        actor_of(UserFactory()),
        actor_of(MembershipFactory()),
        actor_of(StaffAppointmentFactory(role=StaffRole.REVIEWER)),
        actor_of(StaffAppointmentFactory(role=StaffRole.ADMINISTRATOR)),
    ]


def test_founder_becomes_owner_with_every_role_and_the_log_knows():
    founder = UserFactory()

    organisation = services.create_organisation(kind="enterprise", details=ENTERPRISE, actor=actor_of(founder))

    member = Membership.objects.get()
    entry = Entry.objects.get()
    assert (member.user, member.organisation, member.roles) == (founder, organisation, list(MemberRole.values))
    assert (organisation.state, organisation.tax_code) == (ParticipantState.APPLICANT, "0100109106")
    assert (entry.kind, entry.object_ref, entry.actor) == (
        "participant.apply",
        organisation.log_ref,
        f"user:{founder.pk}",
    )


def test_natural_person_is_founded_without_a_number_in_clear():
    organisation = services.create_organisation(kind="person", details=PERSON, actor=actor_of(UserFactory()))

    stored = Organisation.objects.filter(pk=organisation.pk).values().get()
    assert "001190012345" not in repr({name: bytes(v) if name.endswith("sealed") else v for name, v in stored.items()})
    assert (organisation.personal_id_tail, organisation.tax_code) == ("345", "")
    assert organisation.representative_name == "Trần Thị B"
    assert b"001190012345" not in bytes(Entry.objects.get().record)


def test_pressing_twice_founds_one_organisation():
    actor = actor_of(UserFactory())

    first = services.create_organisation(kind="enterprise", details=ENTERPRISE, actor=actor)
    second = services.create_organisation(kind="enterprise", details=ENTERPRISE, actor=actor)

    assert first == second
    assert (Organisation.objects.count(), Membership.objects.count(), Entry.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("kind", "details", "field"), [("enterprise", ENTERPRISE, "tax_code"), ("person", PERSON, "personal_id")]
)
def test_identifier_of_another_participant_is_refused_without_trace(kind, details, field):
    services.create_organisation(kind=kind, details=details, actor=actor_of(UserFactory()))

    with pytest.raises(DomainError) as refused:
        services.create_organisation(kind=kind, details=details, actor=actor_of(UserFactory()))

    assert (refused.value.code, list(refused.value.fields)) == ("already_registered", [field])
    assert (Organisation.objects.count(), Membership.objects.count(), Entry.objects.count()) == (1, 1, 1)


def test_wrong_tax_code_founds_nothing():
    with pytest.raises(DomainError) as refused:
        services.create_organisation(
            kind="enterprise", details=ENTERPRISE | {"tax_code": "0100109107"}, actor=actor_of(UserFactory())
        )

    assert refused.value.code == "tax_code_invalid"
    assert not Organisation.objects.exists()


def test_person_may_belong_to_several_organisations():
    member = MembershipFactory()

    organisation = services.create_organisation(kind="enterprise", details=ENTERPRISE, actor=actor_of(member))

    assert set(Organisation.objects.of_member(member.user)) == {member.organisation, organisation}


def test_nobody_and_staff_found_nothing():
    with pytest.raises(PermissionDenied):
        services.create_organisation(kind="enterprise", details=ENTERPRISE, actor=Actor())
    with pytest.raises(DomainError) as refused:
        services.create_organisation(kind="enterprise", details=ENTERPRISE, actor=actor_of(StaffAppointmentFactory()))

    assert refused.value.code == "staff_is_no_member"
    assert not Organisation.objects.exists()


def test_invitation_keeps_only_the_hash_of_its_link_and_queues_the_mail(owner, queued):
    invitation = services.invite_member(
        organisation_id=owner.organisation_id,
        email=" New@Example.VN ",
        roles=["buyer", "steward"],
        actor=actor_of(owner),
    )

    assert (invitation.email, invitation.roles) == ("new@example.vn", ["steward", "buyer"])
    assert invitation.token_hash == tokens.hash_of(token_of(invitation))
    assert token_of(invitation) not in repr(Invitation.objects.values().get())
    assert invitation.expires_at - invitation.made_at == dt.timedelta(days=7)
    assert queued() == [("accounts.membership.send_invitation", {"invitation_id": invitation.pk})]
    assert Entry.objects.get().kind == "member.invite"


def test_only_owners_invite(owner, colleague, queued):
    for actor in [*strangers(), actor_of(colleague)]:
        with pytest.raises(PermissionDenied):
            services.invite_member(
                organisation_id=owner.organisation_id, email="new@example.vn", roles=["buyer"], actor=actor
            )

    assert not Invitation.objects.exists()
    assert (queued(), Entry.objects.count()) == ([], 0)


def test_closed_account_invites_nobody(owner, queued):
    Organisation.objects.filter(pk=owner.organisation_id).update(state=ParticipantState.CLOSED)
    asked = {"organisation_id": owner.organisation_id, "email": "new@example.vn", "roles": ["buyer"]}
    with pytest.raises(DomainError) as refused:
        services.invite_member(**asked, actor=actor_of(owner))

    assert refused.value.code == "participant_closed"
    assert (queued(), Invitation.objects.count(), Entry.objects.count()) == ([], 0, 0)


def test_second_invitation_to_one_address_is_refused(owner):
    InvitationFactory(organisation=owner.organisation, email="new@example.vn")

    with pytest.raises(DomainError) as refused:
        services.invite_member(
            organisation_id=owner.organisation_id, email="NEW@example.vn", roles=["buyer"], actor=actor_of(owner)
        )

    assert refused.value.code == "already_invited"
    assert Invitation.objects.count() == 1


def test_member_is_not_invited_again(owner, colleague):
    with pytest.raises(DomainError) as refused:
        services.invite_member(
            organisation_id=owner.organisation_id, email=colleague.user.email, roles=["buyer"], actor=actor_of(owner)
        )

    assert refused.value.code == "already_member"


def test_invitations_are_limited(owner):
    InvitationFactory.create_batch(services.MOST_OPEN_INVITATIONS, organisation=owner.organisation)

    with pytest.raises(DomainError) as refused:
        services.invite_member(
            organisation_id=owner.organisation_id, email="new@example.vn", roles=["buyer"], actor=actor_of(owner)
        )

    assert refused.value.code == "too_many_invitations"


@pytest.mark.parametrize("roles", [[], ["king"], ["owner", "king"]])
def test_roles_must_be_of_the_list(owner, roles):
    with pytest.raises(DomainError) as refused:
        services.invite_member(
            organisation_id=owner.organisation_id, email="new@example.vn", roles=roles, actor=actor_of(owner)
        )

    assert refused.value.code == "role_missing"


def test_natural_person_has_no_members():
    member = MembershipFactory(organisation__kind="person", organisation__tax_code="")

    with pytest.raises(DomainError) as refused:
        services.invite_member(
            organisation_id=member.organisation_id, email="new@example.vn", roles=["buyer"], actor=actor_of(member)
        )
    with pytest.raises(DomainError) as roles_refused:
        services.change_roles(membership_id=member.pk, roles=["owner"], actor=actor_of(member))

    assert refused.value.code == roles_refused.value.code == "person_has_no_members"


def test_invited_person_joins_once_and_the_owner_is_told(owner, told):
    invitation = InvitationFactory(organisation=owner.organisation, invited_by=owner.user, roles=["buyer", "finance"])
    invited = UserFactory(email=invitation.email)

    member = services.accept_invitation(token=token_of(invitation), actor=actor_of(invited))
    again = services.accept_invitation(token=token_of(invitation), actor=actor_of(invited))

    invitation.refresh_from_db()
    assert (member, member.roles) == (again, ["buyer", "finance"])
    assert invitation.accepted_at is not None
    assert Membership.objects.filter(user=invited).count() == 1
    assert [entry.kind for entry in Entry.objects.all()] == ["member.join"]
    assert told() == [("member.joined", owner.user)]


def test_used_link_admits_nobody_else(owner):
    invitation = InvitationFactory(organisation=owner.organisation, accepted_at=now())
    other = UserFactory()
    other.emailaddress_set.create(email=invitation.email, verified=True)

    with pytest.raises(DomainError) as refused:
        services.accept_invitation(token=token_of(invitation), actor=actor_of(other))

    assert refused.value.code == "invitation_used"
    assert not Membership.objects.filter(user=other).exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"withdrawn_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "invitation_withdrawn"),
        ({"made_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "invitation_expired"),
        ({"organisation__state": ParticipantState.CLOSED}, "invitation_withdrawn"),
        ({"email": "somebody@example.vn"}, "invitation_for_another_address"),
    ],
)
def test_link_that_no_longer_counts_admits_nobody(changes, code):
    invitation = InvitationFactory(**{"email": "invited@example.vn"} | changes)
    invited = UserFactory(email="invited@example.vn")

    with pytest.raises(DomainError) as refused:
        services.accept_invitation(token=token_of(invitation), actor=actor_of(invited))

    assert refused.value.code == code
    assert not Membership.objects.filter(user=invited).exists()
    assert not Entry.objects.exists()


def test_unconfirmed_address_admits_nobody():
    invitation = InvitationFactory()
    invited = UserFactory(email=invitation.email, confirmed=False)
    invited.emailaddress_set.create(email=invitation.email, verified=False)

    with pytest.raises(DomainError) as refused:
        services.accept_invitation(token=token_of(invitation), actor=actor_of(invited))

    assert refused.value.code == "invitation_for_another_address"


def test_staff_cannot_accept_even_with_the_right_address():
    invitation = InvitationFactory()
    staff = StaffAppointmentFactory(user__email=invitation.email)

    for actor in (actor_of(staff), Actor(user=staff.user)):
        with pytest.raises(DomainError) as refused:
            services.accept_invitation(token=token_of(invitation), actor=actor)
        assert refused.value.code == "staff_is_no_member"

    assert not Membership.objects.exists()


def test_guessed_link_leads_nowhere():
    InvitationFactory()

    with pytest.raises(Invitation.DoesNotExist):
        services.accept_invitation(token="0" * 64, actor=actor_of(UserFactory()))


def test_owner_withdraws_an_invitation_once(owner):
    invitation = InvitationFactory(organisation=owner.organisation)

    services.withdraw_invitation(invitation_id=invitation.pk, actor=actor_of(owner))
    with pytest.raises(IllegalMove):
        services.withdraw_invitation(invitation_id=invitation.pk, actor=actor_of(owner))

    assert [entry.kind for entry in Entry.objects.all()] == ["member.withdraw_invitation"]


def test_stranger_withdraws_nothing(owner, colleague):
    invitation = InvitationFactory(organisation=owner.organisation)

    for actor in [*strangers(), actor_of(colleague)]:
        with pytest.raises(PermissionDenied):
            services.withdraw_invitation(invitation_id=invitation.pk, actor=actor)

    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None


def test_owner_names_a_signatory(owner, colleague):
    services.change_roles(membership_id=colleague.pk, roles=["signatory", "buyer"], actor=actor_of(owner))

    colleague.refresh_from_db()
    entry = Entry.objects.get()
    assert colleague.roles == ["buyer", "signatory"]
    assert (entry.kind, entry.acting_for) == ("member.change_roles", f"organisation:{owner.organisation_id}")


def test_same_roles_leave_no_entry(owner, colleague):
    services.change_roles(membership_id=colleague.pk, roles=colleague.roles, actor=actor_of(owner))

    assert not Entry.objects.exists()


def test_stranger_changes_no_roles(owner, colleague):
    for actor in [*strangers(), actor_of(colleague)]:
        with pytest.raises(PermissionDenied):
            services.change_roles(membership_id=colleague.pk, roles=["owner"], actor=actor)
        with pytest.raises(PermissionDenied):
            services.end_membership(membership_id=colleague.pk, actor=actor)

    colleague.refresh_from_db()
    assert (colleague.roles, colleague.ended_at) == ([MemberRole.BUYER], None)


def test_last_owner_keeps_role_and_membership(owner, colleague):
    attempts = [
        lambda: services.change_roles(membership_id=owner.pk, roles=["buyer"], actor=actor_of(owner)),
        lambda: services.end_membership(membership_id=owner.pk, actor=actor_of(owner)),
        lambda: services.leave_organisation(organisation_id=owner.organisation_id, actor=actor_of(owner)),
    ]
    for attempt in attempts:
        with pytest.raises(DomainError) as refused:
            attempt()
        assert refused.value.code == "last_owner"

    owner.refresh_from_db()
    assert (owner.roles, owner.ended_at) == (list(MemberRole.values), None)
    assert not Entry.objects.exists()


def test_owner_leaves_when_another_owner_stays(owner):
    MembershipFactory(organisation=owner.organisation)

    services.leave_organisation(organisation_id=owner.organisation_id, actor=actor_of(owner))

    owner.refresh_from_db()
    assert owner.ended_at is not None
    assert [entry.kind for entry in Entry.objects.all()] == ["member.leave"]
    with pytest.raises(PermissionDenied):
        services.leave_organisation(organisation_id=owner.organisation_id, actor=actor_of(owner.user))


def test_ended_member_is_told_and_can_do_nothing(owner, colleague, told):
    actor = actor_of(colleague)

    services.end_membership(membership_id=colleague.pk, actor=actor_of(owner))

    assert told() == [("member.ended", colleague.user)]
    assert actor_of(colleague.user).organisation is None
    with pytest.raises(IllegalMove):
        services.leave_organisation(organisation_id=owner.organisation_id, actor=actor)
    with pytest.raises(IllegalMove):
        services.end_membership(membership_id=colleague.pk, actor=actor_of(owner))


def test_ended_member_may_be_invited_back(owner, colleague):
    services.end_membership(membership_id=colleague.pk, actor=actor_of(owner))
    invitation = InvitationFactory(organisation=owner.organisation, email=colleague.user.email)

    member = services.accept_invitation(token=token_of(invitation), actor=actor_of(colleague.user))

    assert member.pk != colleague.pk
    assert Membership.objects.current().filter(user=colleague.user).count() == 1
