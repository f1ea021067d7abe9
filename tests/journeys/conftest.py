"""One running portal for all journeys; it gets ready beside the other tests."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.portal import Portal

HERE = Path(__file__).parent
PORTAL = pytest.StashKey[Portal]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """The first start takes a minute: begin it before the first test when any of them needs it."""
    wanted = any("portal" in getattr(item, "fixturenames", ()) and HERE in item.path.parents for item in session.items)
    if wanted and not session.config.option.collectonly:
        session.config.stash[PORTAL] = Portal()
        session.config.stash[PORTAL].start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whatever happened, nothing of it stays."""
    portal = config.stash.get(PORTAL, None)
    if portal is not None:
        portal.remove()


@pytest.fixture(scope="session")
def portal(request: pytest.FixtureRequest) -> Portal:
    """The portal, once it is ready."""
    made = request.config.stash[PORTAL]
    made.wait()
    return made


@pytest.fixture(scope="session")
def logins(portal: Portal) -> list[dict[str, Any]]:
    """Logins as the README says one gets them."""
    return json.loads(portal.manage("demo_accounts", "--json"))
