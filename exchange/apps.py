"""Django application of the floor."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The exchange floor."""

    name = "exchange"
