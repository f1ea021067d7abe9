"""Typed reading of the environment; a missing production value stops the start with a sentence."""

import base64
import binascii
import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

NO_DATABASE = "postgresql://exchange@127.0.0.1:1/exchange"  # for commands that need none: nothing listens there


# Each process signs in to the database with a role of its own (manage.py database_roles makes them).
ADDRESS_OF_ROLE = {
    "web": "DATABASE_URL",
    "worker": "WORKER_DATABASE_URL",
    "sequencer": "SEQUENCER_DATABASE_URL",
    "regulator": "REGULATOR_DATABASE_URL",
    "backup": "BACKUP_DATABASE_URL",
    "owner": "OWNER_DATABASE_URL",
}


def database_role() -> str:
    """Which role this process signs in with: DATABASE_ROLE, set by manage.py from the command; else web."""
    role = os.environ.get("DATABASE_ROLE", "web")
    if role not in ADDRESS_OF_ROLE:
        raise ImproperlyConfigured(f"DATABASE_ROLE must be one of {', '.join(ADDRESS_OF_ROLE)}, not {role!r}.")
    return role


def address_of_role() -> str:
    """The variable that says where and as whom this process reaches the database."""
    return ADDRESS_OF_ROLE[database_role()]


# What each process is told besides its address: the sequencer sees no page, person, mail or bank, only the log.
OF_THE_LOG = ("STATE_DIR", "LOG_ORIGIN")
OF_THE_EXCHANGE = (
    *("SECRET_KEY", "LINK_SIGNING_KEY", "FIELD_ENCRYPTION_KEY", "LOG_PROMISE_KEY"),
    *("ALLOWED_HOSTS", "ESCROW_BIN", "ESCROW_NUMBER", "ESCROW_HOLDER"),
    *("EMAIL_HOST", "DEFAULT_FROM_EMAIL", "PUBLIC_ADDRESS"),
)
OF_THE_BANK = ("BANK_WEBHOOK_SECRET",)
NEEDS_OF_ROLE = {
    **dict.fromkeys(ADDRESS_OF_ROLE, (*OF_THE_EXCHANGE, *OF_THE_LOG)),
    "web": (*OF_THE_EXCHANGE, *OF_THE_BANK, *OF_THE_LOG),
    "sequencer": ("LOG_SIGNING_KEY", *OF_THE_LOG),
}


def needs(name: str) -> bool:
    """Whether the process that starts works with a value; what it does not need it does not read."""
    return name in NEEDS_OF_ROLE[database_role()]


def demand(*names: str) -> None:
    """Stop unless every variable is set, by itself or as NAME_FILE; all missing ones are named at once."""
    missing = [name for name in names if not (os.environ.get(name) or os.environ.get(f"{name}_FILE"))]
    if missing:
        raise ImproperlyConfigured(
            f"Set these environment variables and start again: {', '.join(missing)}. README says what each is for."
        )


def text(name: str, default: str | None = None) -> str:
    """A text value, or the default; without either the start stops."""
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):
        raise ImproperlyConfigured(f"Set the environment variable {name} and start again; README says what it is for.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """A yes/no value: 1, true, yes or on."""
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """A whole number, or the default."""
    value = os.environ.get(name, str(default))
    if not value.lstrip("-").isdigit():
        raise ImproperlyConfigured(f"The environment variable {name} must be a whole number, not {value!r}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def folder(name: str) -> Path:
    """An existing folder, as an absolute path."""
    path = Path(text(name))
    if not path.is_absolute() or not path.is_dir():
        raise ImproperlyConfigured(f"The environment variable {name} must name an existing folder, in full: {path}.")
    return path


def secret(name: str, *, default: str | None = None) -> str:
    """A secret, read from NAME or from the file named in NAME_FILE."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return text(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error}.") from error


def long_secret(name: str) -> str:
    """A secret nobody can guess: at least 50 characters."""
    value = secret(name)
    if len(value) < 50:  # the length `check --deploy` asks of SECRET_KEY
        raise ImproperlyConfigured(
            f"{name} is too short: make one of at least 50 characters with `openssl rand -base64 48`."
        )
    return value


def key_of_32_bytes(name: str, *, optional: bool = False) -> str:
    """A key of exactly 32 bytes, in Base64; an optional one may be missing."""
    value = secret(name, default="" if optional else None)
    if optional and not value:
        return ""
    try:
        length = len(base64.urlsafe_b64decode(value))
    except (binascii.Error, ValueError):
        length = 0
    if length != 32:
        raise ImproperlyConfigured(
            f"{name} must be 32 random bytes in Base64: make them with `openssl rand -base64 32`."
        )
    return value


def public_key_of_the_log() -> str:
    """The public half of the log's key, which everyone but the sequencer works with: name+id+base64."""
    value = text("LOG_PUBLIC_KEY", "")
    if not value:
        raise ImproperlyConfigured(
            "Set LOG_PUBLIC_KEY to what `manage.py sequencer --public-key` prints: every process but the sequencer "
            "checks the log with the public half of its key."
        )
    try:
        name, identity, encoded = value.split("+", 2)
        lengths = len(bytes.fromhex(identity)), len(base64.b64decode(encoded, validate=True))
        is_key = bool(name) and lengths == (4, 33)
    except ValueError:
        is_key = False
    if not is_key:
        raise ImproperlyConfigured("LOG_PUBLIC_KEY is no public key of a log (name+id+base64): copy the whole line.")
    return value


def refuse_signing_key() -> None:
    """Stop a process that is not the sequencer and was given the key that signs checkpoints."""
    if secret("LOG_SIGNING_KEY", default=""):
        raise ImproperlyConfigured(
            f"Take LOG_SIGNING_KEY away from the process of the role {database_role()}: only the sequencer signs the "
            "log, the others need no more than LOG_PUBLIC_KEY."
        )


def all_different(*names: str) -> None:
    """Stop when one secret is used for two purposes."""
    values = [value for value in (secret(name, default="") for name in names) if value]
    if len(set(values)) < len(values):
        raise ImproperlyConfigured(f"Each of {', '.join(names)} needs a value of its own.")


def plain_base64(value: str) -> str:
    """The same bytes in the plain alphabet of Base64."""
    return value.replace("-", "+").replace("_", "/")


def database(url: str) -> dict:
    """Django's database settings from postgresql://user:password@host:port/name?option=value."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://; the exchange runs on PostgreSQL only.")
    query: dict = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }


def optional_database(name: str) -> dict | None:
    """Database settings from a variable that may be missing."""
    address = secret(name, default="")
    return database(address) if address else None
