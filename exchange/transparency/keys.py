"""Keys of the log: one signs checkpoints, another the promises of web processes; former ones still verify."""

import os
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from exchange.common import clock
from exchange.transparency.notes import Signer, Verifier

YEAR = re.compile(r"[2-9][0-9]{3}\Z")


def origin_of(year: int) -> str:
    """Name of the log of a year, which is also the name of its key: log.exchange.example/2026."""
    return f"{settings.LOG_ORIGIN}/{year}"


def year_of(origin: str) -> int | None:
    """The year of a log of this exchange; None for a log of somebody else."""
    name, _slash, year = origin.rpartition("/")
    return int(year) if name == settings.LOG_ORIGIN and YEAR.fullmatch(year) else None


def signer(year: int | None = None) -> Signer:
    """The key that signs checkpoints; only the sequencer asks for it."""
    return _signer(origin_of(year or this_year()), settings.LOG_SIGNING_KEY, str(settings.LOG_KEY_FILE or ""))


def verifier(year: int | None = None) -> Verifier:
    """The public half in use, as published at /transparency/log/key; pages need no more than this."""
    return verifiers(year)[0]


def verifiers(year: int | None = None) -> tuple[Verifier, ...]:
    """Every key that signed or may sign the log of a year: the one in use first, then the former ones."""
    year = year or this_year()
    used = Verifier.parse(settings.LOG_PUBLIC_KEY) if settings.LOG_PUBLIC_KEY else signer(year).verifier
    keys = [used.public, *(Verifier.parse(key).public for key in settings.LOG_FORMER_KEYS)]
    return tuple(Verifier(origin_of(year), key) for key in dict.fromkeys(keys))


def promise_signer() -> Signer:
    """The key of web processes: it promises publication and can sign nothing else."""
    return _signer(_promise_name(), settings.LOG_PROMISE_KEY, _beside(settings.LOG_KEY_FILE, "promise.key"))


def promise_verifiers() -> tuple[Verifier, ...]:
    """Keys that signed pending receipts, the one in use first."""
    former = [Verifier.parse(key).public for key in settings.LOG_FORMER_PROMISE_KEYS]
    keys = [promise_signer().verifier.public, *former]
    return tuple(Verifier(_promise_name(), key) for key in dict.fromkeys(keys))


def _promise_name() -> str:
    return f"{settings.LOG_ORIGIN}/promise"


def this_year() -> int:
    """The year in Viet Nam."""
    return clock.today().year


def _beside(path: Path | None, name: str) -> str:
    return str(Path(path).with_name(name)) if path else ""


@lru_cache(maxsize=16)
def _signer(origin: str, secret: str, path: str) -> Signer:
    if secret:
        return Signer.parse(origin, secret)
    if not path:
        raise ImproperlyConfigured(
            "The log lacks a key. Set LOG_SIGNING_KEY for the sequencer, LOG_PROMISE_KEY for web processes."
        )
    return _from_file(origin, Path(path))


def _from_file(origin: str, path: Path) -> Signer:
    """Read the instance's own key; the first process to ask makes it, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    if not path.exists():
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(Signer.generate(origin).secret + "\n")
        try:
            os.link(draft, path)  # two processes may race: one key wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return Signer.parse(origin, path.read_text(encoding="ascii"))
