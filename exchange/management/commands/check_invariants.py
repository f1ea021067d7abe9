"""`manage.py check_invariants`: looks at all money and trades; after a restore, and whenever somebody asks."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access.actor import Actor
from transactions.invariants.checks import INVARIANTS
from transactions.invariants.services import watch


class Command(BaseCommand):
    """Prints every breach and ends with an error; trade is stopped by then."""

    help = "Checks the invariants of money and trades; a breach stops all trade and ends with an error."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything of all time."""
        found = watch(actor=Actor.system("invariants"), whole=True)
        for one in found:
            self.stderr.write(f"{one.invariant} {one.what} {json.dumps(one.figures)}")
        if found:
            raise CommandError(f"{len(found)} breaches; trading is stopped.")
        self.stdout.write(f"All {len(INVARIANTS)} invariants hold.")
