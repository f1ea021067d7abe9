"""After a restore from a backup: put the leaves that were published since then back into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange.transparency import hold
from exchange.transparency.restore import rehydrate
from exchange.transparency.sealer import LogHalted
from exchange.transparency.services import Machine, record_system

RECOVERED = Machine("system:backup")


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
        if done.lost:
            self.stdout.write("Lost with the database, to be done again by whoever did it:")
        for kind, count in sorted(done.lost.items()):
            self.stdout.write(f"  {kind}: {count}")
        if done.leaves and hold.facts() is None:  # a point-in-time recovery; after `restore` open_log notes it
            record_system("backup.restore", about="backup", actor=RECOVERED, data={"taken_back": done.leaves})
