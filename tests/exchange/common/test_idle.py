"""A session ends after fifteen minutes without activity; what was typed is kept for the same person."""

import pytest
from django.urls import reverse

from exchange.common import idle
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def age(client, seconds):
    session = client.session
    session[idle.SEEN] -= seconds
    session.save()


@pytest.fixture
def person(client):
    user = UserFactory()
    client.force_login(user)
    client.get("/")
    return user


def test_activity_is_noted_at_most_twice_a_minute(client, person):
    first = client.session[idle.SEEN]
    age(client, 10)
    client.get("/")
    assert client.session[idle.SEEN] == first - 10

    age(client, 30)
    client.get("/")
    assert client.session[idle.SEEN] >= first


def test_fourteen_minutes_are_fine(client, person):
    age(client, 14 * 60)

    assert client.get(reverse("account_email")).status_code == 200


def test_after_fifteen_minutes_a_page_asks_to_sign_in_and_leads_back(client, person):
    age(client, 15 * 60 + 1)

    response = client.get("/accounts/email/?a=1", follow=True)

    assert response.redirect_chain == [("/accounts/login/?next=/accounts/email/%3Fa%3D1", 302)]
    assert len(response.context["messages"]) == 1


def test_public_pages_stay_readable(client, person):
    age(client, 15 * 60 + 1)

    response = client.get("/")

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_typed_text_is_kept_until_the_same_person_is_back(client, person):
    age(client, 16 * 60)
    response = client.post("/accounts/email/", {"email": "moi@example.vn", "password1": "x", "action_add": ""})
    assert response.url == "/accounts/login/?next=/unsent/"

    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, "next": "/unsent/"})
    html = client.get("/unsent/").content.decode()

    assert 'action="/accounts/email/"' in html
    assert 'name="email" value="moi@example.vn"' in html
    assert 'name="action_add"' in html
    assert "password1" not in html


def test_typed_text_is_not_shown_to_another_person(client, person):
    age(client, 16 * 60)
    client.post("/accounts/email/", {"email": "moi@example.vn", "action_add": ""})
    other = UserFactory()

    client.post("/accounts/login/", {"login": other.email, "password": PASSWORD})

    assert "moi@example.vn" not in client.get("/unsent/").content.decode()


def test_long_post_is_not_kept(client, person):
    age(client, 16 * 60)

    response = client.post("/accounts/email/", {"email": "x" * 300_000})

    assert response.url == "/accounts/login/?next=/accounts/email/"


def test_sign_in_with_an_old_session_goes_through(client, person):
    age(client, 16 * 60)

    response = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_administrators_have_five_minutes(client, person, settings):
    settings.SESSION_IDLE_SECONDS_OF_ROLE = {"": 300}
    age(client, 60)
    client.get("/")

    age(client, 301)

    assert client.get("/accounts/email/").status_code == 302


def test_activity_keeps_no_session_alive_for_more_than_twelve_hours(client, person, settings):
    session = client.session
    session[idle.BEGAN] -= settings.SESSION_COOKIE_AGE - 60
    session.save()
    age(client, 40)
    assert client.get(reverse("account_email")).status_code == 200  # activity is noted, the beginning stays
    session = client.session
    session[idle.BEGAN] -= 61
    session.save()

    answer = client.get(reverse("account_email"))

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/accounts/email/")
    assert "_auth_user_id" not in client.session


def test_next_sign_in_begins_anew(client, person, settings):
    session = client.session
    session[idle.BEGAN] -= settings.SESSION_COOKIE_AGE + 1
    session.save()
    client.get("/")

    client.force_login(person)
    client.get("/")

    assert client.get(reverse("account_email")).status_code == 200
