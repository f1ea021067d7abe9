"""What the queue looks like now."""

import datetime as dt

from django.db.models import Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from exchange.common.clock import now


def stalled_jobs(seconds: float) -> QuerySet[ProcrastinateJob]:
    """Jobs begun by a worker that is gone or has not been heard of for so long."""
    silent = now() - dt.timedelta(seconds=seconds)
    gone = Q(worker__isnull=True) | Q(worker__last_heartbeat__lt=silent)
    return ProcrastinateJob.objects.filter(gone, status="doing").order_by("pk")


def has_successor(job: ProcrastinateJob) -> bool:
    """Whether another job waits under the same queueing lock, so that this one cannot wait again."""
    if not job.queueing_lock:
        return False
    return ProcrastinateJob.objects.filter(queueing_lock=job.queueing_lock, status="todo").exists()


def worker_heard_within(seconds: float) -> bool:
    """Whether a worker is alive."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=now() - dt.timedelta(seconds=seconds)).exists()


def due_jobs(moment: dt.datetime) -> QuerySet[ProcrastinateJob]:
    """Jobs waiting that may run at a moment, in the order a worker takes them."""
    ready = Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=moment)
    return ProcrastinateJob.objects.filter(ready, status="todo").order_by("-priority", "pk")
