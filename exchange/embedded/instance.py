"""All state of a clone is one instance; its random id stands in the ignored `var/`."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent.parent


@dataclass
class Instance:
    """The state of one clone: a folder with the id as its name, and facts remembered between starts."""

    clone: Path
    identity: str
    facts: dict

    @classmethod
    def of(cls, clone: Path = CLONE) -> "Instance":
        """The instance of a clone; a new or copied clone gets a new one and never meets old data."""
        var = clone / "var"
        var.mkdir(mode=0o711, exist_ok=True)
        with locked(var / "instance.lock"):
            known = _read(var / "instance.json")
            if not _belongs(known, var):
                known = {"id": secrets.token_hex(8), "facts": {}}
            known["clone"] = {"path": str(clone), "inode": var.stat().st_ino}
            _write(var / "instance.json", known)
        instance = cls(clone, known["id"], known["facts"])
        instance.folder.mkdir(mode=0o711, exist_ok=True)
        return instance

    @property
    def folder(self) -> Path:
        """Where the state of this instance lies."""
        return self.clone / "var" / self.identity

    def room(self, name: str) -> Path:
        """A folder of the instance that only its owner can open."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def remember(self, **facts: object) -> None:
        """Keep facts for the next start."""
        path = self.clone / "var" / "instance.json"
        with locked(self.clone / "var" / "instance.lock"):
            known = _read(path)
            known["facts"] |= facts
            _write(path, known)
        self.facts = known["facts"]

    def secret(self, name: str) -> str:
        """32 random bytes in Base64, made when first asked for and kept in a file only its owner can read."""
        path = self.room("secrets") / name
        with locked(self.clone / "var" / "instance.lock"):
            if not path.exists():
                _write_private(path, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        return path.read_text(encoding="ascii")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file while the block runs."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _write(path: Path, content: dict) -> None:
    _write_private(path, json.dumps(content, indent=1, sort_keys=True) + "\n")


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all: written beside and renamed."""
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _belongs(known: dict, var: Path) -> bool:
    """Whether the id was given to this very folder: same place, or moved (and no longer at the old place)."""
    if not known.get("id") or not isinstance(known.get("facts"), dict):
        return False
    given = known.get("clone", {})
    if given.get("inode") != var.stat().st_ino:
        return False
    return given.get("path") == str(var.parent) or not Path(given.get("path", "/")).exists()
