"""The roles of the processes on the tests' database, and ways to be one of them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from django.db import connection

from exchange.settings.env import ADDRESS_OF_ROLE
from exchange.walls.grants import ROLES
from exchange.walls.services import Login, raise_walls


def address(role: str) -> str:
    """The role's name and password, on the database of this test run."""
    database = connection.settings_dict
    known = urlsplit(os.environ.get(ADDRESS_OF_ROLE[role], ""))
    name, password = known.username or f"{database['USER']}_{role}", known.password or f"tests-only-{role}"
    if role == "web":  # the tests themselves run as the owner, under the variable of the web server
        name, password = f"{database['USER']}_web", f"tests-only-{role}"
    return f"postgresql://{name}:{quote(password)}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.fixture(scope="session")
def addresses(django_db_setup, django_db_blocker) -> dict[str, str]:
    """The walls stand in the tests' database; where each role signs in."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
            if not cursor.fetchone()[0]:
                pytest.skip("the owner of the tests' database may not make roles")
        made = {role: address(role) for role in ROLES}
        raise_walls(made)
    return made


@pytest.fixture
def sign_in(addresses) -> Iterator[Callable[[str], psycopg.Connection]]:
    """Open a connection with the credentials of a role."""
    opened: list[psycopg.Connection] = []

    def connect(role: str) -> psycopg.Connection:
        opened.append(psycopg.connect(addresses[role], autocommit=True))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


@pytest.fixture
def act_as(addresses, transactional_db):
    """Let the code under test use Django's connection with the credentials of a role."""

    @contextmanager
    def switched(role: str) -> Iterator[None]:
        before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
        login = Login.of(role, addresses[role])
        connection.close()
        connection.settings_dict.update(USER=login.name, PASSWORD=login.password)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(before)

    return switched
