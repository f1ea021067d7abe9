"""Folders as tar files: written with their hash, unpacked beside the target and renamed when complete."""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from exchange.backup.manifest import BackupProblem, Part

SMALL = 8192  # a file that holds a key is small


def pack(root: Path, names: Iterable[Path], target: Path, secrets: Sequence[bytes]) -> Part:
    """Put the named files below a folder into a tar file; a file that holds a secret stops the backup."""
    count = 0
    with target.open("xb") as stream, tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in names:
            _refuse_secrets(root / name, secrets)
            archive.add(root / name, arcname=str(name), recursive=False)
            count += 1
    return describe(target, files=count)


def describe(path: Path, *, files: int = 0) -> Part:
    """Size and hash of a finished part, after it reached the disk."""
    with path.open("rb") as content:
        os.fsync(content.fileno())
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Part(path.name, path.stat().st_size, digest, files)


def _refuse_secrets(path: Path, secrets: Sequence[bytes]) -> None:
    if path.stat().st_size > SMALL:
        return
    content = path.read_bytes()
    if any(secret in content for secret in secrets):
        raise BackupProblem(
            f"{path} holds a key of the exchange. Keys are never kept beside what they protect: move it elsewhere "
            "and start again."
        )


def files_below(root: Path) -> list[Path]:
    """Every regular file below a folder, by its name there, in order."""
    return sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def draft_of(target: Path) -> Path:
    """Where a folder is unpacked before it gets its name."""
    return target.with_name(target.name + ".restoring")


def unpack(archive: Path, draft: Path) -> None:
    """Unpack into a new folder; the caller renames it when everything else went well.

    Only plain files below the folder are taken, whoever made the archive: no links, no devices, no way out.
    """
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o770, parents=True)
    try:
        with tarfile.open(archive) as content:
            for member in content:
                _unpack_file(content, member, draft)
    except tarfile.TarError as error:
        raise BackupProblem(f"{archive.name} cannot be unpacked: {error}.") from error
    except OSError as error:
        raise BackupProblem(f"{archive.name} cannot be unpacked to {draft}: {error.strerror}.") from error


def _unpack_file(content: tarfile.TarFile, member: tarfile.TarInfo, draft: Path) -> None:
    name = PurePosixPath(member.name)
    source = content.extractfile(member) if member.isreg() else None
    if source is None or name.is_absolute() or ".." in name.parts:
        raise BackupProblem(f"The backup holds {member.name!r}, which no backup of the exchange does.")
    place = draft / name
    place.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
    with source, place.open("xb") as target:
        shutil.copyfileobj(source, target)


def is_empty(folder: Path) -> bool:
    """Whether a folder is missing or holds no file."""
    return not folder.exists() or not any(path.is_file() for path in folder.rglob("*"))


def put_in_place(draft: Path, target: Path) -> None:
    """Rename a complete draft to its target, which holds no file."""
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
