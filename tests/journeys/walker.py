"""A visitor who knows only addresses and labels: reads pages, fills in the forms they hold, follows where they lead.

Standard library only, so that the same walk runs against a portal over HTTP and against Django's test client.
"""

import http.cookiejar
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

File = tuple[str, bytes, str]  # name, content, media type
TEXT_AREAS = {"textarea"}


@dataclass
class Answer:
    """What the portal sent back."""

    status: int
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page as text."""
        return self.body.decode("utf-8", "replace")


class Transport(Protocol):
    """One request, without following redirects."""

    def send(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer: ...


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """The walker follows redirects itself."""


class Network:
    """Over HTTP, with cookies of its own."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = build_opener(_Stay, HTTPCookieProcessor(self.jar))

    def send(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """One request to the portal."""
        request = Request(  # noqa: S310 - the address of the portal under test
            urljoin(self.base, url), data=body if method == "POST" else None, headers=headers, method=method
        )
        try:
            answer = self.opener.open(request, timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            lower = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, answer.url, lower, answer.read())


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, what can be chosen."""

    action: str
    method: str
    enctype: str
    values: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Finds forms and links."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.forms, self.links = url, [], []
        self.form: Form | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, controls and links as they come."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.url, given["href"]))
        elif tag == "form":
            self.form = Form(
                urljoin(self.url, given.get("action") or self.url),
                given.get("method", "get").upper(),
                given.get("enctype", ""),
            )
            self.forms.append(self.form)
        elif self.form is not None and (given.get("name") or tag == "option"):
            getattr(self, f"_{tag}", lambda _given: None)(given)

    def _input(self, given: dict[str, str]) -> None:
        name, kind, value = given["name"], given.get("type", "text"), given.get("value", "")
        self.form.kinds.setdefault(name, kind)
        if kind in ("submit", "image", "button"):
            self.form.buttons.append((name, value))
        elif kind in ("radio", "checkbox"):
            value = given.get("value", "on")
            self.form.options.setdefault(name, []).append(value)
            if "checked" in given:
                self.form.values.setdefault(name, []).append(value)
        elif kind != "file":
            self.form.values.setdefault(name, []).append(value)

    def _button(self, given: dict[str, str]) -> None:
        self.form.buttons.append((given["name"], given.get("value", "")))

    def _select(self, given: dict[str, str]) -> None:
        self.select = given["name"]
        self.form.kinds[self.select] = "select"

    def _option(self, given: dict[str, str]) -> None:
        if self.select:
            self.form.options.setdefault(self.select, []).append(given.get("value", ""))
            if "selected" in given:
                self.form.values.setdefault(self.select, []).append(given.get("value", ""))

    def _textarea(self, given: dict[str, str]) -> None:
        self.area = given["name"]
        self.form.kinds[self.area] = "textarea"
        self.form.values[self.area] = [""]

    def handle_data(self, data: str) -> None:
        """What stands in a text area."""
        if self.area and self.form is not None:
            text = self.form.values[self.area]
            text[0] = text[0] + data if text[0] else data.removeprefix("\n")  # as browsers do

    def handle_endtag(self, tag: str) -> None:
        """A form, list or text area ends."""
        if tag == "form":
            self.form = None
        elif tag == "select":
            if self.form is not None and self.form.options.get(self.select):  # a list always holds something
                self.form.values.setdefault(self.select, self.form.options[self.select][:1])
            self.select = ""
        elif tag == "textarea":
            self.area = ""


class Unavailable(Exception):
    """The portal says that it cannot answer now."""


class Walker:
    """One person at the portal."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.page = Answer(0, "/", {}, b"")
        self.broken: list[str] = []  # answers no person should ever see
        self.forms: list[Form] = []
        self.links: list[str] = []

    def get(self, url: str) -> Answer:
        """Open an address and follow where it leads."""
        return self._go("GET", urljoin(self.page.url, url), b"", {})

    def _go(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        headers = {"Accept": "text/html,*/*", "Referer": self.page.url, **headers}
        for _ in range(10):
            self.page = self.transport.send(method, url, body, headers)
            if self.page.status not in (301, 302, 303, 307):
                break
            method, url, body = "GET", urljoin(url, self.page.headers["location"]), b""
            headers = {"Accept": "text/html,*/*"}
        if self.page.status == 500:
            self.broken.append(f"{method} {urlsplit(url).path}")
        if self.page.status in (500, 502, 503):
            raise Unavailable(f"{self.page.status} for {method} {url}")
        self.page.url = url
        reader = _Reader(url)
        if "html" in self.page.headers.get("content-type", ""):
            reader.feed(self.page.text)
        self.forms, self.links = reader.forms, reader.links
        return self.page

    def form(self, fits: Callable[[Form], bool]) -> Form:
        """The one form of the page that fits."""
        found = [form for form in self.forms if fits(form)]
        if len(found) != 1:
            actions = [f"{form.method} {urlsplit(form.action).path}" for form in self.forms]
            raise LookupError(f"{len(found)} forms fit on {self.page.url}; the page has {actions}")
        return found[0]

    def link(self, end: str) -> str:
        """The first link of the page whose path and query end so; empty when there is none."""
        return next((link for link in self.links if link.partition("#")[0].endswith(end)), "")

    def main_form(self) -> Form:
        """The form the page is about: not sign-out, search, or the switch of organisation."""
        quiet = ("/accounts/logout/", "/organisation/act-for/", "/act-for/", "/inbox/")
        return self.form(lambda form: form.method == "POST" and not urlsplit(form.action).path.endswith(quiet))

    def submit(
        self, form: Form | None = None, *, files: dict[str, File] | None = None, press: str = "", **values: Any
    ) -> Answer:
        """Fill in a form (the main one) and send it; `press` names the value of a button."""
        form = form or self.main_form()
        given = {name: list(held) for name, held in form.values.items()}
        for name, value in values.items():
            if name in form.kinds or name in form.values:
                given[name] = [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]
        given |= {name: [value] for name, value in form.buttons if press and value == press}
        body, media = _encode(given, files or {}, form.enctype)
        return self._go("POST", form.action, body, {"Content-Type": media})

    def missing(self, form: Form, known: dict[str, Any]) -> list[str]:
        """Fields of a form that hold nothing and that `known` does not answer."""
        return [name for name in form.kinds if not any(form.values.get(name, [])) and name not in known]

    def json(self, url: str) -> Any:
        """A JSON answer."""
        return json.loads(self.get(url).body)


def _encode(values: dict[str, list[str]], files: dict[str, File], enctype: str) -> tuple[bytes, str]:
    pairs = [(name, value) for name, held in values.items() for value in held]
    if not files and enctype != "multipart/form-data":
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"
    edge = uuid.uuid4().hex
    body = b"".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    )
    for name, (title, content, media) in files.items():
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{title}"\r\nContent-Type: {media}'
        body += head.encode() + b"\r\n\r\n" + content + b"\r\n"
    return body + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
