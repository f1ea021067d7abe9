"""Who did what from where: account, sign-in, sign-out, address, source port (Decree 333 Art. 16.6, 20.3; R132)."""

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

log = structlog.get_logger(__name__)
GIVEN_ID = re.compile(r"[0-9a-zA-Z-]{8,64}")
View = Callable[[HttpRequest], HttpResponse]


class RequestLog:
    """One line a request; everything logged on the way carries the same request id, address and port."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Log the request when it is answered; the path alone, for queries may hold personal data."""
        ip, port = client_of(request)
        with structlog.contextvars.bound_contextvars(request_id=_request_id(request), ip=ip, port=port):
            started = time.perf_counter()
            response = self.get_response(request)
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000),
                account=_account(request),
            )
        return response


class SignInLog:
    """Notes when a session becomes an account's and when it ends; stands after the authentication middleware."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Signing in or out puts a plain user in place of the lazy one; otherwise nobody needs to be looked up."""
        response = self.get_response(request)
        if isinstance(request.user, SimpleLazyObject):
            return response
        before, after = getattr(getattr(request, "_cached_user", None), "pk", None), request.user.pk
        if before and before != after:
            log.info("signed_out", account=before)
        if after and before != after:
            log.info("signed_in", account=after)
        return response


def client_of(request: HttpRequest) -> tuple[str, str]:
    """Address and source port of the client; behind our own proxy the ones it names in X-Real-IP and X-Real-Port."""
    if settings.BEHIND_PROXY:
        return request.headers.get("X-Real-IP", ""), request.headers.get("X-Real-Port", "")
    return request.META.get("REMOTE_ADDR", ""), request.META.get("REMOTE_PORT", "")


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
    return given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex


def _account(request: HttpRequest) -> int | None:
    """The account, if the page asked who it is; the log itself causes no query."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)
