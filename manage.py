#!/usr/bin/env python
"""Command line of the exchange."""

import os
import sys

ON_THE_EMBEDDED_SERVER = {"exchange.settings.dev", "exchange.settings.demo"}
WITHOUT_DATABASE = {
    *("check", "check_messages", "collect_messages", "collectstatic", "compile_catalogues"),
    *("help", "makemessages", "version"),
}


def main() -> None:
    """Run a management command; on one's own machine the embedded server is there for it."""
    settings = os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings.dev")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if settings in ON_THE_EMBEDDED_SERVER and "DATABASE_URL" not in os.environ and command not in WITHOUT_DATABASE:
        from exchange.embedded import lease

        lease.take()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
