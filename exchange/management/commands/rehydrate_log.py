"""After a restore from a backup: put the leaves that were published since then back into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange.transparency.restore import rehydrate
from exchange.transparency.sealer import LogHalted


class Command(BaseCommand):
    """Refuses, and changes nothing, where the database holds another history than the published one."""

    help = "Take back from the published files every leaf the restored database lacks. Run it before the site opens."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rehydrate, or say why not."""
        try:
            done = rehydrate()
        except LogHalted as halt:
            raise CommandError(f"The log stays closed: {halt}.") from halt
        self.stdout.write(
            f"Taken back: {done.leaves} leaves, {done.lost_openings} of them without their opening. "
            f"Sizes: {', '.join(f'{year}: {size}' for year, size in done.sizes.items()) or 'nothing is published'}."
        )
