"""manage.py open_log: after a restore, let the sequencer sign again."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.backup.log import open_log
from exchange.backup.manifest import BackupProblem
from exchange.backup.services import Operator


class Command(BaseCommand):
    """Asks for the last checkpoint anybody outside holds: only its continuation may be signed."""

    help = "Opens the log after a restore, once files and database hold the tree of the given checkpoint."

    def add_arguments(self, parser: CommandParser) -> None:
        """The checkpoint from outside."""
        parser.add_argument("--checkpoint", type=Path, required=True, help="the newest checkpoint known outside")

    def handle(self, *args: Any, checkpoint: Path, **options: Any) -> None:
        """Open, or say why it stays closed."""
        try:
            text = checkpoint.read_text(encoding="utf-8")
            size = open_log(text, actor=Operator())
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{checkpoint} cannot be read: {error}.") from error
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"The log is open again and continues the tree of {size} entries.")
