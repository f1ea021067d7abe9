"""Collect what code, templates, scripts and packages say, and keep the Vietnamese of each."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from exchange.common import catalogues


class Command(BaseCommand):
    """Rewrites the Vietnamese catalogues: new messages added, unused ones left out, parts merged."""

    help = "Rewrite the catalogues of exchange/locale/vi from code, templates, packages and exchange/locale/parts."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect, merge, write, and say what still lacks Vietnamese."""
        parts = {part.name: catalogues.read(part) for part in sorted(self.parts().glob("*.po"))}
        for sentence in catalogues.conflicts(parts):
            self.stderr.write(f"said differently: {sentence}")
        for domain in catalogues.DOMAINS:
            path = catalogues.catalogue_path(domain)
            needed = catalogues.needed(domain)
            result = catalogues.merged(needed, [catalogues.read(path), *parts.values()])
            catalogues.write(path, result)
            missing = len(catalogues.faults(needed, result).missing)
            self.stdout.write(f"{domain}: {len(result)} messages, {missing} without Vietnamese.")

    def parts(self) -> Path:
        """Folder of catalogues waiting to be merged."""
        return Path(settings.LOCALE_PATHS[0]) / "parts"
