"""Development: the demonstration's instance, with Django's debug pages and no collected static files."""

from exchange.settings.demo import *  # noqa: F403

DEBUG = True
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]  # noqa: F405
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
LOGGING = {"level": "INFO", "cache": False}
