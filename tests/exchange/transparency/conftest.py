"""Subjects and actors of log entries."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from exchange.common import clock
from exchange.common.ids import random_ref
from exchange.transparency import keys, leaf
from exchange.transparency.folders import folder_of
from exchange.transparency.models import Entry
from exchange.transparency.tiles import Folder
from transactions.orders.models import Order

CONTENT = {"actor": "user:7", "acting_for": "organisation:3", "data": {"total": "1000"}}


@dataclass(frozen=True)
class Clerk:
    """Somebody who acts."""

    label: str = "user:7"
    acting_for: str = "organisation:3"


def make_order(pk: int = 1) -> Order:
    """A row to speak about; the log keeps its reference alone, so it need not be stored."""
    return Order(pk=pk, log_ref=random_ref())


def write(count: int, kind: str = "order.pay") -> list[Entry]:
    """Entries about as many objects, as record() makes them, inserted at once."""
    at = clock.now()
    bodies = [
        leaf.make(kind=kind, ref=random_ref(), number=1, previous="", at=at, policy="test", content=CONTENT)
        for _ in range(count)
    ]
    return Entry.objects.bulk_create(  # the database puts them into the outbox
        Entry(
            kind=kind,
            subject="transactions.order:1",
            object_ref=json.loads(body.leaf)["o"],
            number=1,
            salt=body.salt,
            record=body.record,
            leaf=body.leaf,
            leaf_hash=body.hash,
            actor=CONTENT["actor"],
            acting_for=CONTENT["acting_for"],
            made_at=at,
        )
        for body in bodies
    )


def open_walls(*models) -> None:
    """What only the owner of the tables can do: change rows the triggers protect, for this test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in models:
            table = model._meta.db_table
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname ~ 'append_only|frozen'", [table]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")


@pytest.fixture
def log_folder(settings) -> Folder:
    return folder_of(keys.this_year(), Path(settings.LOG_ROOT))


@pytest.fixture(autouse=True)
def _no_disk_waits(monkeypatch) -> None:
    """Files of tests need not survive a power cut."""
    monkeypatch.setattr("exchange.transparency.tiles.os.fsync", lambda handle: None)
