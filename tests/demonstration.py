"""The played demonstration, loaded once a run, for tests that look at the whole site: crawls and browsers.

Tests that use it carry no database mark: pytest-django runs them last, after every test that empties tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from accounts.users.models import User
from exchange.demo.cast import address
from exchange.demo.services import accounts, load
from exchange.jobs.testing import run_jobs

# one login for each way of seeing the site; none is a visitor
ROLES: dict[str, str] = {
    "visitor": "",
    "buyer": "nguoi-mua.minhhoa",
    "steward": "can-bo-du-lieu.btc",
    "signatory": "nguoi-ky.btc",
    "finance": "tai-chinh.minhhoa",
    "owner": "chu-tai-khoan.minhhoa",
    "owner_returned": "chu-tai-khoan.vantai",
    "owner_draft": "chu-tai-khoan.bando",
    "owner_suspended": "chu-tai-khoan.quangcao",
    "reviewer": "kiem-duyet-1",
    "operator_finance": "doi-soat",
    "supervisor": "giam-sat",
    "administrator": "quan-tri",
}
SHOWN = {
    "DEMO": True,
    "ROOT_URLCONF": "tests.demo_urls",
    "EMAIL_BACKEND": "exchange.common.mailfiles.EmailBackend",
}


@dataclass(frozen=True)
class Demonstration:
    """Who can sign in, and with what."""

    password: str
    settings: dict[str, Any]

    def login(self, role: str) -> str:
        """The address of a role of `ROLES`, or of a login of the cast."""
        return address(ROLES.get(role, role))

    def user(self, role: str) -> User | None:
        """The person of a role; none for a visitor."""
        return User.objects.get(email=self.login(role)) if ROLES[role] else None


def empty() -> None:
    """Empty the tables of the test database, and only of that one."""
    if connection.settings_dict["NAME"] != connection.settings_dict["TEST"]["NAME"]:
        raise RuntimeError("This is not the test database.")
    call_command("flush", interactive=False, verbosity=0)
    with connection.cursor() as cursor:  # not made by our migrations, so not among what flush empties
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(scope="session")
def _played(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("demonstration")
    folders = {name: folder / name.lower() for name in ("MEDIA_ROOT", "LOG_ROOT", "EMAIL_FILE_PATH")}
    kept = {**folders, **SHOWN}
    with django_db_blocker.unblock(), override_settings(**kept):
        empty()
        call_command("load_reference", stdout=StringIO())
        load()
        run_jobs()
    yield Demonstration(accounts()[0]["password"], kept)
    with django_db_blocker.unblock():
        empty()


@pytest.fixture
def demonstration(
    _own_log_folder: None, _played: Demonstration, django_db_blocker: Any, settings: Any
) -> Iterator[Demonstration]:
    """The demonstration, with the database open to this test; what it changes stays for the next."""
    for name, value in _played.settings.items():
        setattr(settings, name, value)
    cache.clear()
    with django_db_blocker.unblock():
        yield _played
