"""What every test stands on: a database with the reference data, kept while the migrations stay the same."""

import gc
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases
from django.utils import translation
from django.utils.module_loading import import_string

from tests import template
from tests.demonstration import _played, demonstration  # noqa: F401 - fixtures

FLOORS = ("exchange", "accounts", "catalog", "transactions")
FORGET_JOBS = "TRUNCATE procrastinate_jobs CASCADE"  # tables of the queue are no models: a flush leaves them
EMPTIED = pytest.StashKey[bool]()
# TRUNCATE ends a test that commits; the walls against it stay in the database but stand open while tests run.
OPEN_TRUNCATE_WALLS = """
DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT tgname, tgrelid::regclass AS place FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0
  LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', r.place, r.tgname); END LOOP;
END $$
"""


def pytest_collection_finish() -> None:
    """What is loaded stays for the whole run: looking through it for garbage costs a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def load_reference() -> None:
    """The reference data every test may count on."""
    for name in settings.REFERENCE_LOADERS:
        import_string(name)()


def _fingerprint() -> str:
    digest = hashlib.sha256(" ".join(settings.INSTALLED_APPS).encode())  # packages bring tables as well
    for floor in FLOORS:
        for path in sorted((Path(settings.BASE_DIR) / floor / "migrations").glob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _fingerprint_of_kept_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [connection.settings_dict["TEST"]["NAME"]],
        )
        row = cursor.fetchone()
    connection.close()
    return (row and row[0]) or ""


@pytest.fixture(scope="session")
def django_db_createdb(django_db_createdb, django_db_modify_db_settings, django_db_blocker) -> bool:
    """Make the database anew, as a copy of a migrated one, when a migration changed since it was kept."""
    with django_db_blocker.unblock():
        is_needed = django_db_createdb or _fingerprint_of_kept_database() != _fingerprint()
        if is_needed:
            template.use(_fingerprint())
    return is_needed


def _use_test_database() -> None:
    """pytest-django makes the database only for tests with its mark; the others must never meet the real one."""
    if connection.settings_dict["NAME"] != connection.settings_dict["TEST"]["NAME"]:
        setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_createdb, django_db_blocker) -> None:
    """Walls against TRUNCATE opened, leftovers of an interrupted run removed, reference data loaded once."""
    with django_db_blocker.unblock():
        _use_test_database()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(OPEN_TRUNCATE_WALLS)
        if not django_db_createdb:
            call_command("flush", interactive=False, verbosity=0)
            cursor.execute(FORGET_JOBS)
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS '{_fingerprint()}'")
        load_reference()


@pytest.fixture(autouse=True)
def _reference_data_again(request, django_db_blocker) -> None:
    """A test that commits leaves empty tables behind: load the reference data again for the next of that kind.

    pytest-django runs those after all tests that roll back, so nobody else meets the empty tables.
    """
    if not _commits(request):
        return
    request.getfixturevalue("transactional_db")
    with connection.cursor() as cursor:
        cursor.execute(FORGET_JOBS)
    if request.session.stash.get(EMPTIED, False):
        load_reference()
    request.session.stash[EMPTIED] = True


def _commits(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(request.fixturenames)
    )


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """Each test begins in the default language, whatever the one before it activated."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _own_log_folder(tmp_path_factory, settings) -> None:
    """Each test publishes its log into a folder of its own: a rolled back database must not meet older files."""
    settings.LOG_ROOT = tmp_path_factory.mktemp("log", numbered=True)
