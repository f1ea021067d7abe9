"""Every page, form error and mail, as each role sees it: no English in Vietnamese, no Vietnamese in English."""

from collections import Counter

import pytest
from django.test import Client

from tests.demonstration import ROLES
from tests.sitewide.content import entered
from tests.sitewide.crawl import SIGNED_IN, START, Crawl
from tests.sitewide.languages import foreign

pytestmark = pytest.mark.slow
LANGUAGES = {"vi": "", "en": "/en"}
SEEN = {language: Counter() for language in LANGUAGES}  # kinds of pages, by how many people looked at them


def crawl(demonstration, role: str, language: str) -> Crawl:
    """What a role sees in a language."""
    client, user = Client(), demonstration.user(role)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    found = Crawl(client, LANGUAGES[language], others=SEEN[language])
    return found.run(START + (SIGNED_IN if user else ()), every_link=language == "vi")


def wrong_words(visits, language: str, content: list[str]) -> list[str]:
    """Texts with words of the other language, each with the first page it stands on."""
    first = {}
    for visit in visits:
        for said in visit.page.said:
            first.setdefault(said, visit.url)  # what many pages say is judged once
    found = {}
    for said, url in first.items():
        words = foreign(said, language, content)
        if words:
            found.setdefault(words, url)
    return [f"{url}: {words}" for words, url in found.items()]


# A language is read by one worker, so that every run looks at the same pages, however the tests are shared out.
@pytest.mark.parametrize("language", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in LANGUAGES])
@pytest.mark.parametrize("role", ROLES)
def test_pages_and_refusals_speak_one_language_and_no_link_is_dead(demonstration, role, language):
    found = crawl(demonstration, role, language)
    refusals = list(found.refusals())

    wrong = wrong_words([*found.visits.values(), *refusals], language, entered())
    assert not wrong, "\n".join(wrong)
    assert not found.dead, "\n".join(found.dead)
    assert [visit.url for visit in refusals if visit.status >= 500] == []
