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
    A row that is `fixed` stays as it was first committed to, whatever was committed later. Rows `from_repository` come
    with the program and are committed to when they are loaded. Rows stored together with their entry are named `by` a
    unique column, and their model says in `log_values` what of them counts.
    """

    free: frozenset[str] = frozenset()
    editable: models.Q | None = None
    always: frozenset[str] = field(default=frozenset({"state"}))
    unrecorded: models.Q | None = None
    fixed: bool = False
    from_repository: bool = False
    by: str = ""

    @classmethod
    def but(
        cls,
        *free: str,
        editable: models.Q | None = None,
        unrecorded: models.Q | None = None,
        from_repository: bool = False,
    ) -> "Logged":
        """All columns but these."""
        return cls(free=frozenset(free), editable=editable, unrecorded=unrecorded, from_repository=from_repository)

    @classmethod
    def once(
        cls, *free: str, unrecorded: models.Q | None = None, from_repository: bool = False, by: str = ""
    ) -> "Logged":
        """All columns but these, for ever as they were first committed to: rows that are only added."""
        return cls(free=frozenset(free), unrecorded=unrecorded, fixed=True, from_repository=from_repository, by=by)


def logged_models() -> list[type[models.Model]]:
    """Every table the log commits to."""
    models_of_tables = (model for model in apps.get_models() if not model._meta.proxy)
    return [model for model in models_of_tables if isinstance(getattr(model, "logged", None), Logged)]


def columns(model: type[models.Model]) -> list[models.Field]:
    """The fields of a table that count."""
    free = model.logged.free  # type: ignore[attr-defined]
    return [column for column in model._meta.concrete_fields if column.name not in free and not column.primary_key]


def select_rows(model: type[models.Model], keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The rows as the database holds them now, by key."""
    if model.logged.by:  # type: ignore[attr-defined]
        return model.log_values(keys)  # type: ignore[attr-defined]
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


@dataclass(frozen=True)
class Draft:
    """A row that will be stored together with its entry: named by its unique column, with what of it counts."""

    model: type[models.Model]
    name: str
    values: dict[str, Any]

    @property
    def label(self) -> str:
        """Text that names the row."""
        return f"{self.model._meta.label_lower}:{self.name}"


def read(
    ref: str, rows: Iterable[models.Model], gone: Iterable[models.Model] = (), drafts: Iterable[Draft] = ()
) -> Standing:
    """Number and hash of the object's last entry, and the bytes to keep: a salt and the state of each logged row."""
    logged = {subject_label(row): type(row) for row in rows if is_logged(row)}
    keys: dict[type[models.Model], list[int]] = {}
    for label, model in logged.items():
        keys.setdefault(model, []).append(int(label.partition(":")[2]))
    values: list[Any] = [ref]
    parts = [f"({LAST} WHERE object_ref = %s ORDER BY number DESC LIMIT 1)"]
    for model, wanted in keys.items():
        table, key = (connection.ops.quote_name(str(name)) for name in (model._meta.db_table, model._meta.pk.column))
        parts.append(f"(SELECT %s || {key}, to_jsonb(r)::text FROM {table} r WHERE {key} = ANY(%s))")  # noqa: S608
        values += [f"{model._meta.label_lower}:", wanted]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = {label: json.loads(text) for label, text in cursor.fetchall()}
    last = found.get("", {"number": 0, "hash": ""})
    salt = secrets.token_hex(16)
    states: dict[str, dict[str, Any] | None] = {subject_label(row): None for row in gone}
    states |= {label: sealed(model, found[label], salt) if label in found else None for label, model in logged.items()}
    states |= {draft.label: sealed(draft.model, draft.values, salt) for draft in drafts}
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
    if model.logged.by:  # type: ignore[attr-defined]
        texts = {name: fingerprint(salt, name, values) for name, value in values.items() if isinstance(value, str)}
        return values | texts
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
