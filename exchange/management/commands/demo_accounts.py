"""List the logins of the demonstration."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from exchange.demo.services import accounts


class Command(BaseCommand):
    """One login a role, with organisation and password; --json for programs."""

    help = "Lists the logins of the demonstration."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The form of the list."""
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the list."""
        rows = accounts()
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"Password of every demonstration login: {rows[0]['password']}")
        for row in rows:
            self.stdout.write(f"  {row['login']:<38} {', '.join(row['roles']):<22} {row['organisation']}")
