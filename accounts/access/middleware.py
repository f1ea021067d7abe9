"""Puts the actor on the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.access.actor import Actor
from accounts.access.selectors import actor_for

SESSION_KEY = "acting_for"


def _actor(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return Actor()
    return actor_for(request.user, request.session.get(SESSION_KEY))


class ActorMiddleware:
    """`request.actor`: read from the database when a page first asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the lazy actor."""
        request.actor = SimpleLazyObject(lambda: _actor(request))
        return self.get_response(request)
