"""Collect what code, templates and packages say, and keep the Vietnamese of each."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from exchange.common import catalogues


class Command(BaseCommand):
    """Rewrites the Vietnamese catalogue: new messages added, unused ones left out, parts merged."""

    help = "Rewrite exchange/locale/vi/LC_MESSAGES/django.po from code, templates, packages and exchange/locale/parts."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect, merge, write, and say what still lacks Vietnamese."""
        path = catalogues.catalogue_path()
        parts = {part.name: catalogues.read(part) for part in sorted(self.parts().glob("*.po"))}
        needed = [catalogues.own_messages(), catalogues.library_messages()]
        result = catalogues.merged(needed, [catalogues.read(path), *parts.values()])
        catalogues.write(path, result)
        for sentence in catalogues.conflicts(parts):
            self.stderr.write(f"said differently: {sentence}")
        found = catalogues.faults(needed, result)
        self.stdout.write(f"{len(result)} messages, {len(found.missing)} without Vietnamese.")

    def parts(self) -> Path:
        """Folder of catalogues waiting to be merged."""
        return Path(settings.LOCALE_PATHS[0]) / "parts"
