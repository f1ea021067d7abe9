"""Collect what code, templates, scripts and packages say, and keep the Vietnamese of each."""

from typing import Any

from django.core.management.base import BaseCommand

from exchange.common import catalogues


class Command(BaseCommand):
    """Rewrites the Vietnamese catalogues: new messages added, unused ones left out."""

    help = "Rewrite the catalogues of exchange/locale/vi from code, templates and packages."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect, merge, write, and say what still lacks Vietnamese."""
        for domain in catalogues.DOMAINS:
            path = catalogues.catalogue_path(domain)
            needed = catalogues.needed(domain)
            result = catalogues.merged(needed, [catalogues.read(path)])
            catalogues.write(path, result)
            missing = len(catalogues.faults(needed, result).missing)
            self.stdout.write(f"{domain}: {len(result)} messages, {missing} without Vietnamese.")
