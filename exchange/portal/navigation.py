"""Where the head and the foot of every page lead."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Link:
    """One entry: what it says, where it leads, on which pages it is the current one."""

    label: object
    view: str
    icon: str = ""
    section: tuple[str, ...] = ()


MAIN = (
    Link(_("Data catalogue"), "catalog:catalogue", "search", ("catalog:catalogue", "catalog:dataset-")),
    Link(_("Register data"), "catalog:register", "upload", ("catalog:register",)),
    Link(_("Public figures"), "transparency:home", "chart", ("transparency:",)),
)
DATA = (Link(_("Catalogue"), "catalog:catalogue"), Link(_("Register a data asset"), "catalog:register"))
TRUST = (Link(_("Transaction log"), "transparency:home"), Link(_("Check a receipt"), "transparency:verify"))


def links(entries: tuple[Link, ...], view_name: str = "") -> list[dict[str, object]]:
    """Entries with their addresses, the one of the present page marked."""
    return [
        {
            "label": entry.label,
            "url": reverse(entry.view),
            "icon": entry.icon,
            "current": any(view_name.startswith(prefix) for prefix in entry.section),
        }
        for entry in entries
    ]


def other_language(request: HttpRequest) -> dict[str, str]:
    """The same page, with its query, in the other language; the home page where there is no such page."""
    code = "vi" if get_language() == "en" else "en"
    here = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
    there = translate_url(here, code)
    if there == here or not urlsplit(there).path.startswith("/"):
        there = translate_url(reverse("portal:home"), code)
    return {"code": code, "url": there}
