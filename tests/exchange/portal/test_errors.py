"""Error pages: right status, no database, words that say what to do."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from exchange.common.errors import DomainError
from exchange.portal import errors
from exchange.urls import handler400, handler403, handler404, handler429, handler500
from exchange.urls import urlpatterns as pages

PAGES = [
    (errors.bad_request, 400),
    (errors.permission_denied, 403),
    (errors.csrf_failure, 403),
    (errors.page_not_found, 404),
    (errors.too_many_requests, 429),
    (errors.server_error, 500),
    (errors.unavailable, 503),
]


def broken(request):
    raise RuntimeError("something unforeseen")


def without_connection(request):
    raise OperationalError("connection to server at 127.0.0.1 failed")


def with_a_dead_connection(request):
    raise InterfaceError("connection already closed")


def forbidden(request):
    raise PermissionDenied


def protected(request):
    return HttpResponse("done")


def refused(request):
    raise DomainError("Đơn này đã được <chấp nhận>.", code="already_accepted")


class Clash(Exception):
    """What psycopg raises; Django puts its own error before it."""

    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


clashes: list = []


def clashing(request):
    """Answers when the list of what happens first is used up."""
    if clashes:
        happens = clashes.pop(0)
        if isinstance(happens, str):
            raise OperationalError("clash") from Clash(happens)
        raise happens
    return HttpResponse(f"done {request.POST.get('title')} {request.FILES['file'].read().decode()}")


clashing.login_required = False
without_connection.login_required = with_a_dead_connection.login_required = False
refused.login_required = broken.login_required = forbidden.login_required = protected.login_required = False
urlpatterns = [
    path("broken/", broken),
    path("clashing/", clashing),
    path("no-database/", without_connection),
    path("dead-connection/", with_a_dead_connection),
    path("api/no-database/", without_connection),
    path("refused/", refused),
    path("api/refused/", refused),
    path("forbidden/", forbidden),
    path("protected/", protected),
    *pages,
    path("", include([])),
]
assert {handler400, handler403, handler404, handler429, handler500}


@pytest.mark.parametrize(("page", "status"), PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_error_pages_need_no_database_and_no_session(page, status, language):
    request = RequestFactory().get("/anything/")

    response = page(request)

    html = response.content.decode()
    assert response.status_code == status
    assert html.count("<h1>") == 1
    assert "style=" not in html
    assert "Traceback" not in html


def test_server_error_gives_a_code_that_is_also_in_the_log(caplog):
    from structlog.testing import capture_logs

    with capture_logs() as logs:
        html = errors.server_error(RequestFactory().post("/orders/")).content.decode()

    reference = logs[0]["reference"]
    assert logs[0]["event"] == "server_error"
    assert f'<code id="code">{reference}</code>' in html
    assert 'href="/orders/"' not in html


def test_machines_get_json():
    response = errors.page_not_found(RequestFactory().get("/api/v1/nothing/"))

    assert response["Content-Type"] == "application/json"
    assert response.status_code == 404


@pytest.mark.urls("tests.exchange.portal.test_errors")
@pytest.mark.parametrize(("address", "status"), [("/broken/", 500), ("/forbidden/", 403), ("/no-such-page/", 404)])
def test_django_uses_the_pages(address, status):
    response = Client(raise_request_exception=False).get(address)

    assert response.status_code == status
    assert f'<p class="code" aria-hidden="true">{status}</p>' in response.content.decode()


@pytest.mark.urls("tests.exchange.portal.test_errors")
@pytest.mark.parametrize("address", ["/no-database/", "/dead-connection/"])
def test_database_that_does_not_answer_is_no_error_of_ours_but_a_pause(address):
    client = Client(raise_request_exception=False)

    seen, sent = client.get(address), client.post(address)

    assert [(one.status_code, one["Retry-After"]) for one in (seen, sent)] == [(503, "5"), (503, "5")]
    assert f'href="{address}"' in seen.content.decode()
    assert f'href="{address}"' not in sent.content.decode()
    assert "127.0.0.1" not in seen.content.decode()


@pytest.mark.urls("tests.exchange.portal.test_errors")
@pytest.mark.parametrize(
    ("happens", "status", "left"),
    [
        (["40001"], 200, 0),
        (["40P01", "40001", "40P01"], 200, 0),
        (["40P01"] * 5, 503, 1),  # four tries, then the person is asked to come back
        (["57P01"], 503, 0),  # a lost connection may have been committed: not tried again
        (["40001", "08006"], 503, 0),
        (["40001", DomainError("Đã bán.", code="sold")], 409, 0),
    ],
)
def test_clash_of_two_transactions_is_tried_again_unseen(happens, status, left, monkeypatch):
    monkeypatch.setattr(errors, "PAUSES", (0, 0, 0))
    clashes[:] = happens
    file = SimpleUploadedFile("a.csv", b"1,2")

    response = Client(raise_request_exception=False).post("/clashing/", {"title": "x", "file": file})

    assert (response.status_code, len(clashes)) == (status, left)
    assert status != 200 or response.content == b"done x 1,2"
    clashes.clear()


@pytest.mark.urls("tests.exchange.portal.test_errors")
def test_machines_learn_of_a_pause_too():
    response = Client(raise_request_exception=False).get("/api/no-database/")

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json() == {"code": "unavailable", "detail": "Service Unavailable"}


@pytest.mark.urls("tests.exchange.portal.test_errors")
def test_expired_form_of_our_own_page_can_be_sent_again_without_passwords():
    client = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})

    response = client.post("/protected/?page=2", {"title": "Giá <gạo>", "password1": "bí mật", "tag": ["a", "b"]})

    html = response.content.decode()
    assert response.status_code == 403
    assert 'action="/protected/?page=2"' in html
    assert 'name="title" value="Giá &lt;gạo&gt;"' in html
    assert html.count('name="tag"') == 2
    assert "bí mật" not in html
    fields = {"title": "Giá <gạo>", "csrfmiddlewaretoken": response.context["token"]}
    assert client.post("/protected/", fields).content == b"done"


@pytest.mark.urls("tests.exchange.portal.test_errors")
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_post_of_a_stranger_gets_no_fresh_token(origin):
    client = Client(enforce_csrf_checks=True, headers={"origin": origin})

    html = client.post("/protected/", {"title": "x"}).content.decode()

    assert "csrfmiddlewaretoken" not in html
    assert 'name="title"' not in html


@pytest.mark.urls("tests.exchange.portal.test_errors")
def test_refusal_outside_a_form_is_a_page_with_its_sentence(client):
    response = client.get("/refused/")

    assert response.status_code == 409
    assert "Đơn này đã được &lt;chấp nhận&gt;." in response.content.decode()


@pytest.mark.urls("tests.exchange.portal.test_errors")
def test_refusal_to_a_machine_is_json_with_its_code(client):
    response = client.get("/api/refused/")

    assert response.status_code == 409
    assert response.json() == {"code": "already_accepted", "detail": "Đơn này đã được <chấp nhận>."}
