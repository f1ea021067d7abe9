"""Use cases of the register: drafts, saved steps, papers that prove rights, and the moves of a revision."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from accounts.organisations.models import Organisation, OrganisationKind
from catalog.assets.models import Asset, Claim, Revision, RightsEvidence
from catalog.assets.states import ASSET_FLOW, EDITABLE, OPEN_STATES, RevisionState
from catalog.assets.steps import FIELDS, missing
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.common.ids import dataset_number, next_serial
from exchange.common.vietnamese import clean
from exchange.files.services import store
from exchange.transparency.services import record

MAX_EVIDENCE = 20


@transaction.atomic
def create_asset(*, actor: Actor) -> Revision:
    """A new draft with its number, prefilled from the organisation; an untouched draft is given again."""
    require(actor, "catalog.edit_asset", organisation=actor.organisation)
    owner = Organisation.objects.locked().get(pk=actor.organisation.pk)
    untouched = Q(title_vi="", version=1, steps_done=[], state=RevisionState.DRAFT)
    waiting = Revision.objects.filter(untouched, asset__owner=owner, asset__created_by=actor.user).first()
    if waiting:
        return waiting
    number = dataset_number(today().year, next_serial("dataset"))
    asset = Asset.objects.create(number=number, owner=owner, created_by=actor.user)
    return Revision.objects.create(asset=asset, **_prefill(owner, actor))


def _prefill(owner: Organisation, actor: Actor) -> dict[str, Any]:
    """Nothing is asked that the organisation's file already holds (WCAG 3.3.7)."""
    return {
        "contact_mailbox": owner.public_mailbox,
        "steward_name": actor.user.full_name,
        "province": owner.province if owner.kind == OrganisationKind.PROVINCE else None,
    }


def open_for_edit(*, revision_id: int, version: int | None, actor: Actor) -> Revision:
    """The locked revision, if this actor may change it now; the page must show its present version."""
    revision = Revision.objects.locked().select_related("asset__owner").get(pk=revision_id)
    require(actor, "catalog.edit_asset", organisation=revision.asset.owner)
    if revision.state not in EDITABLE:
        raise IllegalMove()
    if version is not None and version != revision.version:
        raise Stale()
    return revision


def mark_step(revision: Revision, step: int, *, is_done: bool, changed: tuple[str, ...] = ()) -> None:
    """Note that a step was saved, and whether it is complete; the caller holds the row lock."""
    steps = set(revision.steps_done) - {step}
    revision.steps_done = sorted(steps | {step} if is_done else steps)
    revision.version += 1
    revision.save(update_fields=["steps_done", "version", "updated_at", *changed])


@transaction.atomic
def save_step(*, revision_id: int, step: int, version: int, data: dict[str, Any], actor: Actor) -> Revision:
    """Keep the answers of step 1 or 3; what is incomplete is kept too, the step then stays open."""
    revision = open_for_edit(revision_id=revision_id, version=version, actor=actor)
    changed = tuple(name for name in FIELDS[step] if name in data)
    for name in changed:
        value = data[name]
        setattr(revision, name, clean(value) if isinstance(value, str) else value)
    _check_shape(revision, changed)
    values = {name: getattr(revision, name) for name in FIELDS[step]}
    is_done = not missing(step, values, is_state=revision.asset.owner.is_state)
    mark_step(revision, step, is_done=is_done, changed=changed)
    return revision


def _check_shape(revision: Revision, changed: tuple[str, ...]) -> None:
    others = [field.name for field in Revision._meta.concrete_fields if field.name not in changed]
    try:
        revision.clean_fields(exclude=others)
    except ValidationError as error:
        fields = {name: messages[0] for name, messages in error.message_dict.items()}
        raise DomainError(_("Correct the marked answers."), code="answers_malformed", fields=fields) from error


@transaction.atomic
def add_evidence(*, revision_id: int, claim: str, upload: UploadedFile, actor: Actor) -> RightsEvidence:
    """Keep a paper that proves origin, a right, de-identification or a price (R24, R29, R36)."""
    revision = open_for_edit(revision_id=revision_id, version=None, actor=actor)
    if claim not in Claim.values:
        raise DomainError(_("Choose what the paper proves."), code="claim_unknown", fields={"claim": _("Choose one.")})
    if revision.current_evidence().count() >= MAX_EVIDENCE:
        raise DomainError(
            _("A registration holds at most %(count)d papers. Remove one first.") % {"count": MAX_EVIDENCE},
            code="too_many_papers",
        )
    stored = store(upload, purpose="evidence", max_bytes=settings.MAX_EVIDENCE_BYTES)
    same = revision.current_evidence().filter(claim=claim, file__sha256=stored.sha256).first()
    return same or RightsEvidence.objects.create(revision=revision, claim=claim, file=stored, added_by=actor.user)


@transaction.atomic
def remove_evidence(*, evidence_id: int, actor: Actor) -> Revision:
    """Take a paper out of a draft; its row stays with the time of removal."""
    evidence = RightsEvidence.objects.get(pk=evidence_id)
    revision = open_for_edit(revision_id=evidence.revision_id, version=None, actor=actor)
    RightsEvidence.objects.filter(pk=evidence.pk, removed_at__isnull=True).update(removed_at=now())
    return revision


def move(
    revision: Revision,
    action: str,
    *,
    actor: Actor,
    data: dict[str, Any] | None = None,
    rows: Iterable[Model] = (),
    **changes: Any,
) -> None:
    """Take a revision through one step of ASSET_FLOW and log it with its `rows`. The caller holds the row lock."""
    before, revision.state = revision.state, ASSET_FLOW.after(revision.state, action)
    for field, value in changes.items():
        setattr(revision, field, value)
    revision.version += 1
    revision.save(update_fields=["state", "version", "updated_at", *changes])
    facts = {"number": revision.asset.number, "revision": revision.number, "from": before, "to": revision.state}
    record(f"asset.{action}", subject=revision, actor=actor, data=facts | (data or {}), rows=rows)


@transaction.atomic
def copy_revision(*, asset_id: int, actor: Actor) -> Revision:
    """A new draft beside the live revision, with its descriptions and papers; the file is asked for again."""
    asset = Asset.objects.select_for_update(of=("self",)).select_related("owner", "live").get(pk=asset_id)
    require(actor, "catalog.edit_asset", organisation=asset.owner)
    if asset.live is None:
        raise IllegalMove()
    if asset.revisions.filter(state__in=OPEN_STATES).exists():
        raise DomainError(_("A newer revision is already being prepared. Continue with that one."), code="draft_exists")
    kept = {name: getattr(asset.live, name) for step in FIELDS.values() for name in step}
    number = asset.revisions.order_by("-number").values_list("number", flat=True)[0] + 1
    revision = Revision.objects.create(asset=asset, number=number, steps_done=[*FIELDS], **kept)
    for paper in asset.live.current_evidence():
        RightsEvidence.objects.create(
            revision=revision, claim=paper.claim, file_id=paper.file_id, added_by=paper.added_by
        )
    return revision
