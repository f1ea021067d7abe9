"""`manage.py prepare_demo`: everything a demonstration needs before its web server starts."""

import io
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

STEPS: list[tuple[str, dict[str, Any]]] = [
    ("compile_catalogues", {}),
    ("createcachetable", {}),
    ("migrate", {"interactive": False}),
    ("database_roles", {}),
    ("load_reference", {}),
    ("collectstatic", {"interactive": False}),
    ("load_demo", {}),
]


class Command(BaseCommand):
    """Can be run again at any time: each step only adds what is missing."""

    help = "Makes tables, reference and demonstration data, catalogues and static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps in order, then keep the list of logins for the welcome."""
        known = get_commands()
        for name, step in STEPS:
            if name in known and (name != "database_roles" or "OWNER_DATABASE_URL" in os.environ):
                started = time.monotonic(), time.process_time()
                call_command(name, verbosity=0, **step)
                wall, own = time.monotonic() - started[0], time.process_time() - started[1]
                self.stdout.write(f"{name}: {wall:.1f} s, of these {own:.1f} s of this process")
        if "demo_accounts" in known:
            logins = io.StringIO()
            call_command("demo_accounts", stdout=logins)
            self._keep(Path(settings.STATE_DIR) / "logins.txt", logins.getvalue())

    def _keep(self, path: Path, text: str) -> None:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
