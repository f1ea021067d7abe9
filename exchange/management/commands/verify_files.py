"""manage.py verify_files: bit rot in stored files and in the published log."""

import io
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.files import audit
from exchange.files.models import StoredFile


class Command(BaseCommand):
    """Exit status 0 only when every byte is as it was recorded."""

    help = "Reads every stored file and every tile of the log and compares them with the recorded hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Only the stored files, where the log is checked elsewhere."""
        parser.add_argument("--without-log", action="store_true")

    def handle(self, *args: Any, without_log: bool, **options: Any) -> None:
        """Each difference on a line; any of them ends with an error."""
        count = 0
        for difference in audit.differences():
            count += 1
            self.stdout.write(str(difference))
        if not without_log:
            count += self._log()
        self.stdout.write(f"Read: {StoredFile.objects.count()} stored files.")
        if count:
            raise CommandError(f"{count} difference(s) from what was recorded.")

    def _log(self) -> int:
        said = io.StringIO()
        try:
            call_command("verify_log", stdout=said)
        except CommandError as refusal:
            self.stdout.write(said.getvalue() + str(refusal))
            return 1
        self.stdout.write(said.getvalue().rstrip())
        return 0
