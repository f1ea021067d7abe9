"""`manage.py worker`: runs queued and periodic jobs until it is told to stop."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from procrastinate.contrib.django import app

from exchange.jobs.registry import register
from exchange.jobs.services import enqueue


class Command(BaseCommand):
    """A running job finishes before the worker ends; one that cannot is taken up by the next worker."""

    help = "Runs queued and periodic jobs until SIGTERM or SIGINT."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many jobs at once, and how long a running job may take to finish at the end."""
        parser.add_argument("--concurrency", type=int, default=2)
        parser.add_argument("--grace", type=float, default=25.0)

    def handle(self, *args: Any, concurrency: int, grace: float, **options: Any) -> None:
        """Run until a signal ends it."""
        register(app)
        enqueue("transactions.invariants.start", once="transactions.invariants.start")
        with app.replace_connector(app.connector.get_worker_connector()):
            asyncio.run(self._run(concurrency, grace))

    async def _run(self, concurrency: int, grace: float) -> None:
        async with app.open_async():
            await app.run_worker_async(
                concurrency=concurrency,
                shutdown_graceful_timeout=grace,
                update_heartbeat_interval=settings.WORKER_SILENT_AFTER / 4,
                stalled_worker_timeout=settings.WORKER_SILENT_AFTER,
                fetch_job_polling_interval=2.0,
            )
