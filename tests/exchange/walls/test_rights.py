"""Every table × role × right, compared with a frozen file: a table nobody thought of fails, and so does a new right.

`rights.csv` has a line a table and a column a role. S, I, U, D, T: may select, insert, update, delete, truncate; a
small letter: only some columns. A new table gets its line by hand: who may do what with it is a decision.
"""

import csv
from pathlib import Path

import pytest
from django.db import connection
from psycopg import errors, sql

from exchange.walls.grants import ROLES
from exchange.walls.services import Login

pytestmark = pytest.mark.django_db

FROZEN = Path(__file__).with_name("rights.csv")
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
HELD = """
SELECT c.relname, r.rolname, w.right_name, has_table_privilege(r.oid, c.oid, w.right_name),
       w.right_name IN ('SELECT', 'INSERT', 'UPDATE') AND has_any_column_privilege(r.oid, c.oid, w.right_name)
  FROM pg_class c CROSS JOIN pg_roles r CROSS JOIN unnest(%s::text[]) AS w (right_name)
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND r.rolname = ANY(%s)
"""
ATTEMPTS = {
    "SELECT": "SELECT * FROM {table} LIMIT 0",
    "INSERT": "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE": "UPDATE {table} SET {column} = DEFAULT WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
}


@pytest.fixture(scope="module")
def frozen():
    with FROZEN.open(encoding="ascii", newline="") as file:
        return {row.pop("table"): row for row in csv.DictReader(file)}


@pytest.fixture
def held(addresses):
    """What the database itself says, in the letters of the file."""
    names = {Login.of(role, addresses[role]).name: role for role in ROLES}
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(HELD, [list(RIGHTS), list(names)])
        for table, name, right, whole, some in cursor.fetchall():
            letters = found.setdefault(table, {role: {} for role in ROLES})[names[name]]
            letters[right] = right[0] if whole else right[0].lower() if some else ""
    return {
        table: {role: "".join(letters[right] for right in RIGHTS) for role, letters in roles.items()}
        for table, roles in found.items()
    }


def test_every_table_and_every_right_of_every_role_is_as_the_file_says(held, frozen):
    assert set(held) - set(frozen) == set(), "tables without a line in rights.csv"
    assert set(frozen) - set(held) == set(), "lines of tables that are gone"
    assert {table: held[table] for table in held if held[table] != frozen[table]} == {}


def test_nobody_truncates_and_readers_only_read(frozen):
    assert {letters for row in frozen.values() for letters in row.values() if "T" in letters} == set()
    assert {row[role] for row in frozen.values() for role in ("regulator", "backup")} <= {"", "S", "s"}


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_signed_in_as_a_role_every_right_it_lacks_is_refused(sign_in, frozen, role):
    session, columns, refused = sign_in(role), first_columns(), 0
    session.execute("SET default_transaction_read_only = off")  # a setting is no wall
    for table, row in frozen.items():
        for right in RIGHTS:
            if right[0] in row[role] or right[0].lower() in row[role]:
                continue
            names = {"table": sql.Identifier(table), "column": sql.Identifier(columns[table])}
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute(sql.SQL(ATTEMPTS[right]).format(**names))
            refused += 1

    assert refused == sum(len(RIGHTS) - len(row[role]) for row in frozen.values()) > len(frozen)


def first_columns():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (table_name) table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        )
        return dict(cursor.fetchall())
