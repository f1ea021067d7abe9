"""One running portal for all journeys: tests marked as its group run in the same worker, so it starts once a run."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.portal import Portal


@pytest.fixture(scope="package")
def portal() -> Iterator[Portal]:
    """The portal, once it is ready; nothing of it stays after the last journey, however the start went."""
    made = Portal()
    try:
        made.start()
        made.wait()
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="package")
def logins(portal: Portal) -> list[dict[str, Any]]:
    """Logins as the README says one gets them."""
    return json.loads(portal.manage("demo_accounts", "--json"))
