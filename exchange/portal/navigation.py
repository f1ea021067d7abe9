"""Where the head and the foot of every page lead."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.encoding import escape_uri_path, iri_to_uri
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


def links(entries: tuple[Link, ...], view_name: str = "") -> tuple[dict[str, object], ...]:
    """Entries with their addresses, the one of the present page marked."""
    return _links(entries, view_name, get_language() or "")


@lru_cache(maxsize=500)
def _links(entries: tuple[Link, ...], view_name: str, language: str) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "label": str(entry.label),
            "url": reverse(entry.view),
            "icon": entry.icon,
            "current": any(view_name.startswith(prefix) for prefix in entry.section),
        }
        for entry in entries
    )


def other_language(request: HttpRequest) -> dict[str, str]:
    """The same page, with its query, in the other language; the home page where there is no such page."""
    code = "vi" if get_language() == "en" else "en"
    query = request.META.get("QUERY_STRING", "") if request.method in {"GET", "HEAD"} else ""
    there = _translated(request.path, code) or _translated(reverse("portal:home"), code)
    return {"code": code, "url": f"{there}?{iri_to_uri(query)}" if query else there}


@lru_cache(maxsize=2000)
def _translated(path: str, code: str) -> str:
    """The same place in the other language; nothing where there is none."""
    there = translate_url(escape_uri_path(path), code)
    is_other = there != escape_uri_path(path) and urlsplit(there).path.startswith("/")
    return there if is_other else ""
