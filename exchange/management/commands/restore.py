"""manage.py restore: a backup into an empty instance."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.backup.manifest import BackupProblem
from exchange.backup.services import restore
from exchange.settings import env


class Command(BaseCommand):
    """Overwrites nothing, and leaves nothing where something does not hold. The log stays closed until open_log."""

    help = "Restores a backup into an empty database and an empty STATE_DIR, and checks that everything is there."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to restore, and the published log where it survived."""
        parser.add_argument("backup", type=Path)
        parser.add_argument(
            "--published",
            type=Path,
            help="the newest published files of the log (a mirror, or LOG_ROOT itself if it survived)",
        )

        parser.add_argument(
            "--keep", action="store_true", help="keep what was restored although something in it does not hold"
        )

    def handle(self, *args: Any, backup: Path, published: Path | None, keep: bool, **options: Any) -> None:
        """Restore, give the roles their rights, say what does not hold."""
        try:
            faults = restore(backup, published=published, keep=keep)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        if env.secret("DATABASE_URL", default="") and env.database_role() == "owner":
            call_command("database_roles", stdout=self.stdout)
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"Restored, but {len(faults)} thing(s) do not hold. The log stays closed.")
        self.stdout.write("Restored. The log is closed: run rehydrate_log, then open_log, before the site opens.")
