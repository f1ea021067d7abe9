"""Machines can ask whether the exchange works."""

import pytest
from django.db import OperationalError, connection

from exchange.common.clock import now
from exchange.portal import health


def _worker_lives():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [now()])


def test_process_answers_without_database_and_sign_in(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_when_database_migrations_and_worker_are(client):
    _worker_lives()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"database": True, "migrations": True, "worker": True})


@pytest.mark.django_db
def test_not_ready_without_worker(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["worker"]) == (503, False)


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client):
    _worker_lives()
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

    assert (answer.status_code, answer.json()) == (503, {"database": False, "migrations": False, "worker": False})


def test_other_methods_are_refused(client):
    assert client.post("/healthz").status_code == 405
