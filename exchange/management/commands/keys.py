"""manage.py keys: an encrypted copy of the keys of this process, and back."""

import getpass
import stat
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.backup import keycopy
from exchange.backup.manifest import BackupProblem, fingerprint
from exchange.backup.services import SECRETS


class Command(BaseCommand):
    """Passphrases come from the keyboard or from files, never from the command line, which every user can read."""

    help = "Saves the keys this process holds into an encrypted file, compares one with them, or opens it."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, with which file, and where passphrases come from."""
        parser.add_argument("action", choices=["save", "compare", "open"])
        parser.add_argument("file", type=Path, help="the encrypted copy")
        parser.add_argument("--into", type=Path, help="open: a new folder; each key becomes a file NAME in it")
        parser.add_argument("--people", type=int, default=1, help="save: how many people must open it together")
        parser.add_argument(
            "--passphrase-file", type=Path, action="append", default=[], help="one a person, in order; private files"
        )

    def handle(self, *args: Any, action: str, file: Path, **options: Any) -> None:
        """Do it, or say why not."""
        try:
            getattr(self, f"_{action}")(file, options)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem

    def _save(self, file: Path, options: dict[str, Any]) -> None:
        given = options["passphrase_file"]
        passphrases = _from_files(given) if given else _asked(options["people"], twice=True)
        names = keycopy.seal_keys(file, {name: str(getattr(settings, name, "")) for name in SECRETS}, passphrases)
        self.stdout.write(f"Saved to {file}: {', '.join(names)}.")

    def _compare(self, file: Path, options: dict[str, Any]) -> None:
        saved = self._opened(file, options)
        held = {name: str(getattr(settings, name, "")) for name in SECRETS}
        differing = sorted(name for name, value in saved.items() if held.get(name) != value)
        missing = sorted(name for name, value in held.items() if value and name not in saved)
        if differing or missing:
            told = [*(f"{name} is another one" for name in differing), *(f"{name} is not in it" for name in missing)]
            raise CommandError(f"The copy is not of the keys of this process: {', '.join(told)}.")
        self.stdout.write(f"The copy opens and holds the keys of this process: {', '.join(sorted(saved))}.")

    def _open(self, file: Path, options: dict[str, Any]) -> None:
        if options["into"] is None:
            raise CommandError("Say where to with --into: a new folder only you can read.")
        saved = self._opened(file, options)
        keycopy.put_keys(options["into"], saved)
        told = ", ".join(f"{name} ({fingerprint(value)})" for name, value in sorted(saved.items()))
        self.stdout.write(f"Opened into {options['into']}: {told}. Name each in NAME_FILE.")

    def _opened(self, file: Path, options: dict[str, Any]) -> dict[str, str]:
        given = options["passphrase_file"]
        passphrases = _from_files(given) if given else _asked(keycopy.people_of(file), twice=False)
        return keycopy.open_keys(file, passphrases)


def _from_files(paths: list[Path]) -> list[str]:
    return [_from_file(path) for path in paths]


def _from_file(path: Path) -> str:
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise BackupProblem(f"{path} can be read by others: chmod 600 {path}, and start again.")
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise BackupProblem(f"{path} cannot be read: {error.strerror}.") from error


def _asked(people: int, *, twice: bool) -> list[str]:
    """Each person types a passphrase the others do not see; a new one twice."""
    if not sys.stdin.isatty():
        raise BackupProblem("There is no keyboard here: give --passphrase-file, once for each person.")
    given = []
    for number in range(1, people + 1):
        given.append(getpass.getpass(f"Passphrase of person {number} of {people}: "))
        if twice and getpass.getpass("The same again: ") != given[-1]:
            raise BackupProblem("The two are not the same: nothing was written.")
    return given
