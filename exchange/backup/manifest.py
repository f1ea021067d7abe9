"""The list of what a backup holds, with the hash of each part: nothing is restored that does not fit it."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAME = "manifest.json"
FORMAT = 1


class BackupProblem(Exception):
    """A backup or a restore is refused; the message says why and what to do."""


@dataclass(frozen=True)
class Part:
    """One file of the backup."""

    name: str
    size: int
    sha256: str
    files: int = 0  # how many files it holds, where it holds files


@dataclass(frozen=True)
class Manifest:
    """What was saved, when, from which release, and which keys it needs."""

    made_at: str
    parts: list[Part]
    migrations: dict[str, str]
    rows: dict[str, int]
    keys: dict[str, str]  # name of a key: its fingerprint; the keys themselves are kept apart
    format: int = FORMAT
    strange: list[str] = field(default_factory=list)  # files that were found and not taken

    def write(self, folder: Path) -> str:
        """Write the list; returns its SHA-256, which goes into the log."""
        content = json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"
        with (folder / NAME).open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        return hashlib.sha256(content).hexdigest()

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The list of a backup; one that cannot be read is refused."""
        try:
            content = json.loads((folder / NAME).read_text(encoding="utf-8"))
            parts = [Part(**part) for part in content.pop("parts")]
            manifest = cls(parts=parts, **content)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise BackupProblem(f"{folder} holds no backup that can be read: {error}.") from error
        if manifest.format != FORMAT:
            raise BackupProblem(f"The backup has format {manifest.format}; this release reads format {FORMAT}.")
        return manifest


def digest_of(folder: Path) -> str:
    """The SHA-256 of a backup's list, as the log holds it."""
    return hashlib.sha256((folder / NAME).read_bytes()).hexdigest()


def check_parts(folder: Path, manifest: Manifest) -> None:
    """Every part is there and has the size and hash the list states."""
    for part in manifest.parts:
        path = folder / part.name
        if not path.is_file():
            raise BackupProblem(f"{part.name} is missing from the backup.")
        if path.stat().st_size != part.size or sha256_of(path) != part.sha256:
            raise BackupProblem(f"{part.name} is not what was saved: its hash differs from the manifest.")


def check_keys(manifest: Manifest, present: Mapping[str, str]) -> None:
    """This instance holds the keys the backup was made with."""
    for name, wanted in manifest.keys.items():
        if fingerprint(present.get(name, "")) != wanted:
            raise BackupProblem(
                f"{name} of this instance is not the one the backup was made with. Without it what it protects cannot "
                "be read: set the old key and start again."
            )


def fingerprint(key: str) -> str:
    """Tells keys apart and gives nothing of them away: they are random and long."""
    return hashlib.sha256(b"exchange key fingerprint:" + key.encode()).hexdigest()[:16] if key else ""


def sha256_of(path: Path) -> str:
    """Hash of a file's content."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
