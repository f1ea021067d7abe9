"""Queue work in the caller's transaction: it exists exactly when the change that asked for it exists."""

import datetime as dt
from collections.abc import Iterable

import structlog
from django.db import connection, transaction
from procrastinate import exceptions
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONValue

from exchange.common.clock import now
from exchange.jobs import selectors
from exchange.jobs.registry import job, periodic

__all__ = ["enqueue", "enqueue_each", "finish", "forget_finished", "job", "periodic", "rescue"]

log = structlog.get_logger(__name__)
# Always Django's own connection: inside a worker the queue's connection would stand outside the transaction.
_manager = JobManager(DjangoConnector(alias="default"))
MOST_ATTEMPTS = 8
KEPT_FOR = dt.timedelta(days=30)


def enqueue(
    name: str, *, run_at: dt.datetime | None = None, lock: str | None = None, once: str | None = None, **ids: int | str
) -> None:
    """Queue a job by name; with `lock` such jobs run one after another, with `once` at most one waits."""
    deferrer = configure_task(
        name=name, job_manager=_manager, schedule_at=run_at, lock=lock, queueing_lock=once, task_kwargs=dict(ids)
    )
    try:
        with transaction.atomic(savepoint=once is not None):  # only a job that waits already fails and goes on
            deferrer.defer()
    except exceptions.AlreadyEnqueued:
        log.debug("job_waits_already", job=name, once=once)


def enqueue_each(name: str, *, each: Iterable[dict[str, JSONValue]]) -> None:
    """Queue a job by name many times over, in one round trip."""
    ids = list(each)
    if ids:
        with transaction.atomic(savepoint=False):
            configure_task(name=name, job_manager=_manager).batch_defer(*ids)


@transaction.atomic
def rescue(*, stalled_after: float) -> int:
    """Queue again what a dead worker left undone; a job that failed too often is put aside for a person to look at."""
    count = 0
    for stalled in selectors.stalled_jobs(stalled_after).select_for_update(of=("self",), skip_locked=True):
        if stalled.attempts >= MOST_ATTEMPTS:
            log.error("job_given_up", job=stalled.task_name, number=stalled.pk, attempts=stalled.attempts)
            finish(stalled.pk, "failed")
            continue
        if selectors.has_successor(stalled):
            log.warning("job_followed", job=stalled.task_name, number=stalled.pk)
            finish(stalled.pk, "aborted")  # its next run waits already, and two may not wait
            continue
        log.warning("job_rescued", job=stalled.task_name, number=stalled.pk)
        _manager.retry_job_by_id(stalled.pk, retry_at=now())
        count += 1
    return count


def finish(number: int, status: str) -> None:
    """Note how a job ended: `succeeded`, `failed`, or `aborted` because another does its work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, %s, false)", [number, status])


def forget_finished() -> None:
    """Remove jobs that succeeded or were followed long ago; failed ones stay until somebody has looked at them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE status IN ('succeeded', 'aborted') AND NOT EXISTS "
            "(SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > %s)",
            [now() - KEPT_FOR],
        )
