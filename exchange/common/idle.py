"""A session ends after a time without activity (TCVN 14423:2026 5.5, R135), and 12 hours after signing in.

What was typed is kept.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.common import typed
from exchange.common.clock import now

SEEN, LIMIT, UNSENT, BEGAN = "seen_at", "idle_seconds", "unsent", "signed_in_at"
GRAIN = 30  # seconds between two notes of activity: one write of the session in that time, not one a page


class IdleMiddleware:
    """Signs out whoever was idle or signed in for too long; stands before LoginRequiredMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End an idle session before the page, note the activity after it."""
        request.timed_out = ""  # type: ignore[attr-defined]
        if SESSION_KEY in request.session and (_is_idle(request) or _is_too_long(request)):
            request.timed_out = request.session[SESSION_KEY]  # type: ignore[attr-defined]
            logout(request)
        response = self.get_response(request)
        _note_activity(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Say what happened; a post to a protected page is kept until the same person has signed in again."""
        if not request.timed_out:  # type: ignore[attr-defined]
            return None
        messages.info(
            request,
            _("You were signed out: nothing happened for a while, or 12 hours have passed. Sign in again to go on."),
        )
        if request.method != "POST" or not getattr(view, "login_required", True):
            return None
        return _keep(request)


def _is_idle(request: HttpRequest) -> bool:
    seen = request.session.get(SEEN)
    limit = request.session.get(LIMIT, settings.SESSION_IDLE_SECONDS)
    return seen is not None and now().timestamp() - seen > limit


def _is_too_long(request: HttpRequest) -> bool:
    """Activity keeps no session alive for ever: each note of it would put off its end (ASVS V7.3.2)."""
    began = request.session.get(BEGAN)
    return began is not None and now().timestamp() - began > settings.SESSION_COOKIE_AGE


def _note_activity(request: HttpRequest) -> None:
    session = request.session
    if SESSION_KEY not in session or now().timestamp() - session.get(SEEN, 0) < GRAIN:
        return
    role = request.actor.staff_role  # type: ignore[attr-defined]
    session[SEEN] = int(now().timestamp())
    session.setdefault(BEGAN, session[SEEN])
    session[LIMIT] = settings.SESSION_IDLE_SECONDS_OF_ROLE.get(role, settings.SESSION_IDLE_SECONDS)


def _keep(request: HttpRequest) -> HttpResponse:
    """The form's protection has matched by now, so our own page sent this."""
    pairs = typed.fields(request)
    if pairs is None:
        return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
    person = request.timed_out  # type: ignore[attr-defined]
    request.session[UNSENT] = {"person": person, "url": request.get_full_path(), "fields": pairs}
    return redirect_to_login(reverse("portal:unsent"), reverse(settings.LOGIN_URL))


def unsent(request: HttpRequest) -> dict[str, Any] | None:
    """What this person had typed when the session ended; nobody else's."""
    kept = request.session.get(UNSENT)
    if not kept or kept["person"] != str(request.user.pk):
        return None
    return typed.form(kept["url"], kept["fields"])
