"""How much a steward reads on the way to a sent registration: an estimate by words, which the pages must keep.

A quarter of an hour holds some 2,300 words read (200 a minute), 100 typed (40 a minute), nine choices of four seconds
and two seconds for each of 13 pages. Navigation, buttons and the title repeated on each page are read once and not
counted; nor is what stands under a closed fold.
"""

import re
from html.parser import HTMLParser

import pytest

from catalog.assets.wizard import step_url
from tests.factories.catalog import RevisionFactory

pytestmark = pytest.mark.django_db
WAY = ("1", "1-details", "1-record", "3", "3-rights", "4", "4-access", "4-protection", "5", "7")
MOST_WORDS = 1_450  # of these ten pages; the three of the file need 400 to 650 more, as the file is
UNREAD = {"nav", "button", "option", "script", "datalist"}
VOID = {"input", "br", "img", "use", "path", "meta", "link"}


class Reader(HTMLParser):
    """Words of the main part of a page that are seen without opening a fold."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.words = 0

    def handle_starttag(self, tag, attrs):
        if tag in VOID:
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        self.open.append((tag, tag in UNREAD or bool(classes & {"vh", "eyebrow", "btn", "back", "stepbar", "steps"})))
        if tag == "details" and "open" not in given:
            self.open[-1] = ("fold", False)

    def handle_startendtag(self, tag, attrs):
        """Pictures and fields hold no words."""

    def handle_endtag(self, tag):
        wanted = {tag, "fold" if tag == "details" else tag}
        if any(name in wanted for name, _ in self.open):
            while self.open.pop()[0] not in wanted:
                pass

    def handle_data(self, data):
        tags = [tag for tag, _ in self.open]
        is_folded = "fold" in tags and "summary" not in tags[len(tags) - tags[::-1].index("fold") :]
        if "main" in tags and not is_folded and not any(unread for _, unread in self.open):
            self.words += len(re.findall(r"\w+(?:[-/.,]\w+)*", data))


def words_of(html: str) -> int:
    reader = Reader()
    reader.feed(html)
    return reader.words


def test_words_under_a_closed_fold_are_not_counted_its_line_is():
    page = "<main><h1>Hai từ</h1><details><summary>một dòng</summary><p>không ai đọc</p></details><p>cuối</p></main>"

    assert words_of(page) == 5
    assert words_of(page.replace("<details>", "<details open>")) == 8


def test_a_registration_is_read_within_a_quarter_of_an_hour(client, steward, owner):
    client.force_login(steward.user)
    draft = RevisionFactory(asset__owner=owner, complete=True)

    read = {slug: words_of(client.get(step_url(draft.asset.number, slug)).content.decode()) for slug in WAY}

    assert all(read.values()), read
    assert sum(read.values()) <= MOST_WORDS, read
