"""Tests: fixed secrets, fast passwords, mail in memory, everything else as in production."""

import os

from exchange.settings import env
from exchange.settings.base import *  # noqa: F403

SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {"default": env.database(env.text("DATABASE_URL"))}
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("EXCHANGE_TEST_DATABASE", "test_exchange")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
WHITENOISE_AUTOREFRESH = True
LOG_SIGNING_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
LOG_KEY_FILE = None
