"""The sequencer watches the outbox and seals what waits: alone, with credentials and a key of its own."""

import threading
import time

import structlog
from django.db import DatabaseError, connection
from procrastinate.exceptions import ConnectorException

from exchange.jobs.services import enqueue
from exchange.transparency import hold, pulse, sealer
from exchange.transparency.models import Pending

log = structlog.get_logger(__name__)
PAUSE = 0.1  # seconds between two looks at the outbox
LOOK_ANYWAY = 5.0  # seconds after which the published tree is compared although nothing waits
BEAT = 5.0  # seconds between two heartbeats, also while the log refuses to sign
AFTER_TROUBLE = 5.0  # seconds until the next try when the database or the log refused


def watch(is_ending: threading.Event) -> None:
    """Seal what waits until told to end; trouble is logged and tried again, never worked around."""
    sealed_at, beaten_at, told = 0.0, float("-inf"), ""
    while not is_ending.is_set():
        pause = PAUSE
        try:
            if time.monotonic() - beaten_at >= BEAT:
                pulse.beat()
                beaten_at = time.monotonic()
            if time.monotonic() - sealed_at > LOOK_ANYWAY or Pending.objects.exists():
                _seal()
                sealed_at, told = time.monotonic(), ""
        except sealer.LogHalted as halt:
            pause, told = AFTER_TROUBLE, _tell(halt.code, told)
        except (DatabaseError, OSError) as trouble:
            pause = AFTER_TROUBLE
            log.error("sequencer_trouble", kind=type(trouble).__name__)
            connection.close()
        is_ending.wait(pause)


def _seal() -> None:
    hold.refuse()
    sealed = sealer.seal()
    if sealed.added:
        log.info("log_sealed", size=sealed.size, added=sealed.added)


def _tell(code: str, told: str) -> str:
    """Say why the log is closed, and let the supervisors know, once a reason."""
    if code == told:
        return told
    log.critical("log_closed", code=code)
    try:
        enqueue("exchange.console.tell_of_halt", once="log_halted", code=code)
    except (DatabaseError, ConnectorException) as trouble:
        log.error("halt_not_told", code=code, kind=type(trouble).__name__)
        connection.close()
        return told  # tried again at the next look
    return code
