"""The inbox page."""

import pytest
from django.urls import reverse

from exchange.notifications import selectors
from exchange.notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.exchange import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    user = UserFactory()
    client.force_login(user)
    return user


def test_stranger_is_sent_to_sign_in(client):
    response = client.get(reverse("notifications:inbox"))

    assert response.status_code == 302
    assert reverse("account_login") in response.url


def test_inbox_shows_only_ones_own_messages(client, reader):
    MessageFactory(recipient=reader, context={"number": "MINE", "title_vi": "<b>x</b>", "seller": "Bộ B"})
    MessageFactory(context={"number": "OTHERS"})

    page = client.get(reverse("notifications:inbox")).content.decode()

    assert "MINE" in page
    assert "OTHERS" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page


def test_empty_inbox_says_what_will_come(client, reader):
    response = client.get(reverse("notifications:inbox"))

    assert response.status_code == 200
    assert list(response.context["inbox"]) == []


def test_opening_marks_as_read_and_leads_to_the_record(client, reader):
    message = MessageFactory(recipient=reader, url=reverse("portal:home"))

    response = client.post(reverse("notifications:message-open", args=[message.pk]))

    assert response.url == reverse("portal:home")
    assert selectors.unread_count(reader) == 0


@pytest.mark.parametrize("url", ["", "https://elsewhere.example/", "//elsewhere.example/"])
def test_message_never_leads_off_the_site(client, reader, url):
    message = MessageFactory(recipient=reader, url=url)

    response = client.post(reverse("notifications:message-open", args=[message.pk]))

    assert response.url == reverse("notifications:inbox")


def test_looking_changes_nothing(client, reader):
    message = MessageFactory(recipient=reader)

    client.get(reverse("notifications:inbox"))
    assert client.get(reverse("notifications:message-open", args=[message.pk])).status_code == 405

    assert selectors.unread_count(reader) == 1


def test_message_of_somebody_else_is_not_found(client, reader):
    other = MessageFactory()

    response = client.post(reverse("notifications:message-open", args=[other.pk]))

    assert response.status_code == 404
    assert Message.objects.get(pk=other.pk).read_at is None


def test_all_are_marked_read_but_not_those_of_others(client, reader):
    MessageFactory.create_batch(2, recipient=reader)
    other = MessageFactory()

    response = client.post(reverse("notifications:inbox-read"))

    assert response.url == reverse("notifications:inbox")
    assert selectors.unread_count(reader) == 0
    assert selectors.unread_count(other.recipient) == 1


def test_inbox_needs_few_queries_however_long_it_is(client, reader, django_assert_max_num_queries):
    MessageFactory.create_batch(25, recipient=reader)

    with django_assert_max_num_queries(11):
        response = client.get(reverse("notifications:inbox"))

    assert len(response.context["inbox"]) == 20
