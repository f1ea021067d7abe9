"""The door to the queue."""

import datetime as dt

import pytest
from django.db import connection, transaction
from procrastinate import App
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.testing import InMemoryConnector

from exchange.common.clock import now
from exchange.jobs import registry, services
from exchange.jobs.testing import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch) -> list:
    """What the example jobs were called with."""
    calls: list = []

    def second(text: str) -> None:
        calls.append(("second", text))

    def first(number: int) -> None:
        calls.append(("first", number))
        services.enqueue("tests.second", text=f"after {number}")

    monkeypatch.setitem(registry.functions, "tests.first", first)
    monkeypatch.setitem(registry.functions, "tests.second", second)
    return calls


def test_jobs_run_with_the_jobs_they_queue(heard):
    services.enqueue("tests.first", number=7)

    assert run_jobs() == ["tests.first", "tests.second"]
    assert heard == [("first", 7), ("second", "after 7")]
    assert run_jobs() == []


def test_job_of_a_rolled_back_change_does_not_exist(heard):
    with transaction.atomic():
        services.enqueue("tests.first", number=1)
        transaction.set_rollback(True)

    assert not ProcrastinateJob.objects.exists()


def test_job_for_later_waits_until_then(heard):
    services.enqueue("tests.second", run_at=now() + dt.timedelta(days=3), text="later")

    assert run_jobs() == []
    assert run_jobs(until=now() + dt.timedelta(days=4)) == ["tests.second"]


def test_job_wanted_once_is_queued_once_and_spoils_no_transaction(heard):
    with transaction.atomic():
        services.enqueue("tests.second", once="seal", text="a")
        services.enqueue("tests.second", once="seal", text="b")

    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"text": "a"}]


def test_failing_job_fails_the_test(heard, monkeypatch):
    monkeypatch.setitem(registry.functions, "tests.broken", lambda: 1 / 0)
    services.enqueue("tests.broken")

    with pytest.raises(ZeroDivisionError):
        run_jobs()


def _worker(silent_for: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id",
            [now() - dt.timedelta(seconds=silent_for)],
        )
        return cursor.fetchone()[0]


def _begun_by(worker: int | None, attempts: int = 0) -> ProcrastinateJob:
    services.enqueue("tests.second", text="begun")
    job = ProcrastinateJob.objects.latest("pk")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
            [worker, attempts, job.pk],
        )
    return job


@pytest.mark.parametrize(("silent_for", "rescued", "status"), [(60, 1, "todo"), (1, 0, "doing")])
def test_only_jobs_of_silent_workers_are_taken_up_again(silent_for, rescued, status):
    job = _begun_by(_worker(silent_for))

    assert services.rescue(stalled_after=12) == rescued

    job.refresh_from_db()
    assert job.status == status


def test_job_of_a_worker_that_was_removed_is_taken_up_again():
    _begun_by(None)

    assert services.rescue(stalled_after=12) == 1


def test_job_that_kills_every_worker_is_put_aside():
    job = _begun_by(None, attempts=services.MOST_ATTEMPTS)

    assert services.rescue(stalled_after=12) == 0

    job.refresh_from_db()
    assert job.status == "failed"


def test_periodic_job_of_a_dead_worker_whose_next_run_waits_stops_no_rescue():
    services.enqueue("tests.second", once="tests.second", text="begun")
    begun = ProcrastinateJob.objects.latest("pk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [begun.pk])
    services.enqueue("tests.second", once="tests.second", text="next")
    other = _begun_by(None)

    assert services.rescue(stalled_after=12) == 1

    begun.refresh_from_db()
    other.refresh_from_db()
    assert (begun.status, other.status) == ("aborted", "todo")
    assert ProcrastinateJob.objects.filter(queueing_lock="tests.second", status="todo").count() == 1


def test_rescue_runs_beside_a_rescue_whose_worker_died():
    app = App(connector=InMemoryConnector())
    registry.register(app)

    task = app.tasks["exchange.jobs.rescue"]

    assert (task.queueing_lock, task.lock) == ("exchange.jobs.rescue", None)
    assert app.tasks["exchange.jobs.forget_finished"].lock == "exchange.jobs.forget_finished"


def test_forgotten_are_only_jobs_that_succeeded_long_ago():
    for status in ("succeeded", "failed", "succeeded"):
        services.enqueue("tests.second", text=status)
        services.finish(ProcrastinateJob.objects.latest("pk").pk, status)
    old = list(ProcrastinateJob.objects.order_by("pk").values_list("pk", flat=True))[:2]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '31 days' WHERE job_id = ANY(%s)", [old])

    services.forget_finished()

    assert list(ProcrastinateJob.objects.order_by("pk").values_list("status", flat=True)) == ["failed", "succeeded"]


def test_worker_knows_the_jobs_of_every_room():
    queue = App(connector=InMemoryConnector())

    registry.register(queue)

    assert set(registry.functions) <= set(queue.tasks)
    assert {"exchange.jobs.rescue", "exchange.jobs.forget_finished"} <= set(queue.tasks)


def test_clock_that_would_tick_every_second_is_refused():
    with pytest.raises(ValueError, match="every second"):
        registry.periodic("tests.too_often", cron="*/10 * * * * *")
