"""What the use cases of the room share: opening a file for change, moving its reading, asking for a reading."""

from typing import Any

from accounts.access.actor import Actor
from catalog.assets.models import Revision
from catalog.assets.services import mark_step, open_for_edit
from catalog.assets.steps import FILE
from catalog.datasets.models import DataFile
from catalog.datasets.selectors import is_step_complete
from catalog.datasets.states import READING_FLOW
from exchange.common.clock import now
from exchange.common.errors import Stale
from exchange.jobs.services import enqueue

PROFILE = "catalog.datasets.profile_file"
MEASURE = "catalog.quality.measure_revision"


def open_file(*, file_id: int, version: int | None, actor: Actor) -> tuple[Revision, DataFile]:
    """The locked revision and its locked file, if this actor may change them now; a replaced file is stale."""
    revision_id = DataFile.objects.values_list("revision_id", flat=True).get(pk=file_id)
    revision = open_for_edit(revision_id=revision_id, version=version, actor=actor)
    file = DataFile.objects.locked().current().select_related("stored").filter(pk=file_id).first()
    if file is None:
        raise Stale()
    file.revision = revision
    return revision, file


def move(file: DataFile, action: str, **changes: Any) -> None:
    """Take a reading through one step of READING_FLOW. The caller holds the row lock."""
    file.state = READING_FLOW.after(file.state, action)
    file.state_since = now()
    for field, value in changes.items():
        setattr(file, field, value)
    file.save(update_fields=["state", "state_since", *changes])


def ask_for_reading(file: DataFile) -> None:
    """Queue a reading of the file as it is described now; one asked for earlier keeps nothing."""
    file.attempt += 1
    file.save(update_fields=["attempt"])
    enqueue(PROFILE, file_id=file.pk, attempt=file.attempt, lock=f"catalog.datasets.file.{file.pk}")


def note_step(revision: Revision, file: DataFile | None) -> None:
    """Note on the revision whether its file step is done. The caller holds both row locks."""
    mark_step(revision, FILE, is_done=file is not None and is_step_complete(file))
    if file is not None:
        enqueue(MEASURE, revision_id=revision.pk, once=f"catalog.quality.measure.{revision.pk}")
