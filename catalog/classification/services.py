"""Use case of step 4."""

from typing import Any

from django.db import transaction

from accounts.access.actor import Actor
from catalog.assets.models import Revision
from catalog.assets.services import mark_step, open_for_edit
from catalog.assets.steps import CLASS
from catalog.classification.models import Classification, Importance
from catalog.classification.steps import FIELDS, TAKERS, contradicting, is_limited, missing
from exchange.common.clock import today
from exchange.common.vietnamese import clean


@transaction.atomic
def save_classification(*, revision_id: int, version: int, data: dict[str, Any], actor: Actor) -> Revision:
    """Keep the answers of step 4 with the person and the day (R12); answers that no longer apply are cleared."""
    revision = open_for_edit(revision_id=revision_id, version=version, actor=actor)
    classification, _ = Classification.objects.get_or_create(revision=revision)
    for name in FIELDS:
        if name in data:
            value = data[name]
            setattr(classification, name, clean(value) if isinstance(value, str) else value)
    _clear_what_no_longer_applies(classification)
    classification.classified_by, classification.classified_on = actor.user, today()
    classification.save()
    mark_step(revision, CLASS, is_done=not missing(classification.answers, is_state=revision.asset.owner.is_state))
    return revision


def _clear_what_no_longer_applies(row: Classification) -> None:
    if row.importance == Importance.OTHER:
        row.importance_item, row.keeps_log, row.risk_assessed_on = "", False, None
    if not row.describes_people:
        row.citizen_count, row.is_published, row.publication_proof = None, False, ""
        row.people_described = row.processing_basis = ""
    if not row.is_personal:
        row.impact_file = ""
    if not is_limited({name: getattr(row, name) for name in TAKERS}):
        row.limit_reason = row.limit_text = ""
    for name in contradicting(row.answers):
        setattr(row, name, "")
