"""What a signed-in person saw stays nowhere: browsers and proxies keep no page of theirs, sign-out clears the rest."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

LEFT = '"cache", "storage"'


class PrivatePages:
    """Stands right after the session: `no-store` for whoever is signed in, unless the page says how it may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Both before and after: a page that signs somebody in or out is private, too (ASVS V14.3)."""
        was_in = SESSION_KEY in request.session
        response = self.get_response(request)
        is_in = SESSION_KEY in request.session
        if was_in or is_in:
            response.headers.setdefault("Cache-Control", "private, no-store")
        if was_in and not is_in:
            response.headers.setdefault("Clear-Site-Data", LEFT)
        return response
