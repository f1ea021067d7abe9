"""What tests of the floor look at beside the records: queued jobs and messages to people."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from exchange.notifications.models import Message


@pytest.fixture
def queued():
    """Jobs of the floor that wait: name and arguments."""

    def read() -> list[tuple[str, dict]]:
        jobs = ProcrastinateJob.objects.filter(task_name__startswith="accounts.").order_by("pk")
        return [(job.task_name, job.args) for job in jobs]

    return read


@pytest.fixture
def told():
    """Messages in inboxes: kind and recipient."""

    def read() -> list[tuple[str, object]]:
        return [(message.kind, message.recipient) for message in Message.objects.order_by("pk")]

    return read
