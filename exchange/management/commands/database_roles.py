"""manage.py database_roles: the walls between the processes, in the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange.settings import env
from exchange.walls.services import WallProblem, raise_walls


class Command(BaseCommand):
    """To be run by the owner, after every migration; running it again changes nothing."""

    help = "Makes the database roles of web, worker, sequencer, regulator and backup, and grants what each needs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the addresses from the environment; a role without an address is left out, and said so."""
        addresses = {role: env.secret(name, default="") for role, name in env.ADDRESS_OF_ROLE.items()}
        if env.database_role() != "owner":
            raise CommandError("Run this with DATABASE_ROLE=owner: only the owner of the tables may share them out.")
        owner = addresses.pop("owner")
        if not owner:
            raise CommandError("Set OWNER_DATABASE_URL: the walls are raised by the owner of the tables.")
        try:
            for line in raise_walls(addresses):
                self.stdout.write(line)
        except WallProblem as problem:
            raise CommandError(str(problem)) from problem
        for role, address in addresses.items():
            if not address:
                self.stdout.write(f"{role}: left out, {env.ADDRESS_OF_ROLE[role]} is not set")
