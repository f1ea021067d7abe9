"""What every page needs to know: the site, and who is looking."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.access.actor import Actor
from accounts.access.selectors import memberships_of
from accounts.organisations.models import Organisation
from exchange.notifications.models import Message
from exchange.portal import navigation

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Account:
    """The signed-in person as the head of a page shows them."""

    actor: Actor
    organisations: list[Organisation] = field(default_factory=list)
    unread: int = 0

    @property
    def name(self) -> str:
        """Who is acting: the organisation, else the person."""
        organisation = self.actor.organisation
        return (organisation.short_name or organisation.name) if organisation else str(self.actor.user)


def account(request: HttpRequest) -> Account | None:
    """The account area; nothing for visitors. Three small queries at most, one when not shown."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    actor = request.actor  # type: ignore[attr-defined]
    organisations = [] if actor.is_staff else [membership.organisation for membership in memberships_of(user)]
    unread = Message.objects.filter(recipient=user, read_at__isnull=True).count()
    return Account(actor=actor, organisations=organisations, unread=unread)


def shell(request: HttpRequest) -> dict[str, Any]:
    """What a page needs without database, session or messages: error pages use only this."""
    match = getattr(request, "resolver_match", None)
    theme = request.COOKIES.get("theme", "")
    return {
        "demo": settings.DEMO,
        "theme": theme if theme in THEMES else "",
        "main_links": navigation.links(navigation.MAIN, match.view_name if match else ""),
        "data_links": navigation.links(navigation.DATA),
        "trust_links": navigation.links(navigation.TRUST),
        "other_language": navigation.other_language(request),
    }


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every ordinary page."""
    return {**shell(request), "account": SimpleLazyObject(lambda: account(request))}
