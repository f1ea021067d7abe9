"""Django application of the floor."""

from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    """The transactions floor."""

    name = "transactions"
