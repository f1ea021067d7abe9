"""Write the files of the public log anew after their folder was lost."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange.transparency.restore import rebuild
from exchange.transparency.sealer import LogHalted


class Command(BaseCommand):
    """Only up to the last checkpoint the database noted; refuses where the published tree is larger."""

    help = "Write tiles and bundles anew from the database, after the folder of the log was lost."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, or say why not."""
        try:
            size = rebuild()
        except LogHalted as halt:
            raise CommandError(f"The log stays closed: {halt}.") from halt
        self.stdout.write(f"The log was written anew up to {size} entries.")
