"""Storing content under our own ids, and checking that it is still what was stored.

Content goes to a temporary place first and is moved when it is complete. A marker beside it stays until the
transaction that stored it is committed: what has a marker and no row is swept away.
"""

import errno
import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import ForeignObjectRel, QuerySet
from django.utils.translation import gettext_lazy as _

from exchange.common.errors import DomainError
from exchange.files.kinds import HEAD_BYTES, evidence_media_type
from exchange.files.models import ErasedFile, StoredFile
from exchange.files.names import clean_name

CHUNK = 256 * 1024
SWEEP_AFTER_SECONDS = 3600
CHECKED_FOR_SECONDS = 600
EVIDENCE = "evidence"
# Web and worker may be two users of one group; the umask of each decides whether the group gets in, others never do.
SHARED, OF_GROUP = 0o770, 0o660
FULL = {errno.ENOSPC, errno.EDQUOT}
log = structlog.get_logger(__name__)
_checked: dict[tuple, float] = {}  # identity of a file whose hash was right -> until when that is believed


class Uploaded(Protocol):
    """What is stored: an uploaded file, or an open file."""

    name: str

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        ...


@dataclass(frozen=True)
class Written:
    """What was written: size, hash, first bytes."""

    size: int
    sha256: str
    head: bytes


def place_of(stored: StoredFile) -> Path:
    """Where the content lies on disk."""
    return Path(settings.MEDIA_ROOT) / stored.path


def store(
    uploaded: Uploaded, *, purpose: str, max_bytes: int, name: str | None = None, media_type: str = ""
) -> StoredFile:
    """Keep the content of an upload with its size and SHA-256; evidence must be a PDF, PNG or JPEG by its content."""
    stored = StoredFile(id=uuid.uuid4(), purpose=purpose, name=clean_name(name or uploaded.name or ""))
    with _room():
        incoming = _incoming() / stored.id.hex
        try:
            written = _write(uploaded, incoming, max_bytes)
            stored.media_type = _media_type(stored, written, media_type or getattr(uploaded, "content_type", ""))
        except BaseException:
            incoming.unlink(missing_ok=True)
            raise
        stored.size, stored.sha256 = written.size, written.sha256
        return _keep(stored, incoming)


@contextmanager
def _room() -> Iterator[None]:
    """A full disk is no fault of the page: the person is told, and may send the file again later."""
    try:
        yield
    except OSError as problem:
        if problem.errno not in FULL:
            raise
        log.error("no_space_for_files")
        words = _("The exchange has no room for files at the moment. Nothing was kept; send the file again later.")
        raise DomainError(words, code="no_space") from problem


def _incoming() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=SHARED)
    return folder


def _media_type(stored: StoredFile, written: Written, declared: str) -> str:
    if stored.purpose == EVIDENCE:
        return evidence_media_type(stored.name, written.head)
    return (declared or "application/octet-stream")[:100]


def _pieces(source: Uploaded | BinaryIO) -> Iterator[bytes]:
    if hasattr(source, "seek"):
        source.seek(0)
    while piece := source.read(CHUNK):
        yield piece


def _write(uploaded: Uploaded, place: Path, max_bytes: int) -> Written:
    digest, size, head = hashlib.sha256(), 0, b""
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OF_GROUP), "wb") as target:
        for piece in _pieces(uploaded):
            size += len(piece)
            if size > max_bytes:
                raise _too_large(max_bytes)
            head = head or piece[:HEAD_BYTES]
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    if size == 0:
        raise DomainError(_("The file is empty. Choose a file with content."), code="file_empty")
    return Written(size, digest.hexdigest(), head)


def _too_large(max_bytes: int) -> DomainError:
    return DomainError(
        _("The file is larger than %(limit)s MB. Choose a smaller file.") % {"limit": max_bytes // (1024 * 1024)},
        code="file_too_large",
    )


def _keep(stored: StoredFile, incoming: Path) -> StoredFile:
    """Move complete content to its place; the marker goes when the transaction is committed."""
    marker = incoming.with_suffix(".new")
    place = place_of(stored)
    place.parent.mkdir(parents=True, exist_ok=True, mode=SHARED)
    marker.touch(mode=OF_GROUP)
    try:
        with transaction.atomic():
            stored.save(force_insert=True)
            incoming.replace(place)
            _sync_folder(place.parent)
            transaction.on_commit(lambda: marker.unlink(missing_ok=True))
    except BaseException:
        for leftover in (place, incoming, marker):
            leftover.unlink(missing_ok=True)
        raise
    return stored


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _identity(stored: StoredFile, content: BinaryIO) -> tuple:
    state = os.fstat(content.fileno())
    return (stored.sha256, state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def _fits(stored: StoredFile, content: BinaryIO) -> bool:
    if os.fstat(content.fileno()).st_size != stored.size:
        return False
    digest = hashlib.sha256()
    for piece in _pieces(content):
        digest.update(piece)
    return digest.hexdigest() == stored.sha256


def verify(stored: StoredFile) -> bool:
    """Whether the content on disk, read to its end now, still has the recorded SHA-256."""
    try:
        with place_of(stored).open("rb") as content:
            return _fits(stored, content)
    except OSError:
        return False


def open_verified(stored: StoredFile) -> BinaryIO:
    """The content, opened, after its hash was found right; what changed behind the portal's back is refused.

    A file whose hash was right within ten minutes and that nobody touched since is not read twice.
    """
    try:
        content = place_of(stored).open("rb")
    except OSError as error:
        raise _corrupt(stored, "missing") from error
    identity = _identity(stored, content)
    if _checked.get(identity, 0.0) < time.monotonic():
        if not _fits(stored, content):
            content.close()
            raise _corrupt(stored, "changed")
        _remember(identity)
    content.seek(0)
    return content


def _remember(identity: tuple) -> None:
    if len(_checked) > 1000:
        _checked.clear()
    _checked[identity] = time.monotonic() + CHECKED_FOR_SECONDS


def _corrupt(stored: StoredFile, how: str) -> DomainError:
    log.error("stored_file_corrupt", file=str(stored.pk), how=how)
    return DomainError(
        _("The stored file no longer matches its recorded hash, so it is not handed out. The exchange has been told."),
        code="file_corrupt",
    )


@transaction.atomic
def erase(stored: StoredFile) -> None:
    """The content leaves the disk once this is committed; a second time takes away what the first had to leave."""
    ErasedFile.objects.get_or_create(stored=stored)
    transaction.on_commit(lambda: place_of(stored).unlink(missing_ok=True))


def references_to(stored: StoredFile) -> Iterator[QuerySet]:
    """The rows of each table that name a stored file, whoever keeps the table."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model is not ErasedFile:
            yield relation.related_model._default_manager.filter(**{relation.field.name: stored})


def sweep(*, older_than: float = SWEEP_AFTER_SECONDS) -> int:
    """Remove what interrupted or rolled-back uploads left behind; returns how many files went."""
    removed, limit = 0, time.time() - older_than
    for leftover in sorted(_incoming().iterdir()):
        if leftover.stat().st_mtime < limit:
            removed += _sweep_one(leftover)
    return removed


def _sweep_one(leftover: Path) -> int:
    removed = 0
    if leftover.suffix == ".new" and not StoredFile.objects.filter(pk=leftover.stem).exists():
        for place in Path(settings.MEDIA_ROOT).glob(f"*/{leftover.stem[:2]}/{leftover.stem}"):
            place.unlink(missing_ok=True)
            removed += 1
    leftover.unlink(missing_ok=True)
    return removed + (leftover.suffix != ".new")
