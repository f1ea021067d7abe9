"""A query whose statement is made once in a process: the ORM builds it, later calls only put other values in."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

MARK = "\ue000{}\ue001"  # stands for a value in the statement made first; nobody types it


class Prepared:
    """Rows of a `values_list` query that differs from call to call in a few texts only."""

    def __init__(self, make: Callable[..., QuerySet], *names: str) -> None:
        self.make = make
        self.names = names
        self.statement: tuple[str, tuple[Any, ...]] | None = None

    def rows(self, **values: str) -> list[tuple[Any, ...]]:
        """Rows for these values."""
        sql, parameters = self.statement or self._prepare()
        given = {MARK.format(name): values[name] for name in self.names}
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(one, one) if isinstance(one, str) else one for one in parameters])
            return list(cursor.fetchall())

    def _prepare(self) -> tuple[str, tuple[Any, ...]]:
        query = self.make(**{name: MARK.format(name) for name in self.names}).query
        self.statement = query.sql_with_params()
        return self.statement
