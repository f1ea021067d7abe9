"""An instance with entries and files, and a second, empty one to restore into."""

import io
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from psycopg import sql

from exchange.files.services import place_of, store
from exchange.transparency.sealer import seal
from tests.exchange.transparency.conftest import write

OTHER = "restored"


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


@pytest.fixture
def elsewhere(instance, settings):
    """Be the other instance for a while: an empty database, an empty folder; the same keys."""
    name = f"{connection.settings_dict['NAME']}_{OTHER}"
    before = connection.settings_dict["NAME"], settings.MEDIA_ROOT, settings.LOG_ROOT

    def make(statement):
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))

    @contextmanager
    def moved(log_root=None):
        make("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        make("CREATE DATABASE {}")
        connection.close()
        connection.settings_dict["NAME"] = name
        settings.MEDIA_ROOT = instance / "other" / "files"
        settings.LOG_ROOT = log_root or instance / "other" / "log"
        try:
            yield instance / "other"
        finally:
            connection.close()
            connection.settings_dict["NAME"], settings.MEDIA_ROOT, settings.LOG_ROOT = before
            make("DROP DATABASE {} WITH (FORCE)")

    return moved


def contents(root):
    """Every file below a folder with its bytes."""
    root = Path(root)
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


__all__ = ["contents", "keep", "place_of"]
