"""Every kind of page as the person it belongs to sees it: policy, accessibility, width, theme, language."""

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.browser.portal import Portal
from tests.demonstration import ROLES
from tests.sitewide.crawl import SIGNED_IN, START, Crawl, Visit, kind_of

PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 800}
LOOKED_AT: set[str] = set()  # kinds of pages another role has shown already


def pages_of(portal: Portal, role: str) -> list[str]:
    """One address of each kind of page that nobody showed before."""
    client, user = Client(), portal.demonstration.user(role)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    found = Crawl(client).run(START + (SIGNED_IN if user else ()))
    shown = {kind_of(url): url for url, visit in found.visits.items() if is_page(visit)}
    new = {kind: url for kind, url in shown.items() if kind not in LOOKED_AT}
    LOOKED_AT.update(new)
    return list(new.values())


def is_page(visit: Visit) -> bool:
    """Whether a person read a page there; a refusal is not the page they asked for."""
    return visit.status == 200 and visit.content_type.startswith("text/html")


def look_at(portal: Portal, tab: Page, path: str) -> list[str]:
    """One page: on a light telephone and a dark desk in Vietnamese, on a light desk in English."""
    tab.emulate_media(color_scheme="light")
    tab.set_viewport_size(PHONE)
    answer = tab.goto(portal.url + path)
    status = answer.status if answer else 0
    found = portal.faults(tab, status=status)
    tab.set_viewport_size(DESK)
    tab.emulate_media(color_scheme="dark")
    found += portal.faults(tab, status=status)
    tab.emulate_media(color_scheme="light")
    tab.goto(f"{portal.url}/en{path}")
    return found + portal.faults(tab, status=status)


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_role_break_no_rule(portal, role):
    tab = portal.tab(role)

    found = [fault for path in pages_of(portal, role) for fault in look_at(portal, tab, path)]

    assert not found, "\n".join(found)
