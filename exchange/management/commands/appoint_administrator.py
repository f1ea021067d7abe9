"""manage.py appoint_administrator: the first administrator; all others are appointed in the console."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.access.actor import Actor
from accounts.access.services import appoint_first_administrator
from exchange.common.errors import DomainError


class Command(BaseCommand):
    """Refuses when there is one: whoever holds this machine is not thereby an administrator of the exchange."""

    help = "Appoints the first administrator: an account that signed up and confirmed its address. Logged."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose account it is."""
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Appoint, or say why not."""
        with translation.override("en"):
            try:
                appointment = appoint_first_administrator(email=email, actor=Actor.system("installation"))
            except DomainError as refusal:
                raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Account {appointment.user_id} is administrator; the log holds the appointment.")
