"""Load the demonstration, once."""

from typing import Any

from django.core.management.base import BaseCommand

from exchange.demo.services import load


class Command(BaseCommand):
    """Organisations, people, datasets of official figures, and trades at every stage."""

    help = "Loads the demonstration data once; a second call changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say that it is there."""
        self.stdout.write("Demonstration loaded." if load() else "The demonstration is already there.")
