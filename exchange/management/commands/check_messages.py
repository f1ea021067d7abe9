"""Fail when something a person can read has no Vietnamese."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange.common import catalogues


class Command(BaseCommand):
    """Part of `make lint`."""

    help = "Fail when a message has no Vietnamese, is fuzzy, or its placeholders differ."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """List every fault, then fail."""
        sentences = [sentence for domain in catalogues.DOMAINS for sentence in self.faults(domain).sentences()]
        for sentence in sentences:
            self.stderr.write(sentence)
        if sentences:
            raise CommandError(f"{len(sentences)} faults in the Vietnamese catalogue; run collect_messages first.")
        self.stdout.write("The Vietnamese catalogue is complete.")

    def faults(self, domain: str) -> catalogues.Faults:
        """What is wrong with one catalogue."""
        return catalogues.faults(catalogues.needed(domain), catalogues.read(catalogues.catalogue_path(domain)))
