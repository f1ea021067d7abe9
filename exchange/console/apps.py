"""The console replaces the stock admin site; nothing registers itself but the rooms named here."""

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig

ROOMS = (
    "accounts.access.admin",
    "accounts.verification.admin",
    "catalog.registration.admin",
    "transactions.compliance.admin",
    "transactions.terminations.admin",
    "transactions.disputes.admin",
    "transactions.payments.admin",
    "transactions.payouts.admin",
    "transactions.statements.admin",
    "transactions.halts.admin",
    "transactions.ledger.admin",
    "transactions.pricing.admin",
    "exchange.rules.admin",
    "exchange.transparency.admin",
)


class ConsoleConfig(SimpleAdminConfig):
    """Stock admin with our own site."""

    default_site = "exchange.console.site.ConsoleSite"

    def ready(self) -> None:
        """Register what the rooms show."""
        super().ready()
        for room in ROOMS:
            import_module(room)
