#!/usr/bin/env python
"""Command line of the exchange."""

import os
import sys

ON_THE_EMBEDDED_SERVER = {"exchange.settings.dev", "exchange.settings.demo"}
WITHOUT_DATABASE = {
    *("check", "check_messages", "collect_messages", "collectstatic", "compile_catalogues"),
    *("help", "keys", "makemessages", "version"),
}
# Commands that sign in to the database as somebody else than the web server; DATABASE_ROLE overrules.
ROLE_OF_COMMAND = {
    "worker": "worker",
    "sequencer": "sequencer",
    **dict.fromkeys(
        (
            *("migrate", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations", "createcachetable"),
            *("load_reference", "load_demo", "prepare_demo", "database_roles", "bench"),
            *("restore", "rehydrate_log"),
            *("dbshell", "flush"),
        ),
        "owner",
    ),
}


def main() -> None:
    """Run a management command; on one's own machine the embedded server is there for it."""
    settings = os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings.dev")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    os.environ.setdefault("DATABASE_ROLE", ROLE_OF_COMMAND.get(command, "web"))
    if settings in ON_THE_EMBEDDED_SERVER and command not in WITHOUT_DATABASE and not has_address():
        from exchange.embedded import lease

        lease.take()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def has_address() -> bool:
    """Whether somebody already said where the database is."""
    return any(name == "DATABASE_URL" or name.endswith("_DATABASE_URL") for name in os.environ)


if __name__ == "__main__":
    main()
