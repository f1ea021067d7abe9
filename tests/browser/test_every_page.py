"""Every kind of page as the person it belongs to sees it: policy, accessibility, width, theme, language.

`make browser` looks at each page in every way; `make test` in one way each, the ways taken in turn.
"""

import os
import zlib
from collections import Counter

from django.test import Client
from playwright.sync_api import Page

from tests.browser.portal import Portal
from tests.demonstration import ROLES
from tests.sitewide.crawl import SIGNED_IN, START, Crawl, kind_of

# size, colours, address: a light telephone and a dark desk in Vietnamese, a light desk in English
PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 800}
WAYS = ((PHONE, "light", ""), (DESK, "dark", ""), (DESK, "light", "/en"))


def pages_of(portal: Portal, role: str, seen: Counter[str]) -> list[str]:
    """One address of each kind of page that nobody has looked at; `seen` counts who came to a kind of page."""
    client, user = Client(), portal.demonstration.user(role)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = set(seen)
    found = Crawl(client, others=seen).run(START + (SIGNED_IN if user else ()))
    shown = {kind_of(url): url for url, visit in found.visits.items() if visit.is_shown}
    return [url for kind, url in shown.items() if kind not in before]


def ways_of(path: str) -> tuple[tuple[dict[str, int], str, str], ...]:
    """How a page is looked at; the same way for all pages of its kind in every run."""
    if os.environ.get("LOOKS") == "all":
        return WAYS
    return (WAYS[zlib.crc32(kind_of(path).encode()) % len(WAYS)],)


def look_at(portal: Portal, tab: Page, path: str) -> list[str]:
    """What is wrong with one page."""
    found = []
    for size, colours, language in ways_of(path):
        tab.set_viewport_size(size)
        tab.emulate_media(color_scheme=colours)
        answer = tab.goto(portal.url + language + path)
        found += portal.faults(tab, status=answer.status if answer else 0)
    return found


def test_no_page_of_any_role_breaks_a_rule(portal):
    seen: Counter[str] = Counter()
    found = []
    for role in ROLES:
        tab = portal.tab(role)
        found += [f"{role}: {fault}" for path in pages_of(portal, role, seen) for fault in look_at(portal, tab, path)]

    assert not found, "\n".join(found)
