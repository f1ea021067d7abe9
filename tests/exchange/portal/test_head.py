"""The head of every page: who is signed in, for whom they act, where they may go."""

import pytest
from django.test import Client

from accounts.access.models import StaffRole
from tests.factories.accounts import MembershipFactory, StaffAppointmentFactory, UserFactory
from tests.factories.exchange import MessageFactory

pytestmark = pytest.mark.django_db


def page(user, address="/accounts/logout/"):
    client = Client()
    client.force_login(user)
    return client.get(address).content.decode()


def test_visitor_is_offered_sign_in_only(client):
    html = client.get("/").content.decode()

    assert 'href="/accounts/login/"' in html
    assert "/accounts/logout/" not in html
    assert 'class="menu account' not in html


def test_member_sees_the_organisation_acted_for_and_unread_messages():
    member = MembershipFactory(organisation__name_vi="Công ty Gạo <Sạch>", organisation__short_name="")
    MessageFactory.create_batch(2, recipient=member.user)

    html = page(member.user)

    assert "Công ty Gạo &lt;Sạch&gt;" in html
    assert '<span class="count" aria-hidden="true">2</span>' in html
    assert "/organisation/act-for/" not in html


def test_person_of_two_organisations_may_switch_by_post():
    first = MembershipFactory()
    second = MembershipFactory(user=first.user)
    client = Client()
    client.force_login(first.user)

    html = client.get("/accounts/logout/").content.decode()
    client.post("/organisation/act-for/", {"organisation": second.organisation_id})
    after = client.get("/accounts/logout/").content.decode()

    assert html.count('action="/organisation/act-for/"') == 4  # two organisations, in the head and in the menu
    assert f'<span class="who">{first.organisation.name}' in html
    assert f'<span class="who">{second.organisation.name}' in after


@pytest.mark.parametrize("role", StaffRole.values)
def test_staff_are_led_to_the_console_and_not_to_an_organisation(role):
    html = page(StaffAppointmentFactory(role=role).user)

    assert 'href="/admin/"' in html
    assert 'href="/organisation/"' not in html


def test_sign_out_needs_a_post():
    user = UserFactory()
    client = Client()
    client.force_login(user)

    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_head_costs_few_queries(django_assert_max_num_queries):
    member = MembershipFactory()
    client = Client()
    client.force_login(member.user)
    client.get("/accounts/logout/")

    with django_assert_max_num_queries(6):  # session, person, staff role, memberships, unread messages
        client.get("/accounts/logout/")
