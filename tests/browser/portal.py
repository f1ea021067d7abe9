"""The running portal as people with different roles see it, and what must not be seen on any page."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import looking
from tests.demonstration import Demonstration
from tests.sitewide.content import entered
from tests.sitewide.languages import foreign
from tests.sitewide.reading import Said, read


@dataclass
class Portal:
    """An address, people who can sign in, and their windows."""

    url: str
    demonstration: Demonstration
    browser: Browser
    windows: dict[Any, BrowserContext]
    content: list[str] = field(default_factory=list)
    clean: set[tuple[Said, str]] = field(default_factory=set)  # what many pages say is judged once

    def tab(self, role: str, *, width: int = 1280, dark: bool = False) -> Page:
        """A tab of a person's window, signed in; the window is kept for the next test that wants the same."""
        key = role, width, dark
        if key not in self.windows:
            self.windows[key] = looking.window(self.browser, width=width, dark=dark)
            tab = self.windows[key].new_page()
            if role != "visitor":
                looking.sign_in(tab, self.url, self.demonstration.login(role), self.demonstration.password)
        return self.windows[key].pages[0]

    def faults(self, tab: Page, *, status: int = 200) -> list[str]:
        """What must not be on the page that is open now: broken rules, a wrong width, words of the other language."""
        seen = looking.examine(tab, status=status)
        return [f"{seen.url}: {fault}" for fault in [*seen.faults, *self.foreign_words(tab)]]

    def foreign_words(self, tab: Page) -> list[str]:
        """Words of the other language on the open page."""
        language = tab.locator("html").get_attribute("lang") or ""
        self.content = self.content or entered()
        said = {one: None for one in read(tab.url, tab.content()).said if (one, language) not in self.clean}
        wrong = {one: words for one in said if (words := foreign(one, language, self.content))}
        self.clean |= {(one, language) for one in said if one not in wrong}
        return list(wrong.values())
