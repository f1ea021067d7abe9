"""What every use case of a dispute shares: lock, check, move, keep what was said, tell both sides."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.access.services import require
from exchange.codes.selectors import choices
from exchange.codes.services import due_day
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, Stale
from exchange.common.vietnamese import clean
from exchange.files.services import EVIDENCE, Uploaded, store
from exchange.notifications.services import notify
from exchange.rules.selectors import parameters
from exchange.transparency.services import record
from transactions.disputes import policies
from transactions.disputes.models import Dispute, DisputeEvidence, Statement
from transactions.disputes.states import DISPUTE_FLOW, DisputeState
from transactions.orders.messages import context_of
from transactions.orders.models import Order
from transactions.orders.selectors import people_of, staff_of
from transactions.orders.services import locked

LEAST = 10  # characters of a reason or a statement
FILES_AT_ONCE, FILES_A_SIDE = 5, 20
# state -> parameter with the working days until its step is due
LIMITS = {
    DisputeState.ANSWER_DUE: "dispute_answer_days",
    DisputeState.MEDIATION: "dispute_mediation_days",
    DisputeState.DECIDED: "dispute_appeal_days",
    DisputeState.APPEALED: "dispute_appeal_review_days",
}
Files = Sequence[UploadedFile]


def locked_dispute(dispute_id: int, version: int | None = None) -> Dispute:
    """A dispute and its order, both locked; the order first, always."""
    order = locked(Dispute.objects.values_list("order_id", flat=True).get(pk=dispute_id))
    dispute = Dispute.objects.locked().get(pk=dispute_id)
    dispute.order = order
    if version is not None and version != dispute.version:
        raise Stale()
    return dispute


def speaking_side(actor: Actor, order: Order) -> str:
    """The side the actor speaks for, or PermissionDenied."""
    side = policies.side_of(actor, order)
    require(actor, policies.SPEAKING[side or "buyer"], organisation=getattr(order, side) if side else None)
    return side


def signing_side(actor: Actor, order: Order) -> str:
    """The side the actor binds as its signatory, or PermissionDenied."""
    side = policies.side_of(actor, order)
    require(actor, policies.SETTLING, organisation=getattr(order, side) if side else None)
    return side


def limit(state: str, day: dt.date) -> dt.date | None:
    """The last day of a state that begins on `day`; None where nobody is waited for."""
    name = LIMITS.get(DisputeState(state))
    return due_day(day, parameters(day).get(name)) if name else None


def move(
    dispute: Dispute,
    action: str,
    *,
    actor: Actor,
    noted: dict[str, object] | None = None,
    rows: Sequence[Model] = (),
    **changes: object,
) -> None:
    """Take a locked dispute one step along its table and log it; the due day follows the state."""
    before, after = dispute.state, DISPUTE_FLOW.after(dispute.state, action)
    if after != before:
        changes = {"due_on": limit(after, today()), "state_since": now(), "reminded_at": None} | changes
    changes |= {"state": after, "version": dispute.version + 1}
    for name, value in changes.items():
        setattr(dispute, name, value)
    dispute.save(update_fields=list(changes))
    note(dispute, action, actor=actor, before=before, rows=rows, **(noted or {}))


def note(
    dispute: Dispute, action: str, *, actor: Actor, before: str = "", rows: Sequence[Model] = (), **noted: object
) -> None:
    """Write what happened into the log: codes, numbers and hashes, never what was said; `rows` are bound by it."""
    data = {"number": dispute.number, "order": dispute.order.number, "before": before, "after": dispute.state, **noted}
    record(f"dispute.{action}", subject=dispute, actor=actor, data=data, rows=rows)


def checked_text(text: str, field: str = "text") -> str:
    """The cleaned words of a person, long enough to say something."""
    text = clean(text)
    if len(text) < LEAST:
        words = _("Explain in at least 10 characters; both sides read it.")
        raise DomainError(words, code="text_missing", fields={field: words})
    return text


def checked_reason(action: str, code: str, text: str) -> str:
    """The cleaned explanation that goes with a code of the list."""
    if code not in dict(choices("reason_dispute", action=action)):
        words = _("Choose a reason.")
        raise DomainError(words, code="reason_missing", fields={"reason_code": words})
    return checked_text(text)


def say(
    dispute: Dispute, kind: str, side: str, *, text: str, files: Files = (), reason_code: str = "", actor: Actor
) -> Statement:
    """Keep what a side says with its papers, each by its hash."""
    _check_number(dispute, side, files)
    said = Statement.objects.create(
        dispute=dispute, side=side, kind=kind, reason_code=reason_code, text=text, made_by=actor.user
    )
    for upload in files:
        DisputeEvidence.objects.create(statement=said, file=_kept(upload))
    return said


def was_just_said(dispute: Dispute, kind: str, side: str, text: str, files: Files) -> bool:
    """Whether the last statement is this very one: a second press of the same button."""
    last = dispute.statements.order_by("-pk").first()
    if last is None or (last.kind, last.side, last.text) != (kind, side, text):
        return False
    return hashes_of(last) == [_digest(upload) for upload in files]


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def _check_number(dispute: Dispute, side: str, files: Files) -> None:
    before = DisputeEvidence.objects.filter(statement__dispute=dispute, statement__side=side).count() if files else 0
    if len(files) > FILES_AT_ONCE or before + len(files) > FILES_A_SIDE:
        words = _("At most %(once)s files at once and %(all)s files for each side. Send fewer files.") % {
            "once": FILES_AT_ONCE,
            "all": FILES_A_SIDE,
        }
        raise DomainError(words, code="too_many_files", fields={"files": words})


def _kept(upload: UploadedFile):
    try:
        return store(cast(Uploaded, upload), purpose=EVIDENCE, max_bytes=settings.MAX_EVIDENCE_BYTES)
    except DomainError as error:
        raise DomainError(error.message, code=error.code, fields={"files": error.message}) from error


def hashes_of(said: Statement) -> list[str]:
    """SHA-256 of the papers of a statement, for the log."""
    return [paper.file.sha256 for paper in said.evidence.select_related("file").order_by("pk")]


def rows_of(said: Statement) -> list[Model]:
    """What was said and its papers, for the log to bind."""
    return [said, *said.evidence.all()]


ROLES = {"buyer": ("buyer", "signatory"), "seller": ("steward", "signatory")}
MONEY_ROLES = {"buyer": ("buyer", "signatory", "finance"), "seller": ("steward", "signatory", "finance")}


def tell(
    dispute: Dispute,
    kind: str,
    *sides: str,
    actor: Actor,
    text: str | Promise = "",
    money: bool = False,
    **words: object,
) -> None:
    """Queue a message to the people of the named sides (both when none is named), but not to who acted."""
    context = _context(dispute, text) | words
    for side in sides or ("buyer", "seller"):
        roles = (MONEY_ROLES if money else ROLES)[side]
        _send(f"dispute.{kind}", people_of(getattr(dispute.order, side), *roles), dispute, context, actor)


def tell_reviewers(dispute: Dispute, kind: str, *, actor: Actor) -> None:
    """Queue a message to the reviewers who may judge the dispute."""
    _send(f"dispute.{kind}", staff_of(StaffRole.REVIEWER), dispute, _context(dispute), actor)


def tell_supervisors(dispute: Dispute, kind: str, *, actor: Actor) -> None:
    """Queue a message to who watches over the exchange."""
    _send(f"dispute.{kind}", staff_of(StaffRole.SUPERVISOR), dispute, _context(dispute), actor)


def _send(kind: str, people: list, dispute: Dispute, context: dict[str, object], actor: Actor) -> None:
    others = [person for person in people if actor.user is None or person.pk != actor.user.pk]
    if others:
        notify(kind, users=others, context=context, subject_url=dispute.get_absolute_url())


def _context(dispute: Dispute, text: str | Promise = "") -> dict[str, object]:
    words = context_of(dispute.order, text)
    return words | {"order": dispute.order.number, "number": dispute.number, "due": dispute.due_on}
