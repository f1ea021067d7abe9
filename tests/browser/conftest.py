"""A browser for the tests; without one they are skipped with the reason."""

import os
from collections.abc import Iterator

import pytest

from tests.browser import looking

NO_BROWSER = "no Chromium on this machine: tests/browser/install.sh installs it, or name it in CHROMIUM"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and skip it where no browser is."""
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            if looking.chromium() is None:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One browser for the whole run. Playwright's loop makes Django think that code is asynchronous."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with looking.browser() as started:
        yield started
