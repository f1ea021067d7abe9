"""Run what is queued inside a test: inline, in order, with the jobs those jobs queue."""

import datetime as dt

from django.utils import translation

from exchange.common.clock import now
from exchange.jobs import selectors
from exchange.jobs.registry import functions, load
from exchange.jobs.services import finish

ENDLESS = 500


def run_jobs(*, until: dt.datetime | None = None) -> list[str]:
    """Run every job due now (or at `until`), return their names in order; a failing job fails the test."""
    load()
    ran: list[str] = []
    while waiting := selectors.due_jobs(until or now()).filter(task_name__in=functions).first():
        if len(ran) >= ENDLESS:
            raise AssertionError(f"Jobs queue each other without end: {ran[-10:]}")
        ran.append(waiting.task_name)
        finish(waiting.pk, "succeeded")
        with translation.override("vi"):
            functions[waiting.task_name](**waiting.args)
    return ran
