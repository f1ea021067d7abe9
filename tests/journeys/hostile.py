"""Hostile input: a corpus, a crawler that finds every form a person can reach, posts that put the corpus into it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

LONG = "dài ".encode() * 25_000
CORPUS: tuple[bytes, ...] = (
    b"<script>alert(1)</script>\"'><img src=x onerror=alert(2)>",
    b"x\r\nX-Evil: 1\r\n\r\n<b>",
    b'=HYPERLINK("http://evil.example","x")',
    b"a\x00b%00",
    LONG,
    b"\xed\xa0\x80\xff\xfe lone",
    "\u202etxt.exe\u202c 🙂👩‍👩‍👧 \u2028".encode(),
    b"999999999999999999999999999999",
    b"-1e309",
    b"31/02/2026",
    b"",
)
QUERY = (
    "?id=1&id=2&page=%00&page=x&q=%ED%A0%80%3Cscript%3Ealert(1)%3C/script%3E&next=//evil.example&then=%0d%0aX-Evil:1"
)
NEVER = (b"<script>alert(", b"<img src=x", b'onerror=alert(2)>"')
NUMBERS = re.compile(r"(?:[A-Z]+-?)?\d{4,}[\w-]*|\b\d+(?=/(?!$))")
SKIPPED = ("/accounts/logout/", "/static/", "/demo/")


@dataclass
class Form:
    """A form as it stands in a page."""

    action: str
    method: str = "get"
    is_multipart: bool = False
    fields: dict[str, list[str]] = field(default_factory=dict)
    open_fields: list[str] = field(default_factory=list)  # what a person types or chooses
    files: list[str] = field(default_factory=list)

    @property
    def shape(self) -> tuple[str, tuple[str, ...]]:
        """What makes two forms alike: the view they go to, and their fields."""
        return view_of(self.action), tuple(sorted({*self.fields, *self.open_fields, *self.files}))


class Reader(HTMLParser):
    """Forms and links of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.links, self.forms, self.inside = address, [], [], None
        self.chooser = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, forms and controls."""
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(urljoin(self.address, found["href"]).split("#")[0])
        elif tag == "form":
            action = urljoin(self.address, found.get("action") or self.address)
            kind = found.get("enctype", "") == "multipart/form-data"
            self.inside = Form(action, found.get("method", "get").lower(), kind)
            self.forms.append(self.inside)
        elif self.inside is not None:
            self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "option" and self.chooser and "selected" in found:
            self.inside.fields.setdefault(self.chooser, []).append(found.get("value", ""))
        if tag == "select":
            self.chooser = name
        if not name or tag not in ("input", "textarea", "select", "button"):
            return
        if kind == "file":
            self.inside.files.append(name)
        elif kind == "hidden":
            self.inside.fields.setdefault(name, []).append(found.get("value", ""))
        elif tag == "button" or kind == "submit":
            self.inside.fields.setdefault(name, [found.get("value", "")])
        elif name not in self.inside.open_fields:
            self.inside.open_fields.append(name)

    def handle_endtag(self, tag: str) -> None:
        """Leave the form."""
        if tag == "form":
            self.inside = None
        if tag == "select":
            self.chooser = ""


def view_of(address: str) -> str:
    """The name of the view behind an address."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def crawl(
    client: Client, starts: tuple[str, ...], *, each: int = 4, most: int = 160
) -> Iterator[tuple[str, list[Form]]]:
    """Pages a person reaches by links, of every kind a few, with their forms."""
    waiting, seen, visits = list(starts), set(), {}
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        path = urlsplit(address).path
        view = view_of(path)
        kind = f"{view} {NUMBERS.sub('', path)}"
        if not view or path in seen or path.startswith(SKIPPED) or visits.get(kind, 0) >= each:
            continue
        seen.add(path)
        visits[kind] = visits.get(kind, 0) + 1
        with undone():
            answer = client.get(path)
            if answer.status_code in (301, 302) and answer.headers["Location"].startswith("/"):
                waiting.append(answer.headers["Location"])
            if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            reader = Reader(path)
            reader.feed(answer.content.decode())
        waiting += [link for link in reader.links if link.startswith("/")]
        yield path, [form for form in reader.forms if form.method == "post"]


class undone:  # noqa: N801 - reads as a word of the with statement
    """Whatever happens inside is undone: every post meets the same world."""

    def __enter__(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, *told: object) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)


def bodies(form: Form) -> Iterator[bytes]:
    """The form filled with the corpus, each field with another piece in every round; once with every field twice."""
    for turn in range(len(CORPUS)):
        pairs = [(name, value.encode()) for name, values in form.fields.items() for value in values]
        pairs += [(name, CORPUS[(at + turn) % len(CORPUS)]) for at, name in enumerate(form.open_fields)]
        if not form.open_fields and turn:
            return
        yield _encoded(pairs)
    yield _encoded([(name, b"1") for name in (*form.fields, *form.open_fields) for _ in range(2)])
    yield _encoded([(name, CORPUS[turn % len(CORPUS)]) for turn, name in enumerate(form.fields)])


def _encoded(pairs: list[tuple[str, bytes]]) -> bytes:
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs).encode()


def hostile_files() -> Iterator[SimpleUploadedFile]:
    """Uploads that are not what they say."""
    yield SimpleUploadedFile("../../<script>alert(1)</script>.csv", b"a,b\n=1+1,2\n", "text/csv")
    yield SimpleUploadedFile("x" * 300 + ".pdf", b"MZ\x90\x00", "application/pdf")
    yield SimpleUploadedFile("trống.csv", b"", "text/csv")
    yield SimpleUploadedFile("a\x00b\r\n.xlsx", b"PK\x03\x04rubbish", "application/x-evil")


def faults(client: Client, form: Form) -> Iterator[str]:
    """What a form does wrong with the corpus; the person stays signed in whatever it does to the session."""
    cookies = client.cookies.copy()
    for body in bodies(form):
        client.cookies = cookies.copy()
        with undone():
            answer = client.post(form.action, body, content_type="application/x-www-form-urlencoded")
            yield from judged(f"POST {form.action} {body[:120]!r}", answer)
            if answer.status_code == 302 and answer.headers["Location"].startswith("/"):
                yield from judged(f"after POST {form.action}", client.get(answer.headers["Location"]))
    for upload in hostile_files() if form.files else ():
        known = {name: values[0] for name, values in form.fields.items()}
        client.cookies = cookies.copy()
        with undone():
            answer = client.post(form.action, known | dict.fromkeys(form.files, upload))
            yield from judged(f"POST {form.action} with {upload.name[:40]!r}", answer)
    client.cookies = cookies


def judged(what: str, answer: HttpResponse) -> Iterator[str]:
    """No server error, nothing that runs, no header of the sender's own."""
    if answer.status_code >= 500:
        yield f"{answer.status_code}: {what}"
    if "X-Evil" in answer.headers or "\n" in answer.headers.get("Location", ""):
        yield f"header: {what}"
    if answer.headers.get("Location", "").startswith(("//", "http://evil")):
        yield f"sent away: {what}"
    if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
        yield from (f"not inert {never!r}: {what}" for never in NEVER if never in answer.content)
