"""The queue looks after itself."""

from django.conf import settings

from exchange.jobs import services
from exchange.jobs.registry import periodic


@periodic("exchange.jobs.rescue", cron="* * * * * */10", alone=False)
def rescue() -> None:
    """Take up again what a worker that died had begun: also when it died in here, so no run waits for another."""
    services.rescue(stalled_after=settings.WORKER_SILENT_AFTER)


@periodic("exchange.jobs.forget_finished", cron="17 2 * * *")
def forget_finished() -> None:
    """Keep the queue small."""
    services.forget_finished()
