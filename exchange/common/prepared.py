"""A query whose statement is made once in a process: the ORM builds it, later calls only put other values in.

Building a statement over a few tables takes the ORM longer than the database takes to answer it. The database, too,
takes longer to read and plan such a statement than to answer it: it keeps the plan as long as the connection lasts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

MARK = "\ue000{}\ue001"  # stands for a text in the statement made first; nobody types it
LEAST = -(2**62)  # stands for a number there; no key is so small
OFTEN = 2  # from this time on a connection keeps the plan of a statement


class _Keeping(psycopg.Cursor):
    """A cursor that sends values apart from the statement, so that the statement is the same each time."""

    def _send_query_prepared(self, name: bytes, pgq: Any, **options: Any) -> None:
        self._query = pgq  # Django reads it for its record of statements; psycopg sets it for other statements only
        super()._send_query_prepared(name, pgq, **options)


@contextmanager
def _cursor() -> Iterator[Any]:
    """Django's cursor, counted and guarded as every other, on a connection that keeps plans."""
    with connection.cursor() as cursor:
        cursor.cursor = _Keeping(connection.connection)
        connection.connection.prepare_threshold = OFTEN
        yield cursor


class Prepared:
    """Rows of a `values_list` query that differs from call to call in a few texts and numbers only.

    A name with a sharp sign before it, `#owner`, is a number. What is put `around` a statement takes no values. Where
    the best plan depends on the values, the database keeps none.
    """

    def __init__(
        self, make: Callable[..., QuerySet], *names: str, around: Callable[[str], str] = str, keeps_plan: bool = True
    ) -> None:
        self.make = make
        self.around = around
        self.keeps_plan = keeps_plan
        self.marks = {
            name.removeprefix("#"): LEAST + at if name.startswith("#") else MARK.format(name)
            for at, name in enumerate(names)
        }
        self.statement: tuple[str, tuple[Any, ...]] | None = None

    def rows(self, **values: str | int) -> list[tuple[Any, ...]]:
        """Rows for these values."""
        sql, parameters = self.statement or self._prepare()
        given = {mark: values[name] for name, mark in self.marks.items()}
        with _cursor() if self.keeps_plan else connection.cursor() as cursor:
            cursor.execute(sql, [_filled(one, given) for one in parameters])
            return list(cursor.fetchall())

    def _prepare(self) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = self.make(**self.marks).query.sql_with_params()
        self.statement = self.around(sql), parameters
        return self.statement


def _filled(one: Any, given: dict[Any, Any]) -> Any:
    """A parameter with its mark, or the marks in its list, replaced."""
    if isinstance(one, list):
        return [given.get(part, part) for part in one]
    return given.get(one, one) if isinstance(one, str | int) else one


class PreparedRecords(Prepared):
    """The same for records, with those they bring along by `select_related`."""

    def records(self, **values: str | int) -> list[Any]:
        """Records for these values, as the ORM makes them."""
        return list(self._made(self.rows(**values)))

    def first(self, **values: str | int) -> Any | None:
        """The first of them, or none."""
        return next(self._made(self.rows(**values)[:1]), None)

    def _prepare(self) -> tuple[str, tuple[Any, ...]]:
        compiler = self.make(**self.marks).query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        select, info = compiler.select, compiler.klass_info
        own = info["select_fields"]
        self.model: type[Model] = info["model"]
        self.columns = slice(own[0], own[-1] + 1)
        self.names = [column[0].target.attname for column in select[self.columns]]
        self.related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # stubs of 6.0
        self.converters = compiler.get_converters([column[0] for column in select])
        self.compiler = compiler
        self.statement = sql, tuple(parameters)
        return self.statement

    def _made(self, rows: list[tuple[Any, ...]]) -> Iterator[Any]:
        converted = self.compiler.apply_converters(rows, self.converters) if self.converters else rows
        for row in converted:
            record = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.columns])
            for populator in self.related:
                populator.populate(row, record)
            yield record
