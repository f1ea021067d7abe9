"""Django application of the floor."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts floor."""

    name = "accounts"
