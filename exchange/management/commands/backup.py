"""manage.py backup: database, stored files and published log into a new folder; keys never."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.backup.manifest import BackupProblem
from exchange.backup.services import take


class Command(BaseCommand):
    """A folder with its final name is complete; what was interrupted leaves a hidden one that the next run removes."""

    help = "Saves the exchange below a folder: database, stored files, published log, and a list with their hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, help="an existing folder, best on another machine")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Save, or say why not."""
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        try:
            made = take(folder)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Saved: {made}")
