"""The log's signing key: from the environment in production, a file of its own elsewhere."""

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from exchange.transparency.notes import Signer, Verifier


def signer() -> Signer:
    """The key that signs checkpoints; only the sequencer asks for it."""
    return _signer(settings.LOG_ORIGIN, settings.LOG_SIGNING_KEY, str(settings.LOG_KEY_FILE or ""))


def verifier() -> Verifier:
    """The public half, as published at /transparency/log/key; pages need no more than this."""
    return Verifier.parse(settings.LOG_PUBLIC_KEY) if settings.LOG_PUBLIC_KEY else signer().verifier


@lru_cache(maxsize=8)
def _signer(origin: str, secret: str, path: str) -> Signer:
    if secret:
        return Signer.parse(origin, secret)
    if not path:
        raise ImproperlyConfigured("The log has no signing key. Set LOG_SIGNING_KEY or LOG_SIGNING_KEY_FILE.")
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
