"""Pages about the organisation one acts for: 404 without one, 403 where the role does not allow the page."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Organisation


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request; set by the middleware."""
    return request.actor  # type: ignore[attr-defined]


def acted_for(request: HttpRequest, permission: str) -> Organisation:
    """The organisation the person acts for, if their role allows the page."""
    actor = actor_of(request)
    if actor.organisation is None:
        raise Http404
    if not may(actor, permission, actor.organisation):
        raise PermissionDenied(permission)
    return actor.organisation
