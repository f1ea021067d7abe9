"""States of business rows that the log commits to, so that a later edit by hand is noticed. Declared by each model."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

from exchange.transparency.models import subject_label

IN_CLEAR = (models.BooleanField, models.IntegerField, models.DateTimeField, models.ForeignKey)
SALT = "salt"


@dataclass(frozen=True)
class Logged:
    """Put as `logged` on a model: every column is committed to, except the `free` ones, which change without an event.

    While a row is `editable` only the columns of `always` count; a row that is `unrecorded` need not be in the log yet.
    """

    free: frozenset[str] = frozenset()
    editable: models.Q | None = None
    always: frozenset[str] = field(default=frozenset({"state"}))
    unrecorded: models.Q | None = None

    @classmethod
    def but(cls, *free: str, editable: models.Q | None = None, unrecorded: models.Q | None = None) -> "Logged":
        """All columns but these."""
        return cls(free=frozenset(free), editable=editable, unrecorded=unrecorded)


def logged_models() -> list[type[models.Model]]:
    """Every table the log commits to."""
    return [model for model in apps.get_models() if isinstance(getattr(model, "logged", None), Logged)]


def columns(model: type[models.Model]) -> list[models.Field]:
    """The fields of a table that count."""
    free = model.logged.free  # type: ignore[attr-defined]
    return [column for column in model._meta.concrete_fields if column.name not in free and not column.primary_key]


def select_rows(model: type[models.Model], keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The rows as the database holds them now, by key."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, to_jsonb(r)::text FROM {table} r WHERE {key} = ANY(%s)", [list(keys)])  # noqa: S608
        return {found: json.loads(text) for found, text in cursor.fetchall()}


LAST = "SELECT '', jsonb_build_object('number', number, 'hash', leaf_hash)::text FROM exchange_entry"


@dataclass(frozen=True)
class Standing:
    """What an entry builds on, read in one statement: the last entry of its object, and the rows it binds."""

    number: int
    previous: str
    states: bytes


def read(ref: str, rows: Iterable[models.Model], gone: Iterable[models.Model] = ()) -> Standing:
    """Number and hash of the object's last entry, and the bytes to keep: a salt and the state of each logged row."""
    logged = {subject_label(row): type(row) for row in rows if is_logged(row)}
    parts, values = [f"({LAST} WHERE object_ref = %s ORDER BY number DESC LIMIT 1)"], [ref]
    for label, model in logged.items():
        table, key = (connection.ops.quote_name(str(name)) for name in (model._meta.db_table, model._meta.pk.column))
        parts.append(f"(SELECT %s, to_jsonb(r)::text FROM {table} r WHERE {key} = %s)")  # noqa: S608
        values += [label, label.partition(":")[2]]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = {label: json.loads(text) for label, text in cursor.fetchall()}
    last = found.get("", {"number": 0, "hash": ""})
    salt = secrets.token_hex(16)
    states: dict[str, dict[str, Any] | None] = {subject_label(row): None for row in gone}
    states |= {label: sealed(model, found[label], salt) if label in found else None for label, model in logged.items()}
    return Standing(last["number"], last["hash"], pack(salt, states) if states else b"")


def is_logged(row: models.Model) -> bool:
    """Whether the log commits to the rows of this table."""
    return isinstance(getattr(row, "logged", None), Logged) and row.pk is not None


def pack(salt: str, states: dict[str, dict[str, Any] | None]) -> bytes:
    """Salt and states as they are stored."""
    return json.dumps({SALT: salt, "rows": states}, sort_keys=True, separators=(",", ":")).encode()


def unpack(content: bytes) -> tuple[str, dict[str, dict[str, Any] | None]]:
    """Salt and states of an entry."""
    if not content:
        return "", {}
    kept = json.loads(content)
    return kept[SALT], kept["rows"]


def sealed(model: type[models.Model], values: dict[str, Any], salt: str) -> dict[str, Any]:
    """A row without personal data and free text: codes, keys, counts, times as they are, all else as a keyed hash."""
    return {
        column.column: values[column.column] if is_clear(column) else fingerprint(salt, column.column, values)
        for column in columns(model)
        if column.column in values
    }


def is_clear(column: models.Field) -> bool:
    """Whether the values of a column may stand in an entry as they are."""
    return isinstance(column, IN_CLEAR) or bool(column.choices)


def fingerprint(salt: str, name: str, values: dict[str, Any]) -> str:
    """Keyed hash of one value: shows that it changed, not what it was."""
    text = json.dumps([name, values[name]], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "~" + hmac.new(bytes.fromhex(salt), text.encode(), hashlib.sha256).hexdigest()[:32]
