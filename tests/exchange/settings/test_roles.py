"""Each process signs in to the database as somebody of its own, or does not start."""

import importlib.util

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from exchange.settings import env
from exchange.walls.grants import ROLES


def manage():
    """manage.py as a module."""
    found = importlib.util.spec_from_file_location("manage", settings.BASE_DIR / "manage.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("role", "variable"),
    [(None, "DATABASE_URL"), ("web", "DATABASE_URL"), ("owner", "OWNER_DATABASE_URL")],
)
def test_role_of_the_process_says_which_address_it_takes(monkeypatch, role, variable):
    monkeypatch.delenv("DATABASE_ROLE", raising=False)
    if role:
        monkeypatch.setenv("DATABASE_ROLE", role)

    assert env.address_of_role() == variable


def test_unknown_role_stops_the_start(monkeypatch):
    monkeypatch.setenv("DATABASE_ROLE", "postgres")

    with pytest.raises(ImproperlyConfigured, match="DATABASE_ROLE must be one of web, worker, sequencer"):
        env.database_role()


def test_every_role_of_the_walls_has_an_address_and_the_owner_too():
    assert set(env.ADDRESS_OF_ROLE) == {*ROLES, "owner"}


def test_commands_that_change_tables_run_as_the_owner_and_the_processes_as_themselves():
    roles = manage().ROLE_OF_COMMAND

    assert {command: roles[command] for command in ("worker", "sequencer")} == {
        "worker": "worker",
        "sequencer": "sequencer",
    }
    assert {roles[command] for command in ("migrate", "load_reference", "database_roles", "restore")} == {"owner"}
    assert not {"appoint_administrator", "backup", "verify_files", "runserver", "open_log"} & set(roles)


@pytest.mark.parametrize(
    ("name", "is_known"), [("DATABASE_URL", True), ("OWNER_DATABASE_URL", True), ("PGHOST", False)]
)
def test_embedded_server_is_started_only_where_no_address_is_known(monkeypatch, name, is_known):
    monkeypatch.setattr("os.environ", {name: "x"})

    assert manage().has_address() is is_known


def test_address_that_may_be_missing(monkeypatch):
    monkeypatch.delenv("BACKUP_DATABASE_URL", raising=False)
    assert env.optional_database("BACKUP_DATABASE_URL") is None

    monkeypatch.setenv("BACKUP_DATABASE_URL", "postgresql://b:p%40ss@db.example:5433/x?sslmode=verify-full")
    assert env.optional_database("BACKUP_DATABASE_URL") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "x",
        "USER": "b",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full"},
    }
