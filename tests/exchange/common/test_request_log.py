"""Every request leaves the line that Decree 333 demands (R132)."""

import pytest
from django.contrib.auth import login, logout
from django.http import HttpResponse
from django.test import RequestFactory
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from exchange.common.request_log import RequestLog, SignInLog, client_of
from tests.factories.accounts import PASSWORD, UserFactory


def _only(lines, event):
    return [line for line in lines if line["event"] == event]


@pytest.mark.django_db
def test_request_of_a_person_names_the_account_but_not_what_was_asked(client):
    user = UserFactory()
    client.login(email=user.email, password=PASSWORD)

    with capture_logs() as lines:
        client.get("/?q=an@example.vn")

    (line,) = _only(lines, "request")
    assert (line["account"], line["path"], line["status"]) == (user.pk, "/", 200)


def test_everything_logged_on_the_way_carries_address_port_and_one_id():
    seen = {}
    view = RequestLog(lambda request: seen.update(get_contextvars()) or HttpResponse())

    view(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", REMOTE_PORT="50123", HTTP_X_REQUEST_ID="forged-id-000"))

    assert (seen["ip"], seen["port"]) == ("192.0.2.7", "50123")
    assert len(seen["request_id"]) == 32
    assert get_contextvars() == {}


def test_behind_our_proxy_the_client_is_the_one_the_proxy_names(settings):
    settings.BEHIND_PROXY = True
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_REAL_IP="192.0.2.9", HTTP_X_REAL_PORT="41000")

    assert client_of(request) == ("192.0.2.9", "41000")


def test_without_proxy_a_client_cannot_name_itself():
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", REMOTE_PORT="5", HTTP_X_REAL_IP="203.0.113.1")

    assert client_of(request) == ("192.0.2.7", "5")


@pytest.fixture
def through_sessions():
    """A page behind the session, authentication and sign-in log middleware."""
    from django.contrib.auth.middleware import AuthenticationMiddleware
    from django.contrib.sessions.middleware import SessionMiddleware

    return lambda page: SessionMiddleware(AuthenticationMiddleware(SignInLog(page)))


@pytest.mark.django_db
def test_signing_in_and_out_is_noted_with_the_account(through_sessions, settings):
    user = UserFactory()

    def sign_in(request):
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return HttpResponse()

    def sign_out(request):
        logout(request)
        return HttpResponse()

    with capture_logs() as lines:
        answer = through_sessions(sign_in)(RequestFactory().get("/"))
        again = RequestFactory().get("/")
        again.COOKIES = {name: morsel.value for name, morsel in answer.cookies.items()}
        through_sessions(lambda request: HttpResponse(str(request.user.pk)))(again)
        through_sessions(sign_out)(again)

    assert [(line["event"], line["account"]) for line in lines] == [("signed_in", user.pk), ("signed_out", user.pk)]


def test_log_alone_looks_up_nobody(through_sessions):
    answer = through_sessions(lambda request: HttpResponse("public"))(RequestFactory().get("/"))

    assert answer.content == b"public"  # without the database: a query would have failed the test
