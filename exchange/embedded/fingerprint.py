"""What a start prepared, so that the next one does it again only when something changed."""

import hashlib
from pathlib import Path

import psycopg
from psycopg import sql

SOURCES = ("exchange", "accounts", "catalog", "transactions", "templates", "static", "requirements")
MADE = {".pyc", ".mo"}


def of_clone(clone: Path) -> str:
    """Changes whenever a source file of the clone is added, removed or edited."""
    digest = hashlib.sha256()
    for source in SOURCES:
        for path in sorted((clone / source).rglob("*")):
            if path.is_file() and path.suffix not in MADE:
                state = path.stat()
                digest.update(f"{path.relative_to(clone)}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def of_database(url: str) -> str:
    """The fingerprint of the sources the database was prepared for."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    return (row and row[0]) or ""


def remember(url: str, fingerprint: str) -> None:
    """Note on the database what it was prepared for."""
    with psycopg.connect(url) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(fingerprint)))
