"""Production: every value comes from the environment; without one of them the start stops with a sentence."""

from exchange.settings import env
from exchange.settings.base import *  # noqa: F403

env.demand(env.address_of_role(), *env.NEEDS_OF_ROLE[env.database_role()])
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
DATABASES = {"default": env.database(env.secret(env.address_of_role()))}
BACKUP_DATABASE = env.optional_database("BACKUP_DATABASE_URL")
POSTGRES_PROGRAMS = env.text("POSTGRES_PROGRAMS", "")
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.number("DATABASE_POOL", 8), "timeout": 10}

if env.needs("LOG_SIGNING_KEY"):  # the only process that signs checkpoints and holds the key for it
    LOG_SIGNING_KEY = env.key_of_32_bytes("LOG_SIGNING_KEY")
else:
    env.refuse_signing_key()
    LOG_PUBLIC_KEY = env.public_key_of_the_log()
if env.needs("SECRET_KEY"):
    SECRET_KEY = env.long_secret("SECRET_KEY")
    LINK_SIGNING_KEY = env.long_secret("LINK_SIGNING_KEY")
    FIELD_ENCRYPTION_KEY = env.key_of_32_bytes("FIELD_ENCRYPTION_KEY")
    LOG_PROMISE_KEY = env.key_of_32_bytes("LOG_PROMISE_KEY")
if env.needs("BANK_WEBHOOK_SECRET"):
    BANK_WEBHOOK_SECRET = env.long_secret("BANK_WEBHOOK_SECRET")
env.all_different(
    "SECRET_KEY",
    "LINK_SIGNING_KEY",
    "FIELD_ENCRYPTION_KEY",
    "LOG_SIGNING_KEY",
    "LOG_PROMISE_KEY",
    "BANK_WEBHOOK_SECRET",
)

STATE_DIR = env.folder("STATE_DIR")
MEDIA_ROOT = STATE_DIR / "files"
LOG_ROOT = STATE_DIR / "log"
STATIC_ROOT = STATE_DIR / "static"
LOG_ORIGIN = env.text("LOG_ORIGIN")
LOG_FORMER_KEYS = env.words("LOG_FORMER_KEYS")
LOG_FORMER_PROMISE_KEYS = env.words("LOG_FORMER_PROMISE_KEYS")
LOG_WITNESSES = env.words("LOG_WITNESSES")
if env.needs("ESCROW_NUMBER"):
    ESCROW_ACCOUNT = {name: env.text(f"ESCROW_{name.upper()}") for name in ("bin", "number", "holder")}

LOG_MONTHS = env.number("LOG_MONTHS", 12)

if env.needs("EMAIL_HOST"):
    PUBLIC_ADDRESS = env.text("PUBLIC_ADDRESS")
    EMAIL_HOST = env.text("EMAIL_HOST")
    EMAIL_PORT = env.number("EMAIL_PORT", 587)
    EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD", default="")
    EMAIL_USE_TLS = True
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL")

STAFF_SECOND_FACTOR = env.flag("STAFF_SECOND_FACTOR", default=True)

# Only HTTPS; a proxy in front says so in X-Forwarded-Proto and removes that header from what clients send.
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=True)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "X-Real-IP"  # else all clients share the proxy's limits of sign-in attempts
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
