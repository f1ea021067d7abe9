"""One look at a page: what breaks the content policy, the accessibility rules, or the width of a phone."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]
WIDTHS = {"phone": 360, "desk": 1280}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what passes need not be described: half the time
}
# Set before the page's own scripts run; the policy does not reach it.
LISTEN = """
window.__violations = [];
document.addEventListener('securitypolicyviolation',
  e => window.__violations.push(e.effectiveDirective + ' ' + (e.blockedURI || 'inline')));
"""
PATIENCE = 90_000  # milliseconds: a busy machine is slow, not wrong
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Sight:
    """What was seen of one page."""

    url: str
    status: int
    title: str
    policy: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    sideways: int = 0

    @property
    def faults(self) -> list[str]:
        """Everything that must not be there; the expected status of error pages is judged by the caller."""
        found = [f"policy: {text}" for text in self.policy] + [f"axe: {text}" for text in self.axe]
        found += [f"console: {text}" for text in self.console]
        return found + ([f"{self.sideways}px wider than the screen"] if self.sideways > 0 else [])


def chromium() -> str | None:
    """The browser to use, or nothing."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if os.access(named, os.X_OK) else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless browser for the time of the block."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield started
        finally:
            started.close()


def window(
    browser: Browser, *, width: int = 1280, dark: bool = False, scripts: bool = True, language: str = "vi-VN"
) -> BrowserContext:
    """A fresh window: own cookies, given width and theme."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        locale=language,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(LISTEN)
    return context


def look(page: Page, url: str) -> Sight:
    """Open an address and examine it."""
    noise: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            noise.append(message.text)

    page.on("console", hear)
    response = page.goto(url, wait_until="load")
    status = response.status if response else 0
    page.remove_listener("console", hear)  # what the examination itself causes is no fault of the page
    seen = examine(page, url, status)
    # a browser notes every 4xx and 5xx of the page itself as an error
    seen.console = [text for text in noise if "Failed to load resource" not in text or status < 400]
    return seen


def examine(page: Page, url: str = "", status: int = 200) -> Sight:
    """Examine the page that is open now."""
    policy = page.evaluate("window.__violations.slice()")  # axe reads imported sheets by means the policy forbids
    found = Axe().run(page, options=RULES).response["violations"]
    page.evaluate("window.__violations.length = 0")  # what axe caused is no fault of the page, nor of the next look
    rules = [f"{rule['id']} {node['target']}" for rule in found for node in rule["nodes"]]
    return Sight(
        url=url or page.url,
        status=status,
        title=page.title(),
        policy=policy,
        axe=rules,
        sideways=page.evaluate(SIDEWAYS),
    )


def sign_in(page: Page, base: str, login: str, password: str) -> None:
    """Sign in through the portal's own page."""
    page.goto(f"{base}/accounts/login/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("main form button")
    page.wait_for_load_state("load")
