"""Use cases of the file: upload, correction and confirmation of its reading, another try, removal."""

from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.access.actor import Actor
from catalog.assets.models import Revision
from catalog.assets.services import open_for_edit
from catalog.datasets.models import DataFile
from catalog.datasets.reader.alphabets import NAMES
from catalog.datasets.reader.content import HEAD, expected_format
from catalog.datasets.reader.refusal import Refused
from catalog.datasets.selectors import current_file
from catalog.datasets.services.shared import ask_for_reading, move, note_step, open_file
from catalog.datasets.states import ReadingState
from catalog.datasets.words import refusal_sentence
from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove
from exchange.files.models import StoredFile
from exchange.files.services import store

MEDIA_TYPES = {"CSV": "text/csv", "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
TEXT_PARTS = ("encoding", "separator", "sheet")
DECIMAL_MARKS = ("comma", "point")
ROW_PARTS = ("skip_rows", "header_rows", "footer_rows")


@transaction.atomic
def attach_file(*, revision_id: int, upload: UploadedFile, actor: Actor, version: int | None = None) -> DataFile:
    """Keep an uploaded table as the file of a revision and have it read; it replaces the earlier one.

    The same bytes sent twice are one file: a double click changes nothing.
    """
    revision = open_for_edit(revision_id=revision_id, version=version, actor=actor)
    form = _form_of(upload)
    earlier = current_file(revision)
    stored = _store(upload, form, earlier)
    if stored is None:
        return _read_again(earlier) if earlier.state == ReadingState.FAILED else earlier
    if earlier:
        take_away(earlier)
    file = DataFile.objects.create(
        revision=revision, stored=stored, original_name=stored.name, format=form, uploaded_by=actor.user
    )
    note_step(revision, file)
    ask_for_reading(file)
    return file


def _store(upload: UploadedFile, form: str, earlier: DataFile | None) -> StoredFile | None:
    """The stored bytes; none when the earlier file already is this one: the second copy is swept away."""
    with transaction.atomic():
        stored = store(upload, purpose="data", max_bytes=settings.MAX_DATA_FILE_BYTES, media_type=MEDIA_TYPES[form])
        is_same = earlier and (earlier.stored.sha256, earlier.original_name) == (stored.sha256, stored.name)
        transaction.set_rollback(bool(is_same))
    return None if is_same else stored


def _read_again(file: DataFile) -> DataFile:
    move(file, "retry", failure="", failure_values={})
    ask_for_reading(file)
    return file


def _form_of(upload: UploadedFile | BinaryIO) -> str:
    """CSV or XLSX by name and first bytes; anything else is refused before it is stored."""
    upload.seek(0)
    try:
        return expected_format(upload.read(HEAD), upload.name or "")
    except Refused as refused:
        sentence = refusal_sentence(refused.code, refused.values)
        raise DomainError(sentence, code=f"file_{refused.code}", fields={"upload": sentence}) from refused


def take_away(file: DataFile) -> None:
    """A replaced file leaves the draft; its row stays with the time, its preview does not."""
    file.removed_at = now()
    file.sample, file.candidates, file.preview_rows, file.preview_on = [], {}, [], False
    file.save(update_fields=["removed_at", "sample", "candidates", "preview_rows", "preview_on"])


def take_away_of(revision: Revision) -> None:
    """The file of a draft that goes as a whole leaves with it. The caller holds the lock of the revision."""
    for file in DataFile.objects.locked().current().filter(revision=revision):
        take_away(file)


@transaction.atomic
def confirm_reading(*, file_id: int, reading: dict[str, Any], actor: Actor, version: int | None = None) -> DataFile:
    """Confirm how the exchange reads a file; where the steward corrects it, the file is read again instead."""
    revision, file = open_file(file_id=file_id, version=version, actor=actor)
    changes = _changes(file, reading)
    if changes:
        kept = {} if "sheet" in changes else file.given
        move(file, "correct", given={**kept, **changes}, failure="", failure_values={})
        ask_for_reading(file)
    elif file.state != ReadingState.CONFIRMED:
        move(file, "confirm", sample=[])
    note_step(revision, file)
    return file


def _changes(file: DataFile, reading: dict[str, Any]) -> dict[str, Any]:
    """The parts of the reading that differ from how the file was read."""
    changes = {
        part: reading[part]
        for part in (*TEXT_PARTS, *ROW_PARTS)
        if reading.get(part) not in (None, "") and reading[part] != getattr(file, part)
    }
    mark = reading.get("decimal")
    if mark in DECIMAL_MARKS and mark != file.decimal_mark:
        changes["decimal"] = mark
    if changes.get("encoding", NAMES[0]) not in NAMES:
        sentence = refusal_sentence("unknown_encoding", {})
        raise DomainError(sentence, code="unknown_encoding", fields={"encoding": sentence})
    return changes


@transaction.atomic
def retry_reading(*, file_id: int, actor: Actor) -> DataFile:
    """Have a file read again whose reading failed or takes too long."""
    _, file = open_file(file_id=file_id, version=None, actor=actor)
    if file.state != ReadingState.FAILED and not file.is_overdue(now()):
        raise IllegalMove()
    return _read_again(file)


@transaction.atomic
def remove_file(*, file_id: int, actor: Actor, version: int | None = None) -> None:
    """Take the file out of a draft; the step is open again."""
    revision, file = open_file(file_id=file_id, version=version, actor=actor)
    take_away(file)
    note_step(revision, None)
