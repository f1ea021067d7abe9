"""Pages of a signed-in person are kept by nobody; whoever signs out leaves nothing in the browser."""

import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/catalogue/", "/accounts/email/", "/inbox/", "/organisation/", "/no-such/"])
def test_pages_of_a_signed_in_person_are_kept_by_nobody(client, address):
    client.force_login(UserFactory())

    assert client.get(address)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("address", ["/", "/catalogue/", "/transparency/"])
def test_pages_for_everybody_may_be_kept(client, address):
    assert "no-store" not in client.get(address).headers.get("Cache-Control", "")


def test_what_says_itself_how_long_it_holds_keeps_that(client):
    client.force_login(UserFactory())

    assert client.get("/transparency/log/key")["Cache-Control"] == "public, max-age=300"


def test_signing_out_is_kept_by_nobody_and_clears_the_browser(client):
    out = client.get("/")
    client.force_login(UserFactory())
    gone = client.post(reverse("account_logout"))

    assert "Clear-Site-Data" not in out
    assert gone.status_code == 302
    assert gone["Clear-Site-Data"] == '"cache", "storage"'
    assert gone["Cache-Control"] == "private, no-store"
