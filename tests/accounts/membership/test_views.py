"""Pages of an organisation's people: what is shown to whom, and that nothing typed is lost."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.membership import jobs
from accounts.organisations.models import MemberRole, Membership, Organisation, OrganisationKind
from exchange.common.clock import now
from tests.factories.accounts import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    StaffAppointmentFactory,
    UserFactory,
    token_of,
)

pytestmark = pytest.mark.django_db
ENTERPRISE = {
    "name_vi": "Công ty cổ phần Dữ liệu A",
    "tax_code": "0100109106",
    "province_id": "01",
    "address": "1 Tràng Tiền",
    "representative_name": "Nguyễn Văn A",
    "representative_title": "Giám đốc",
}


@pytest.fixture
def owner(client) -> Membership:
    member = MembershipFactory()
    client.force_login(member.user)
    return member


@pytest.fixture
def buyer(client) -> Membership:
    member = MembershipFactory(roles=[MemberRole.BUYER])
    client.force_login(member.user)
    return member


def test_pages_ask_visitors_to_sign_in(client):
    for name in ("organisation-new", "member-list", "member-invite", "membership-leave"):
        response = client.get(reverse(f"accounts:{name}"))
        assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))


def test_every_kind_has_its_page_of_at_most_eight_questions(client):
    client.force_login(UserFactory(full_name="Trần Thị B"))

    assert client.get(reverse("accounts:organisation-new")).status_code == 200
    for kind in OrganisationKind.values:
        form = client.get(reverse("accounts:organisation-create", args=[kind])).context["form"]
        assert len(form.visible_fields()) <= 8
    assert form["name_vi"].value() == "Trần Thị B"
    assert client.get(reverse("accounts:organisation-create", args=["kingdom"])).status_code == 404


def test_founding_leads_to_the_organisation_one_acts_for_now(client):
    person = MembershipFactory().user
    client.force_login(person)
    key = client.session.session_key

    response = client.post(reverse("accounts:organisation-create", args=["enterprise"]), ENTERPRISE)

    organisation = Organisation.objects.latest("pk")
    assert (response.status_code, response.url) == (302, reverse("accounts:organisation"))
    assert client.session["acting_for"] == organisation.pk
    assert client.session.session_key != key


def test_wrong_tax_code_stands_beside_its_field_and_keeps_what_was_typed(client):
    client.force_login(UserFactory())

    response = client.post(
        reverse("accounts:organisation-create", args=["enterprise"]), ENTERPRISE | {"tax_code": "0100109107"}
    )

    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == ["tax_code"]
    assert (form["tax_code"].value(), form["name_vi"].value()) == ("0100109107", ENTERPRISE["name_vi"])
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(("code", "words"), [("G05.12", "G12"), ("not a code", "G09")])
def test_closed_or_false_agency_code_says_what_to_enter(client, code, words):
    client.force_login(UserFactory())
    details = ENTERPRISE | {"agency_code": code, "tax_code": ""}

    response = client.post(reverse("accounts:organisation-create", args=["agency"]), details)

    assert response.status_code == 422
    assert words in response.context["form"].errors["agency_code"][0]


def test_empty_and_false_fields_are_named_at_once(client):
    client.force_login(UserFactory())
    typed = ENTERPRISE | {"tax_code": "1", "address": ""}

    response = client.post(reverse("accounts:organisation-create", args=["enterprise"]), typed)

    assert set(response.context["form"].errors) == {"tax_code", "address"}


def test_identifier_of_another_participant_stands_beside_its_field(client):
    OrganisationFactory(tax_code=ENTERPRISE["tax_code"])
    client.force_login(UserFactory())

    response = client.post(reverse("accounts:organisation-create", args=["enterprise"]), ENTERPRISE)

    assert (response.status_code, list(response.context["form"].errors)) == (409, ["tax_code"])


def test_html_in_every_field_is_shown_as_text(client):
    client.force_login(UserFactory())
    bad = '<script>alert(1)</script>"=1+1'

    response = client.post(
        reverse("accounts:organisation-create", args=["enterprise"]),
        dict.fromkeys([*ENTERPRISE, "agency_code"], bad),
    )

    assert response.status_code in (409, 422)
    assert b"<script>alert" not in response.content


def test_staff_is_told_that_it_cannot_found(client):
    client.force_login(StaffAppointmentFactory().user)

    response = client.post(reverse("accounts:organisation-create", args=["enterprise"]), ENTERPRISE)

    assert response.status_code == 409
    assert not Organisation.objects.exists()


def test_header_switch_changes_whom_one_acts_for_and_renews_the_session(client, owner):
    other = MembershipFactory(user=owner.user).organisation
    key = client.session.session_key

    response = client.post(
        reverse("accounts:act-for"), {"organisation": other.pk, "next": reverse("accounts:member-list")}
    )

    assert (response.status_code, response.url) == (302, reverse("accounts:member-list"))
    assert client.session["acting_for"] == other.pk
    assert client.session.session_key != key
    assert client.get(reverse("accounts:member-list")).context["organisation"] == other


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_switch_leads_nowhere_outside(client, owner, onward):
    response = client.post(reverse("accounts:act-for"), {"organisation": owner.organisation_id, "next": onward})

    assert response.url == reverse("accounts:organisation")


@pytest.mark.parametrize("chosen", ["", "x", "0", "99999999999999999999"])
def test_switch_to_nothing_is_not_found(client, owner, chosen):
    assert client.post(reverse("accounts:act-for"), {"organisation": chosen}).status_code == 404


def test_switch_to_a_strangers_organisation_is_not_found_and_needs_a_post(client, owner):
    stranger = OrganisationFactory()

    assert client.post(reverse("accounts:act-for"), {"organisation": stranger.pk}).status_code == 404
    assert client.get(reverse("accounts:act-for")).status_code == 405
    assert "acting_for" not in client.session


def test_owner_sees_members_invitations_and_what_to_do(client, owner, django_assert_max_num_queries):
    MembershipFactory(organisation=owner.organisation, roles=[MemberRole.SIGNATORY])
    invitation = InvitationFactory(organisation=owner.organisation)

    with django_assert_max_num_queries(12):
        response = client.get(reverse("accounts:member-list"))

    page = response.content.decode()
    assert invitation.email in page
    assert reverse("accounts:invitation-withdraw", args=[invitation.pk]) in page
    assert reverse("accounts:member-roles", args=[owner.pk]) in page


def test_member_without_the_role_sees_names_but_neither_buttons_nor_addresses(client, buyer):
    owner = MembershipFactory(organisation=buyer.organisation)
    invitation = InvitationFactory(organisation=buyer.organisation)

    page = client.get(reverse("accounts:member-list")).content.decode()

    assert str(owner.user) in page
    assert owner.user.email not in page
    assert invitation.email not in page
    assert reverse("accounts:member-invite") not in page


def test_member_without_the_role_is_refused(client, buyer):
    owner = MembershipFactory(organisation=buyer.organisation)
    invitation = InvitationFactory(organisation=buyer.organisation)

    for url in (
        reverse("accounts:member-invite"),
        reverse("accounts:member-roles", args=[owner.pk]),
        reverse("accounts:member-end", args=[owner.pk]),
        reverse("accounts:invitation-withdraw", args=[invitation.pk]),
    ):
        assert client.get(url).status_code == 403
        assert client.post(url, {"email": "a@example.vn", "roles": ["owner"]}).status_code == 403

    assert Membership.objects.current().count() == 2


def test_records_of_another_organisation_are_not_found(client, owner):
    stranger, invitation = MembershipFactory(), InvitationFactory()

    for url in (
        reverse("accounts:member-roles", args=[stranger.pk]),
        reverse("accounts:member-end", args=[stranger.pk]),
        reverse("accounts:invitation-withdraw", args=[invitation.pk]),
    ):
        assert client.get(url).status_code == 404
        assert client.post(url, {"roles": ["owner"]}).status_code == 404


def test_invitation_goes_from_form_to_mailbox_to_membership(client, owner):
    client.post(reverse("accounts:member-invite"), {"email": "moi@example.vn", "roles": ["buyer", "signatory"]})
    invitation = owner.organisation.invitations.get()
    jobs.send_invitation(invitation_id=invitation.pk)
    jobs.send_invitation(invitation_id=invitation.pk)
    invited = UserFactory(email="moi@example.vn")
    url = reverse("accounts:invitation-accept", args=[token_of(invitation)])

    assert (len(mail.outbox), mail.outbox[0].to) == (1, ["moi@example.vn"])
    assert url in mail.outbox[0].body
    client.force_login(invited)
    assert owner.organisation.name in client.get(url).content.decode()
    response = client.post(url)

    assert (response.status_code, response.url) == (302, reverse("accounts:organisation"))
    assert client.session["acting_for"] == owner.organisation_id
    assert Membership.objects.get(user=invited).roles == ["buyer", "signatory"]


@pytest.mark.parametrize(
    "closed", [{"withdrawn_at": now()}, {"accepted_at": now()}, {"expires_at": now()}, {"mailed_at": now()}]
)
def test_no_mail_goes_out_for_an_invitation_that_is_closed_or_mailed(closed):
    jobs.send_invitation(invitation_id=InvitationFactory(**closed).pk)

    assert mail.outbox == []


def test_wrong_link_is_not_found_and_a_strangers_link_admits_nobody(client, owner):
    invitation = InvitationFactory()

    assert client.get(reverse("accounts:invitation-accept", args=["0" * 64])).status_code == 404
    response = client.post(reverse("accounts:invitation-accept", args=[token_of(invitation)]))

    assert response.status_code == 409
    assert not Membership.objects.filter(organisation=invitation.organisation).exists()


def test_second_press_of_invite_says_that_the_first_one_went(client, owner):
    typed = {"email": "moi@example.vn", "roles": ["buyer"]}
    client.post(reverse("accounts:member-invite"), typed)

    response = client.post(reverse("accounts:member-invite"), typed)

    assert (response.status_code, list(response.context["form"].errors)) == (409, ["email"])
    assert owner.organisation.invitations.count() == 1


def test_roles_are_changed_and_the_last_owner_is_kept(client, owner):
    url = reverse("accounts:member-roles", args=[owner.pk])

    refused = client.post(url, {"roles": ["buyer"]})
    empty = client.post(url, {})
    changed = client.post(url, {"roles": ["owner", "signatory"]})

    owner.refresh_from_db()
    assert (refused.status_code, empty.status_code, changed.status_code) == (409, 422, 302)
    assert refused.context["form"]["roles"].value() == ["buyer"]
    assert owner.roles == ["owner", "signatory"]


def test_membership_ends_after_a_page_that_asks(client, owner):
    colleague = MembershipFactory(organisation=owner.organisation)
    url = reverse("accounts:member-end", args=[colleague.pk])

    asked = client.get(url)
    assert (asked.status_code, Membership.objects.current().count()) == (200, 2)

    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 404
    assert list(Membership.objects.current()) == [owner]


def test_leaving_ends_the_membership_and_renews_the_session(client, owner):
    MembershipFactory(organisation=owner.organisation)
    key = client.session.session_key

    assert client.get(reverse("accounts:membership-leave")).status_code == 200
    assert client.post(reverse("accounts:membership-leave")).status_code == 302

    assert client.session.session_key != key
    assert not Membership.objects.current().filter(user=owner.user).exists()
    assert client.get(reverse("accounts:membership-leave")).status_code == 404


def test_last_owner_stays_and_reads_why(client, owner):
    response = client.post(reverse("accounts:membership-leave"))

    assert response.status_code == 409
    assert response.context["form"].non_field_errors()
    assert Membership.objects.current().get() == owner


def test_withdrawn_invitation_leaves_the_list(client, owner):
    invitation = InvitationFactory(organisation=owner.organisation)
    url = reverse("accounts:invitation-withdraw", args=[invitation.pk])

    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 409
    assert invitation.email not in client.get(reverse("accounts:member-list")).content.decode()
