"""Machines can ask whether the exchange works."""

import datetime as dt

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now

from exchange.common.clock import now
from exchange.portal import health
from exchange.transparency import pulse
from exchange.transparency.models import Pulse

ALL = {"database": True, "migrations": True, "worker": True, "sequencer": True}


def _all_live():
    pulse.beat()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [now()])


def test_process_answers_without_database_and_sign_in(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_when_every_part_is(client):
    _all_live()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, ALL)


@pytest.mark.django_db
def test_not_ready_without_worker(client):
    pulse.beat()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, ALL | {"worker": False})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("silent_for", "status", "is_heard"), [(None, 503, False), (31, 503, False), (25, 200, True)], ids=str
)
def test_not_ready_while_the_sequencer_is_silent(client, silent_for, status, is_heard):
    _all_live()
    if silent_for is None:
        Pulse.objects.all().delete()
    else:
        Pulse.objects.update(beaten_at=Now() - dt.timedelta(seconds=silent_for))

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (status, ALL | {"sequencer": is_heard})


@pytest.mark.django_db
def test_second_heartbeat_takes_the_place_of_the_first(client):
    pulse.beat()
    Pulse.objects.update(beaten_at=Now() - dt.timedelta(days=1))

    pulse.beat()

    assert Pulse.objects.get().name == "sequencer"
    assert pulse.sequencer_heard_within(5)


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    _all_live()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'transactions'")

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (503, False)


@pytest.mark.django_db
def test_not_ready_without_database(client, monkeypatch):
    def refuse():
        raise OperationalError("gone")

    monkeypatch.setattr(health.connection, "ensure_connection", refuse)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, dict.fromkeys(ALL, False))


def test_other_methods_are_refused(client):
    assert client.post("/healthz").status_code == 405
