"""Django application of the floor."""

from importlib import import_module

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The exchange floor."""

    name = "exchange"

    def ready(self) -> None:
        """Django finds the checks by their import."""
        import_module("exchange.common.checks")
