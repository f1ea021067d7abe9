"""manage.py reset_second_factor: for the administrator whom no other administrator can help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.access.actor import Actor
from accounts.access.services import reset_second_factor
from exchange.common.errors import DomainError


class Command(BaseCommand):
    """The same use case as in the console: logged, and the person is told by mail."""

    help = "Takes the second factor off an account whose owner lost phone and recovery codes. Logged and mailed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose account it is, and how that was made sure."""
        parser.add_argument("--email", required=True)
        parser.add_argument("--proof", required=True, help="how you made sure that it is this person who asks")

    def handle(self, *args: Any, email: str, proof: str, **options: Any) -> None:
        """Reset, or say why not."""
        with translation.override("en"):
            try:
                person = reset_second_factor(email=email, proof=proof, actor=Actor.system("installation"))
            except DomainError as refusal:
                raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Account {person.pk} has no second factor any more; the log holds the reset.")
