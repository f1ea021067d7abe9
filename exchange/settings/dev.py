"""Development on one's own machine, with the embedded database."""

from exchange.settings import env
from exchange.settings.base import *  # noqa: F403

DEBUG = True
SECRET_KEY = "development-only"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
DATABASES = {"default": env.database(env.text("DATABASE_URL", "postgresql://exchange@127.0.0.1:1/exchange"))}
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
EMAIL_BACKEND = "exchange.common.mailfiles.EmailBackend"
