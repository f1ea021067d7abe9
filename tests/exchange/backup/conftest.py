"""An instance with entries and files, and a second, empty one to restore into."""

import io
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from exchange.backup import services
from exchange.backup.manifest import Manifest
from exchange.backup.packing import describe
from exchange.files.services import place_of, store
from exchange.transparency import hold
from exchange.transparency.sealer import seal
from tests.exchange.transparency.conftest import write

OTHER = "restored"
IDLE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND state = 'idle'"


@pytest.fixture
def instance(transactional_db, settings, tmp_path):
    """Three published entries and two stored files."""
    settings.MEDIA_ROOT = tmp_path / "state" / "files"
    settings.LOG_ROOT = tmp_path / "state" / "log"
    settings.RESTORE_CHECKS = ["exchange.files.audit.problems"]  # entries made for tests stand for no money
    (tmp_path / "backups").mkdir()
    for content in (b"a,b\n1,2\n", b"c,d\n3,4\n"):
        keep(content)
    write(3)
    seal()
    return tmp_path


def keep(content):
    upload = io.BytesIO(content)
    upload.name = "bang.csv"
    return store(upload, purpose="data", max_bytes=10_000)


@contextmanager
def moved_to(settings, name, folder, *, log_root=None, template=None):
    """Be another instance for a while: a database of its own (empty, or a copy), folders of its own; the same keys."""
    database = f"{connection.settings_dict['NAME']}_{name}"
    before = connection.settings_dict["NAME"], settings.MEDIA_ROOT, settings.LOG_ROOT
    copy = "" if template is None else f" TEMPLATE {connection.ops.quote_name(template)}"

    def make(statement, *values):
        with psycopg.connect(
            **services._login(connection.settings_dict) | {"dbname": "postgres"}, autocommit=True
        ) as one:
            one.execute(sql.SQL(statement).format(sql.Identifier(database)), values)

    connection.close()
    make("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    if template is not None:  # a page a browser left half read keeps its session; nothing else may look on
        make(IDLE, template)
    make("CREATE DATABASE {}" + copy)
    connection.settings_dict["NAME"] = database
    settings.MEDIA_ROOT, settings.LOG_ROOT = folder / "files", log_root or folder / "log"
    try:
        yield folder
    finally:
        connection.close()
        connection.settings_dict["NAME"], settings.MEDIA_ROOT, settings.LOG_ROOT = before
        make("DROP DATABASE {} WITH (FORCE)")


@pytest.fixture
def elsewhere(instance, settings):
    """An empty instance beside the first."""
    return lambda log_root=None: moved_to(settings, OTHER, instance / "other", log_root=log_root)


def contents(root):
    """Every file below a folder with its bytes."""
    root = Path(root)
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def nothing_is_left(place):
    """Whether an instance is as empty as before: no table, no file, no note of a restore."""
    return contents(place) == {} and not hold.facts() and connection.introspection.table_names() == []


def made_to_fit(backup, name, **rows):
    """Who changed a part also changes the list, as somebody at the place of the backups can."""
    manifest = Manifest.read(backup)
    described = [
        replace(describe(backup / one.name), files=one.files) if one.name == name else one for one in manifest.parts
    ]
    replace(manifest, parts=described, rows=manifest.rows | rows).write(backup)


__all__ = ["contents", "keep", "made_to_fit", "moved_to", "nothing_is_left", "place_of"]
