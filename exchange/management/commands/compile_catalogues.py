"""`manage.py compile_catalogues`: makes the .mo files the site reads."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from exchange.common.compiled import compile_all


class Command(BaseCommand):
    """Compiles what changed."""

    help = "Compiles the message catalogues that changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile all locale folders of the project."""
        for folder in settings.LOCALE_PATHS:
            for path in compile_all(Path(folder)):
                self.stdout.write(f"compiled {path.relative_to(settings.BASE_DIR)}")
