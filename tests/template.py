"""Several workers of one run migrate once: the first makes a template database, each copies it."""

from django.core.management import call_command
from django.db import connection

LOCK = 314_2026
OTHERS = "SELECT datname FROM pg_database WHERE datname LIKE 'test\\_template\\_%%' AND datname <> %s"


def use(fingerprint: str) -> None:
    """Let the test database be copied from a migrated template of this fingerprint; make it if it is missing."""
    name = f"test_template_{fingerprint[:12]}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # ends with the connection
        if not _is_ready(cursor, name, fingerprint):
            _make(cursor, name)
            cursor.execute(f"COMMENT ON DATABASE {name} IS '{fingerprint}'")
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def _is_ready(cursor, name: str, fingerprint: str) -> bool:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    row = cursor.fetchone()
    return bool(row) and row[0] == fingerprint


def _make(cursor, name: str) -> None:
    cursor.execute(OTHERS, [name])
    for (old,) in [*cursor.fetchall(), (name,)]:
        cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
    cursor.execute(f'CREATE DATABASE "{name}"')
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
