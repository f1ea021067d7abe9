"""`manage.py sequencer`: gives entries of the log their place and signs checkpoints until it is told to stop."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from exchange.transparency import keys, outbox


class Command(BaseCommand):
    """One at a time works; a second one waits until the first is gone."""

    help = "Publishes the log until SIGTERM or SIGINT. The only process with the key of the log."

    def add_arguments(self, parser: CommandParser) -> None:
        """Only tell the public half of the key, for LOG_PUBLIC_KEY of the other processes."""
        parser.add_argument("--public-key", action="store_true")

    def handle(self, *args: Any, public_key: bool, **options: Any) -> None:
        """Run until a signal ends it."""
        if public_key:
            self.stdout.write(keys.verifier().vkey)
            return
        is_ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: is_ending.set())
        outbox.watch(is_ending)
