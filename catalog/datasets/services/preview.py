"""Use case of the preview: a few rows everybody may see, chosen by the steward."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from catalog.datasets.models import DataFile
from catalog.datasets.selectors import dictionary
from catalog.datasets.services.shared import note_step, open_file
from catalog.datasets.states import ReadingState
from exchange.common.errors import DomainError, IllegalMove

MOST_ROWS = 20


@transaction.atomic
def choose_preview(
    *, file_id: int, is_on: bool, rows: Collection[int], actor: Actor, version: int | None = None
) -> DataFile:
    """Show the chosen rows (numbers from 1) to everybody, or none; flagged columns are never among them."""
    revision, file = open_file(file_id=file_id, version=version, actor=actor)
    if file.state != ReadingState.CONFIRMED:
        raise IllegalMove()
    chosen = _chosen(file, sorted(set(rows))) if is_on else []
    file.preview_on, file.preview_rows = is_on, chosen
    file.save(update_fields=["preview_on", "preview_rows"])
    note_step(revision, file)
    return file


def _chosen(file: DataFile, numbers: list[int]) -> list[dict[str, str]]:
    names, rows = file.candidates.get("columns", []), file.candidates.get("rows", [])
    flagged = {column.name for column in dictionary(file) if column.is_flagged}
    if not [name for name in names if name not in flagged]:
        words = _("No column may be shown: each of them may hold personal data.")
        raise DomainError(words, code="nothing_to_preview")
    if not numbers or len(numbers) > MOST_ROWS or numbers[0] < 1 or numbers[-1] > len(rows):
        words = _("Choose 1 to %(most)s of the rows below, or turn the preview off.") % {"most": MOST_ROWS}
        raise DomainError(words, code="preview_rows", fields={"rows": words})
    return [
        {name: value for name, value in zip(names, rows[number - 1], strict=True) if name not in flagged}
        for number in numbers
    ]
