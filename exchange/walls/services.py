"""Making the roles and giving each what it needs, nothing else. Can be run again at any time, by the owner."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from exchange.walls.grants import REGULATOR, ROLES, SEQUENCER, WEB, WORKER, Grant, wanted

# Patience of the database with each process: a page that takes longer is broken, a job may count for minutes.
LIMITS = {
    "web": {"statement_timeout": "5s", "idle_in_transaction_session_timeout": "60s"},
    "worker": {"statement_timeout": "10min", "idle_in_transaction_session_timeout": "15min"},
    "sequencer": {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"},
    REGULATOR: {"statement_timeout": "60s", "default_transaction_read_only": "on"},
    "backup": {"default_transaction_read_only": "on"},
}
COUNTERS_OF_THE_QUEUE = (
    "SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid JOIN pg_class t ON t.oid = d.refobjid "
    "WHERE s.relkind = 'S' AND t.relname IN ('procrastinate_jobs', 'procrastinate_events')"
)
POWERS = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


class WallProblem(Exception):
    """The walls cannot stand; the message says what to do."""


@dataclass(frozen=True)
class Login:
    """A role as its process signs in."""

    role: str
    name: str
    password: str

    @classmethod
    def of(cls, role: str, address: str) -> "Login":
        """From postgresql://name:password@host:port/database."""
        parts = urlsplit(address)
        return cls(role, unquote(parts.username or ""), unquote(parts.password or ""))


def raise_walls(addresses: dict[str, str]) -> list[str]:
    """Make the named roles, take everything from them, give each what the plan says; tells what was done."""
    logins = [Login.of(role, addresses[role]) for role in ROLES if addresses.get(role)]
    _refuse_doubles(logins)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('exchange.walls'))")
        made = [_make(cursor, login) for login in logins]
        _close_to_everybody(cursor)
        present = set(connection.introspection.table_names(cursor))
        plan = [grant for grant in wanted() if grant.table in present]
        for login in logins:
            _give(cursor, login, [grant for grant in plan if grant.role == login.role])
    return made


def _refuse_doubles(logins: list[Login]) -> None:
    owner = connection.settings_dict["USER"]
    names = [login.name for login in logins]
    if owner in names or len(set(names)) < len(names):
        raise WallProblem(
            "Web, worker, sequencer, regulator, backup and owner each need a role of their own in their address; "
            f"found {', '.join(sorted([owner, *names]))}."
        )
    without = [login.role for login in logins if not login.password]
    if without:
        raise WallProblem(f"The address of {', '.join(without)} holds no password.")


def _make(cursor: CursorWrapper, login: Login) -> str:
    """The role exists, signs in with its password by SCRAM only, and holds no power over others."""
    powers = _powers(cursor, login.name)
    if powers and any(powers):
        held = [name[3:] for name, has in zip(POWERS, powers, strict=True) if has]
        raise WallProblem(f"The role {login.name} is more than a {login.role}: it holds {', '.join(held)}.")
    if powers and not _may_make(cursor, login.name):
        return f"{login.role}: role {login.name} kept with its password"
    _require_the_right_to_make(cursor, login)
    verb = sql.SQL("ALTER" if powers else "CREATE")
    statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(login.name), _scram(login))
    cursor.execute(statement)
    return f"{login.role}: role {login.name} {'kept' if powers else 'made'}"


def _powers(cursor: CursorWrapper, name: str) -> tuple[bool, ...] | None:
    """Which powers over others a role holds; None when there is no such role."""
    columns = sql.SQL(", ").join(map(sql.Identifier, POWERS))
    cursor.execute(sql.SQL("SELECT {} FROM pg_roles WHERE rolname = %s").format(columns), [name])
    return cursor.fetchone()


def _may_make(cursor: CursorWrapper, name: str) -> bool:
    """Whether the owner may make the role, or change it when it is there."""
    cursor.execute(
        "SELECT o.rolsuper OR (o.rolcreaterole AND (current_setting('server_version_num')::int < 160000 "
        "OR r.oid IS NULL OR pg_has_role(r.oid, 'MEMBER WITH ADMIN OPTION'))) "
        "FROM pg_roles o LEFT JOIN pg_roles r ON r.rolname = %s WHERE o.rolname = current_user",
        [name],
    )
    return bool(cursor.fetchone()[0])


def _require_the_right_to_make(cursor: CursorWrapper, login: Login) -> None:
    if not _may_make(cursor, login.name):
        raise WallProblem(
            f"The owner may not make the role {login.name}. Let the database's administrator allow it once: "
            f"ALTER ROLE {connection.settings_dict['USER']} CREATEROLE; run this command again, then take it back "
            "with NOCREATEROLE."
        )


def _scram(login: Login) -> sql.Literal:
    """The verifier is computed here: the password itself never reaches the server or its log."""
    pgconn = connection.connection.pgconn
    made = pgconn.encrypt_password(login.password.encode(), login.name.encode(), b"scram-sha-256")
    return sql.Literal(made.decode())


def _close_to_everybody(cursor: CursorWrapper) -> None:
    database = sql.Identifier(connection.settings_dict["NAME"])
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")
    cursor.execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC")


def _give(cursor: CursorWrapper, login: Login, plan: list[Grant]) -> None:
    name, database = sql.Identifier(login.name), sql.Identifier(connection.settings_dict["NAME"])
    cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name))
    cursor.execute(sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}").format(name))
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(database, name))
    cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, name))
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
    for grant in plan:
        cursor.execute(_statement(grant, name))
    _give_sequences(cursor, login, name)
    for setting, value in LIMITS[login.role].items() if _may_make(cursor, login.name) else ():
        cursor.execute(
            sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}").format(
                name, database, sql.Identifier(setting), sql.Literal(value)
            )
        )


def _statement(grant: Grant, name: sql.Identifier) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, grant.columns))
    some = sql.SQL(" ({})").format(columns) if grant.columns else sql.SQL("")
    return sql.SQL("GRANT {}{} ON {} TO {}").format(sql.SQL(grant.right), some, sql.Identifier(grant.table), name)


def _give_sequences(cursor: CursorWrapper, login: Login, name: sql.Identifier) -> None:
    """Counting on is allowed to who adds rows; nobody sets a counter back."""
    if login.role in (WEB, WORKER):
        cursor.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
    elif login.role == SEQUENCER:  # it queues the message that the log is closed
        cursor.execute(COUNTERS_OF_THE_QUEUE)
        for (counter,) in cursor.fetchall():
            cursor.execute(sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(sql.Identifier(counter), name))
    elif login.role == "backup":
        cursor.execute(sql.SQL("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))


def held(login_name: str) -> set[tuple[str, str]]:
    """What a role may do now with whole tables, as the database itself says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants "
            "WHERE grantee = %s AND table_schema = 'public'",
            [login_name],
        )
        return set(cursor.fetchall())
