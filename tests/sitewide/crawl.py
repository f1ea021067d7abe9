"""A person who follows every link of the pages they can see, a few of each kind, and tries every form."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.journeys.walker import Form, _Reader
from tests.sitewide.content import NONSENSE
from tests.sitewide.reading import Page, plain, read

EVERY = os.environ.get("CRAWL") == "all"  # many pages of each kind, as every person
SAME_KIND = 8 if EVERY else 1  # pages of one kind a person looks at
BY_STATE = {"transactions:order-detail": 9, "catalog:register-detail": 6, "admin:transactions_order_change": 3}
SEEN_ENOUGH = 2  # after so many people a page of one kind is looked at only where it differs by person
PERSONAL = ("home", "order-detail", "organisation", "verification", "admin:index", "members", "dataset-detail")
LINKS_OF_A_KIND = 3
ENDS_SESSION = ("/accounts/logout/", "/admin/logout/", "/organisation/act-for/")
START = (
    "/",
    "/catalogue/",
    "/transparency/",
    "/transparency/verify/",
    "/accounts/login/",
    "/demo/mail/",
    "/demo/bank/",
)
SIGNED_IN = (
    "/register/",
    "/orders/",
    "/earnings/",
    "/organisation/",
    "/organisation/members/",
    "/inbox/",
    "/profile/",
    "/admin/",
)


@dataclass
class Visit:
    """One answer of the site to one person."""

    url: str
    status: int
    content_type: str
    page: Page = field(default_factory=Page)
    html: str = ""
    is_led_away: bool = False  # another page answered, such as the one to sign in

    @cached_property
    def forms(self) -> list[Form]:
        """The forms of the page, read when somebody wants to send them."""
        reader = _Reader(self.url)
        reader.feed(self.html)
        return reader.forms

    @property
    def is_shown(self) -> bool:
        """Whether the person read the page they asked for."""
        return self.status == 200 and self.content_type.startswith("text/html") and not self.is_led_away


@dataclass
class Crawl:
    """What one person found in one language."""

    client: Client
    prefix: str = ""
    visits: dict[str, Visit] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)  # kinds that people before looked at

    def run(self, start: tuple[str, ...], *, every_link: bool = False) -> "Crawl":
        """Visit pages from the start on; with `every_link` also open what was only seen linked."""
        waiting, seen = [self.prefix + path for path in start], set()
        linked: dict[str, str] = {}
        while waiting:
            url = waiting.pop(0)
            if url in seen or not self._is_wanted(url):
                continue
            seen.add(url)
            for link in self._internal(self._visit(url).page.links):
                linked.setdefault(link, url)
                waiting.append(link)
        self.dead += [
            f"{self.visits[link].status} {link} on {page}"
            for link, page in linked.items()
            if link in self.visits and self.visits[link].status >= 400 and link != page
        ]
        self.others.update({kind_of(visit.url) for visit in self.visits.values() if visit.is_shown})
        if every_link:
            self._open({link: page for link, page in linked.items() if link not in seen})
        return self

    def _open(self, linked: dict[str, str]) -> None:
        """Links of kinds already seen: whether they answer, one for each way of asking."""
        asked: set[object] = set()
        kinds: Counter[str] = Counter()
        for link, page in linked.items():
            parts = urlsplit(link)
            way = (parts.path, tuple(sorted(name for name, _value in parse_qsl(parts.query))))
            kinds[kind_of(link)] += 1
            if way in asked or parts.path in self.visits or kinds[kind_of(link)] > LINKS_OF_A_KIND:
                continue
            asked.add(way)
            answer = self.client.get(link)
            drained(answer)
            if answer.status_code >= 400:
                self.dead.append(f"{answer.status_code} {link} on {page}")

    def _is_wanted(self, url: str) -> bool:
        kind = kind_of(url)
        self.kinds[kind] += 1
        if self.others[kind] >= SEEN_ENOUGH and not EVERY and not any(name in kind for name in PERSONAL):
            return False
        most = next((number for name, number in BY_STATE.items() if f"{name} " in kind), SAME_KIND)
        return self.kinds[kind] <= most

    def _internal(self, links: list[str]) -> Iterator[str]:
        for link in links:
            parts = urlsplit(link)
            if parts.netloc not in ("", "testserver") or parts.scheme in ("mailto", "tel"):
                continue
            is_english = parts.path.startswith("/en/")
            if parts.path.endswith(ENDS_SESSION) or (is_english != bool(self.prefix) and not is_machine(parts.path)):
                continue
            yield plain(link)

    def _visit(self, url: str) -> Visit:
        answer = self.client.get(url, follow=True)
        visit = visit_of(url, answer)
        self.visits[url] = visit
        return visit

    def refusals(self) -> Iterator[Visit]:
        """Every form sent empty and with nonsense; nothing of it is kept."""
        tried: set[tuple[str, ...]] = set()
        for visit in list(self.visits.values()):
            for form in visit.forms:
                path = urlsplit(form.action).path
                way = (kind_of(path), *sorted(form.kinds))
                if form.method == "POST" and way not in tried and not path.endswith(ENDS_SESSION):
                    tried.add(way)
                    yield from (self._send(path, values) for values in (untouched(form), nonsense(form)))

    def _send(self, path: str, values: dict[str, Any]) -> Visit:
        with transaction.atomic():
            answer = self.client.post(path, values, follow=True)
            transaction.set_rollback(True)
        return visit_of(path, answer)


def kind_of(url: str) -> str:
    """The name of the page, and what is asked of it."""
    parts = urlsplit(url)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return parts.path
    names = {name for name, _value in parse_qsl(parts.query)}
    asked = "" if "/admin/" in parts.path else ",".join(sorted(names))  # lists of the console look alike, sorted or not
    named = {key: value for key, value in found.kwargs.items() if key in ("step", "section", "kind", "action")}
    return f"{parts.path[:3] == '/en'} {found.view_name} {sorted(named.items())} {asked}"


def is_machine(path: str) -> bool:
    """Addresses that stand once, in no language."""
    return path.startswith(("/transparency/log/", "/api/", "/healthz", "/readyz", "/static/"))


def visit_of(url: str, answer: Any) -> Visit:
    """An answer, read when it is a page."""
    media = answer.headers.get("Content-Type", "")
    visit = Visit(url, drained(answer).status_code, media, is_led_away=bool(getattr(answer, "redirect_chain", None)))
    if media.startswith("text/html") and not answer.streaming:
        visit.html = answer.content.decode()
        visit.page = read(url, visit.html)
    return visit


def drained(answer: Any) -> Any:
    """An answer whose file was read to its end, and so is closed."""
    for _part in answer.streaming_content if answer.streaming else ():
        pass
    return answer


def untouched(form: Form) -> dict[str, Any]:
    """What the page itself sends along, and not one answer."""
    hidden = [name for name, kind in form.kinds.items() if kind == "hidden" and name != "csrfmiddlewaretoken"]
    return {name: form.values.get(name, [""]) for name in hidden}


def nonsense(form: Form) -> dict[str, Any]:
    """An answer to every field that no form should take."""
    shown = (name for name, kind in form.kinds.items() if kind not in ("file", "hidden", "submit", "button"))
    return untouched(form) | dict.fromkeys(shown, NONSENSE)
