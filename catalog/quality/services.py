"""Use case of step 5. Measured figures come from the file (catalog.quality.measure), never from a form."""

from typing import Any

from django.db import transaction

from accounts.access.actor import Actor
from catalog.assets.models import Revision
from catalog.assets.services import mark_step, open_for_edit
from catalog.assets.steps import QUALITY
from catalog.quality.models import QualityStatement
from catalog.quality.steps import FIELDS, missing, next_update
from exchange.codes.selectors import details
from exchange.common.vietnamese import clean


@transaction.atomic
def save_quality(*, revision_id: int, version: int, data: dict[str, Any], actor: Actor) -> Revision:
    """Keep what the owner declares about freshness and quality; the next due day follows from the frequency."""
    revision = open_for_edit(revision_id=revision_id, version=version, actor=actor)
    statement, _ = QualityStatement.objects.get_or_create(revision=revision)
    for name in FIELDS:
        if name in data:
            value = data[name]
            setattr(statement, name, clean(value) if isinstance(value, str) else value)
    period = details("frequency", statement.frequency).get("days")
    statement.next_due = next_update(statement.last_updated, period)
    statement.save(update_fields=[*FIELDS, "next_due"])
    mark_step(revision, QUALITY, is_done=not missing({name: getattr(statement, name) for name in FIELDS}))
    return revision
