"""Tests: fixed secrets, fast passwords, mail in memory, everything else as in production."""

import os
from pathlib import Path

from exchange.embedded import binaries
from exchange.settings import env
from exchange.settings.base import *  # noqa: F403

# each of several workers of one run (pytest -n 2) keeps its files apart, as pytest-django keeps its database
STATE_DIR = Path(os.environ.get("EXCHANGE_TEST_STATE", BASE_DIR / "var" / "test"))  # noqa: F405
STATE_DIR /= os.environ.get("PYTEST_XDIST_WORKER", "alone")
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES = {"default": env.database(env.text("DATABASE_URL", env.NO_DATABASE))}
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("EXCHANGE_TEST_DATABASE", "test_exchange")}
POSTGRES_PROGRAMS = env.text("POSTGRES_PROGRAMS", binaries.client_programs())

# Known to everybody: good for nothing but tests.
SECRET_KEY = "tests-only"  # noqa: S105
LINK_SIGNING_KEY = "tests-only-links"
FIELD_ENCRYPTION_KEY = "dGVzdHMtb25seS1maWVsZHMtMDAwMDAwMDAwMDAwMDA="
LOG_SIGNING_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
LOG_PROMISE_KEY = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
BANK_WEBHOOK_SECRET = "whsec_dGVzdHMtb25seS1iYW5rLTAwMDAwMDAwMDAwMDAwMDA="  # noqa: S105

MEDIA_ROOT = STATE_DIR / "files"
LOG_ROOT = STATE_DIR / "log"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
WHITENOISE_AUTOREFRESH = True
CATALOGUE_KEPT_SECONDS = 0
# pytest-django knows the application by its own name; a live server then finds the files without collecting them
INSTALLED_APPS = [
    "django.contrib.staticfiles" if name == "exchange.staticfiles.CollectedFiles" else name
    for name in INSTALLED_APPS  # noqa: F405
]
LOG_KEY_FILE = None
LOGGING = {"level": "WARNING", "cache": False}

DEMO_PASSWORD = "tests-only-password"  # noqa: S105
