"""Django application of the floor."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The catalog floor."""

    name = "catalog"
