"""Audit the public log offline: files, signatures, database, openings."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange.transparency import audit, keys, notes


class Command(BaseCommand):
    """Exit status 0 only when nothing is wrong."""

    help = "Check the whole public log: every entry, tile, root and signature, and the database beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A folder of published files alone, with a key from elsewhere, or this instance."""
        parser.add_argument("--files", type=Path, help="check only this copy of the published files")
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            help="public key (name+id+base64), or a file with one a line; again for further keys and years",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Audit and tell; any fault ends with an error."""
        folder = options["files"] or Path(settings.LOG_ROOT)
        alone = options["files"] is not None
        report = audit.audit_copy(folder, *self._verifiers(options["key"], folder)) if alone else audit.audit(folder)
        self._print(report, as_json=options["json"])
        if report.faults:
            raise CommandError(f"The log does not hold: {len(report.faults)} fault(s).")

    def _verifiers(self, given: list[str], folder: Path) -> list[notes.Verifier]:
        if not given:
            return list(keys.verifiers())
        try:
            found = [notes.Verifier.parse(line) for key in given for line in self._lines(key, folder)]
        except notes.NoteError as error:
            raise CommandError(f"This is no key of a log: {error}.") from error
        if not found:
            raise CommandError("The file holds no key.")
        if len({verifier.name.rpartition("/")[0] for verifier in found}) > 1:
            raise CommandError("The keys belong to different logs. Check one log at a time.")
        return found

    def _lines(self, key: str, folder: Path) -> list[str]:
        """A key as given, or every key of a file that does not lie among what is checked."""
        path = Path(key)
        if not path.is_file():
            return [key]
        if path.resolve().is_relative_to(folder.resolve()):
            raise CommandError(
                "The key lies inside the folder that is checked and proves nothing. Take it from elsewhere."
            )
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

    def _print(self, report: audit.Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(
                json.dumps(
                    {
                        "size": report.size,
                        "entries": report.entries,
                        "records": report.records,
                        "lost_openings": report.lost_openings,
                        "faults": [vars(fault) for fault in report.faults],
                    }
                )
            )
            return
        for fault in report.faults:
            self.stdout.write(str(fault))
        if report.lost_openings:
            self.stdout.write(f"Without opening since a restore: {report.lost_openings} entries.")
        self.stdout.write(f"Read: {report.entries} published entries, {report.records} records. Tree of {report.size}.")
