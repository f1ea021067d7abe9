"""Error pages: they need neither database nor session nor messages, and say what to do next."""

import secrets
import sys
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse

from exchange.common import typed
from exchange.common.clock import today
from exchange.common.errors import DomainError
from exchange.common.retry import is_clash
from exchange.portal.context import shell

log = structlog.get_logger()
MACHINE_ADDRESSES = ("/api/", "/payments/webhooks/")
CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    429: "too_many_requests",
    500: "server_error",
    503: "unavailable",
}
PAUSES = (0.02, 0.1, 0.3)  # seconds before each of three further tries
RETRY_AFTER = 5  # seconds; a database that was killed is back sooner


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what came could not be read."""
    return _page(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the right is missing."""
    return _page(request, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or not for this person."""
    return _page(request, HTTPStatus.NOT_FOUND)


class RefusalMiddleware:
    """What a view leaves to others: a clash of two transactions is tried again, and a refusal no view has put on
    its page becomes a page of its own, never a server error.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """An address with a null character is nobody's: the database would not even be asked."""
        return page_not_found(request) if "\x00" in request.path_info else self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer of another try, or 409 with the sentence of the refusal; other exceptions go their way."""
        if is_clash(exception) and (answer := _try_again(request)):
            return answer
        return _refusal(request, exception) if isinstance(exception, DomainError) else None


def _try_again(request: HttpRequest) -> HttpResponse | None:
    """Call the view once more, a few times: a service that clashed left nothing behind."""
    match = request.resolver_match
    for pause in PAUSES if match else ():
        time.sleep(pause + secrets.randbelow(50) / 1000)  # two that clashed do not meet again
        log.warning("tried_again", method=request.method)
        try:
            return match.func(request, *match.args, **match.kwargs)
        except DomainError as refusal:
            return _refusal(request, refusal)
        except OperationalError as error:
            if not is_clash(error):
                raise
    return None


def _refusal(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    log.warning("refused", code=refusal.code, method=request.method)
    if request.path.startswith(MACHINE_ADDRESSES):
        return JsonResponse({"code": refusal.code, "detail": str(refusal.message)}, status=HTTPStatus.CONFLICT)
    return _page(request, HTTPStatus.CONFLICT, sentence=str(refusal.message))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429: further attempts are not taken for a while."""
    return _page(request, HTTPStatus.TOO_MANY_REQUESTS)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a code to quote, the same as in the log; 503 when only the database cannot answer now."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    reference = f"SDL-{today():%Y%m%d}-{secrets.token_hex(3).upper()}"
    log.error("server_error", reference=reference, method=request.method)  # Django logs the exception beside it
    here = request.path if request.method in {"GET", "HEAD"} else reverse("portal:home")
    return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, reference=reference, here=here)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: no connection, no space, a lock that did not come; says when to try again."""
    log.error("unavailable", method=request.method)
    is_read = request.method in {"GET", "HEAD"}
    here = request.path if is_read else reverse("portal:home")
    response = _page(request, HTTPStatus.SERVICE_UNAVAILABLE, here=here, is_read=is_read)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the protection of the form did not match; what was typed on our own page can be sent again."""
    log.warning("csrf_refused", reason=reason)
    return _page(request, HTTPStatus.FORBIDDEN, "403_csrf.html", resend=_resend(request), token=get_token(request))


def _page(request: HttpRequest, status: int, template: str = "", **context: Any) -> HttpResponse:
    if request.path.startswith(MACHINE_ADDRESSES):
        return JsonResponse({"code": CODES[status], "detail": HTTPStatus(status).phrase}, status=status)
    content = render_to_string(template or f"{int(status)}.html", {**shell(request), "status": int(status), **context})
    return HttpResponse(content, status=status)


def _resend(request: HttpRequest) -> dict[str, Any] | None:
    """The posted fields for a second try. Only where the browser vouches that our own page sent them:
    handing a stranger's post a fresh token would undo the protection."""
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return None
    pairs = typed.fields(request)
    return None if pairs is None else typed.form(request.get_full_path(), pairs)
