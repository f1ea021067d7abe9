"""What a person reads on a page: its words with their language, where its links lead, and the forms it holds."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit, urlunsplit

SILENT = {"script", "style", "code", "svg"}  # codes and drawings; what a drawing says stands in its attributes
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SAID = ("title", "alt", "aria-label", "placeholder", "aria-description")
BUTTONS = {"submit", "button", "reset"}


@dataclass(frozen=True)
class Said:
    """Words and the language they are marked with."""

    words: str
    language: str


@dataclass
class Page:
    """A page as it was read."""

    said: list[Said] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.page = url, Page()
        self.open: list[tuple[str, str, bool]] = []  # element, language, whether it is read

    @property
    def language(self) -> str:
        return self.open[-1][1] if self.open else ""

    @property
    def is_read(self) -> bool:
        return self.open[-1][2] if self.open else True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self.language)
        is_read = self.is_read and tag not in SILENT and given.get("translate") != "no"
        if self.is_read:
            self._attributes(tag, given, language)
        self._addresses(tag, given)
        if tag not in VOID:
            # what people typed stands in text areas and inputs, not in the interface
            self.open.append((tag, language, is_read and tag != "textarea"))

    def _attributes(self, tag: str, given: dict[str, str], language: str) -> None:
        names = [name for name in SAID if given.get(name)]
        if tag == "input" and given.get("type") in BUTTONS:
            names.append("value")
        self.page.said += [Said(given[name], language) for name in names if given.get(name)]

    def _addresses(self, tag: str, given: dict[str, str]) -> None:
        if given.get("id"):
            self.page.ids.add(given["id"])
        if tag == "a" and given.get("href") and not given.get("hreflang"):
            self.page.links.append(urljoin(self.url, given["href"]))
        if (tag == "link" and given.get("rel") == "stylesheet") or (tag == "script" and given.get("src")):
            self.page.files.append(urlsplit(urljoin(self.url, given.get("href") or given["src"])).path)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and self.is_read:
            self.page.said.append(Said(words, self.language))


def read(url: str, html: str) -> Page:
    """Read a page."""
    reader = _Reader(url)
    reader.feed(html)
    return reader.page


def plain(url: str) -> str:
    """An address without its part after #."""
    return urlunsplit(urlsplit(url)._replace(fragment="", scheme="", netloc=""))
