"""A browser for the tests, and one running portal with the played demonstration; without a browser they are skipped."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from tests.browser import looking
from tests.browser.portal import Portal
from tests.demonstration import Demonstration

NO_BROWSER = "no Chromium on this machine: tests/browser/install.sh installs it, or name it in CHROMIUM"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and skip it where no browser is."""
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            if looking.chromium() is None:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a file of tests. Playwright's loop makes Django think that code is asynchronous."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with looking.browser() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def _served(_played: Demonstration) -> Iterator[LiveServer]:
    server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def _windows(browser: Browser) -> Iterator[dict[Any, BrowserContext]]:
    """Windows kept for a file of tests, so that each role signs in once."""
    kept: dict[Any, BrowserContext] = {}
    yield kept
    for context in kept.values():
        context.close()


@pytest.fixture
def portal(
    demonstration: Demonstration, _served: LiveServer, browser: Browser, _windows: dict, settings: Any
) -> Portal:
    """The running portal, and a window for each role."""
    settings.PUBLIC_ADDRESS = _served.url
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "127.0.0.1"]
    return Portal(_served.url, demonstration, browser, _windows)


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Fresh windows, closed at the end of the test."""
    opened: list[BrowserContext] = []

    def fresh(**wanted: Any) -> BrowserContext:
        opened.append(looking.window(browser, **wanted))
        return opened[-1]

    yield fresh
    for context in opened:
        context.close()
