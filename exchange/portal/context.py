"""What every page needs to know: the site, and who is looking."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from accounts.access.actor import Actor
from exchange.common.kept import Part
from exchange.notifications.models import Message
from exchange.portal import navigation
from transactions.halts.selectors import is_halted

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Account:
    """The signed-in person as the head of a page shows them."""

    actor: Actor
    unread: int = 0

    @property
    def name(self) -> str:
        """Who is acting: the organisation, else the person."""
        organisation = self.actor.organisation
        if organisation is None:
            return str(self.actor.user)
        short = organisation.short_name if get_language() != "en" else ""  # short names are Vietnamese
        return short or organisation.name


def account(request: HttpRequest) -> Account | None:
    """The account area; nothing for visitors."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    unread = Message.objects.filter(recipient=user, read_at__isnull=True).count()
    return Account(actor=request.actor, unread=unread)  # type: ignore[attr-defined]


def shell(request: HttpRequest) -> dict[str, Any]:
    """What a page needs without database, session or messages: error pages use only this."""
    match = getattr(request, "resolver_match", None)
    links = navigation.links(navigation.MAIN, match.view_name if match else "")
    theme = request.COOKIES.get("theme", "")
    return {
        "demo": settings.DEMO,
        "theme": theme if theme in THEMES else "",
        "main_links": Part("links", tuple(link["current"] for link in links), links),
        "foot": Part("foot", settings.DEMO, foot),
        "other_language": navigation.other_language(request),
    }


def foot() -> dict[str, Any]:
    """The foot of every page: the same for everybody in a language."""
    return {
        "demo": settings.DEMO,
        "data": navigation.links(navigation.DATA),
        "trust": navigation.links(navigation.TRUST),
    }


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every ordinary page."""
    return {
        **shell(request),
        "account": SimpleLazyObject(lambda: account(request)),
        "trading_halted": SimpleLazyObject(is_halted),
    }
