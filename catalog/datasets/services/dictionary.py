"""Use case of the dictionary: what each column means, and what is personal in it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from catalog.datasets.models import Column, DataFile, ValueType
from catalog.datasets.selectors import dictionary
from catalog.datasets.services.shared import ask_for_reading, note_step, open_file
from catalog.datasets.states import ReadingState
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.vietnamese import clean

TEXTS = ("label_vi", "label_en", "unit", "code_list", "override_reason")
SWITCHES = ("is_required", "is_key", "is_personal")
Answers = Mapping[int, Mapping[str, Any]]


@transaction.atomic
def save_dictionary(*, file_id: int, rows: Answers, actor: Actor, version: int | None = None) -> DataFile:
    """Keep what the steward says of columns, by their position; columns not named stay as they are.

    Where a suspicion of personal data is explained, the reason is kept with the person who gave it.
    """
    revision, file = open_file(file_id=file_id, version=version, actor=actor)
    if file.state != ReadingState.CONFIRMED:
        raise IllegalMove()
    columns = [column for column in dictionary(file) if column.position in rows]
    _refuse_both(columns, rows)
    before = {column.pk: (column.is_flagged, column.is_key) for column in columns}
    for column in columns:
        _answer(column, rows[column.position], actor)
    _check(columns)
    for column in columns:
        column.save()
    if any(before[column.pk] != (column.is_flagged, column.is_key) for column in columns):
        _hide(file, [column.name for column in columns if column.is_flagged])
        ask_for_reading(file)
    note_step(revision, file)
    return file


def _refuse_both(columns: list[Column], rows: Answers) -> None:
    """A column is personal data, or there is a reason why not: with both, one of them would be lost."""
    both = [column for column in columns if _says_both(column, rows[column.position])]
    if both:
        words = _("Choose one of the two: this is personal data, or the reason why it is not.")
        fields = {f"c{column.position}-override_reason": words for column in both}
        names = ", ".join(column.name for column in both)
        message = _("%(names)s: choose one of the two, personal data or the reason why not.") % {"names": names}
        raise DomainError(message, code="personal_and_explained", fields=fields)


def _says_both(column: Column, answers: Mapping[str, Any]) -> bool:
    reason = clean(answers.get("override_reason") or "")
    return bool(column.suspected and answers.get("is_personal") and reason)


def _answer(column: Column, answers: Mapping[str, Any], actor: Actor) -> None:
    reason = column.override_reason
    for name in TEXTS:
        if name in answers:
            setattr(column, name, clean(answers[name] or ""))
    for name in SWITCHES:
        if name in answers:
            setattr(column, name, bool(answers[name]))
    column.type = answers.get("type") or column.type
    if column.is_personal or not column.suspected:
        column.override_reason = ""
    if column.override_reason != reason:
        column.override_by = actor.user if column.override_reason else None
    if column.is_flagged:
        column.example = column.minimum = column.maximum = ""


def possible_types(column: Column) -> list[str]:
    """Types the values of a column allow: what was found, text always, decimals for whole numbers."""
    found = column.facts.get("type", column.type)
    wider = {ValueType.INTEGER: [ValueType.DECIMAL]}.get(found, [])
    return list(dict.fromkeys([found, *wider, ValueType.TEXT]))


def _check(columns: list[Column]) -> None:
    """Refuse with a word beside each field; names of fields as in the form of the page."""
    fields: dict[str, object] = {}
    for column in columns:
        if column.type not in possible_types(column):
            words = _("The values of %(name)s do not fit this type. Choose another one.") % {"name": column.name}
            fields[f"c{column.position}-type"] = words
        try:
            column.clean_fields(exclude=["file", "override_by", "facts"])
        except ValidationError as error:
            fields |= {f"c{column.position}-{name}": words[0] for name, words in error.message_dict.items()}
    if fields:
        raise DomainError(_("Correct the marked answers."), code="dictionary_malformed", fields=fields)


def _hide(file: DataFile, names: list[str]) -> None:
    """Values of flagged columns leave the preview and the rows it is chosen from at once."""
    file.preview_rows = [{k: v for k, v in row.items() if k not in names} for row in file.preview_rows]
    shown = file.candidates.get("columns", [])
    keep = [i for i, name in enumerate(shown) if name not in names]
    file.candidates = {
        "columns": [shown[i] for i in keep],
        "rows": [[row[i] for i in keep] for row in file.candidates.get("rows", [])],
    }
    if not any(file.preview_rows):
        file.preview_rows, file.preview_on = [], False
    file.save(update_fields=["preview_rows", "preview_on", "candidates"])
