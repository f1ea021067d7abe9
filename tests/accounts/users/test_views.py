"""A person's own account: name, language, mails and sessions."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.users.models import User
from tests.factories.accounts import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_person_corrects_name_and_language_and_lands_in_that_language(client):
    person = UserFactory()
    client.force_login(person)

    response = client.post(reverse("accounts:profile"), {"full_name": "Lê Văn C", "language": "en"})

    person.refresh_from_db()
    assert (person.full_name, person.language) == ("Lê Văn C", "en")
    assert response.url == "/en/profile/"


@pytest.mark.parametrize("typed", [{"full_name": "", "language": "vi"}, {"full_name": "A", "language": "fr"}])
def test_profile_that_cannot_be_read_changes_nothing(client, typed):
    person = UserFactory(full_name="Trước")
    client.force_login(person)

    response = client.post(reverse("accounts:profile"), typed)

    person.refresh_from_db()
    assert (response.status_code, person.full_name) == (422, "Trước")


def test_profile_asks_to_sign_in(client):
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_new_account_keeps_the_language_of_the_page_and_confirms_by_mail(client):
    client.post("/en/accounts/signup/", {"email": "new@example.vn", "password1": PASSWORD, "password2": PASSWORD})

    person = User.objects.get(email="new@example.vn")
    assert person.language == "en"
    assert mail.outbox[0].to == ["new@example.vn"]
    assert not person.emailaddress_set.get().verified


def test_signing_in_renews_the_session_and_leads_to_the_persons_language(client):
    person = MembershipFactory(user__language="en").user
    client.get(reverse("account_login"))
    session = client.session
    session["kept"] = 1
    session.save()
    key = session.session_key

    response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

    assert (response.status_code, response.url) == (302, "/en/")
    assert client.session.session_key != key


def test_wrong_password_and_unknown_address_read_the_same(client):
    person = UserFactory()

    known = client.post(reverse("account_login"), {"login": person.email, "password": "wrong password"})
    unknown = client.post(reverse("account_login"), {"login": "nobody@example.vn", "password": "wrong password"})

    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_reset_for_an_unknown_address_reads_like_any_other(client):
    known = client.post(reverse("account_reset_password"), {"email": UserFactory().email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.vn"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_mails_are_written_in_the_persons_language(client):
    vietnamese, english = UserFactory(language="vi"), UserFactory(language="en")

    for person in (vietnamese, english):
        client.post("/en/accounts/password/reset/", {"email": person.email})

    assert len(mail.outbox) == 2
    assert "/en/" not in mail.outbox[0].subject
