"""What sending, reviewing and the clock share: lock, compare the version, tell people."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.organisations.models import Membership
from accounts.users.models import User
from catalog.assets import notices
from catalog.assets import services as assets
from catalog.assets.models import Revision, RightsEvidence
from catalog.assets.states import EDITABLE
from catalog.classification.models import Classification
from catalog.datasets.models import DataFile
from catalog.offers import services as offers
from catalog.offers.models import Listing
from catalog.offers.selectors import shares_of
from catalog.quality.models import QualityStatement
from exchange.codes.selectors import codes
from exchange.codes.services import due_day
from exchange.common.clock import today
from exchange.common.errors import DomainError, Stale
from exchange.rules.findings import Verdict
from exchange.rules.models import Evaluation
from exchange.rules.selectors import parameters

Case = Revision | Listing
Row = TypeVar("Row", Revision, Listing)


def lock_revision(revision_id: int, version: int | None) -> Revision:
    """The locked revision, at the version the page showed."""
    revision = Revision.objects.locked().select_related("asset__owner").get(pk=revision_id)
    return _at_version(revision, version)


def lock_listing(listing_id: int, version: int | None) -> Listing:
    """The locked listing, its revision locked first, at the version the page showed."""
    revision_id = Listing.objects.values_list("revision_id", flat=True).get(pk=listing_id)
    revision = lock_revision(revision_id, None)
    listing = Listing.objects.locked().get(pk=listing_id)
    listing.revision = revision
    return _at_version(listing, version)


def _at_version(row: Row, version: int | None) -> Row:
    if version is not None and row.version != version:
        raise Stale()
    return row


def revision_of(case: Case) -> Revision:
    """The revision a case is about."""
    return case if isinstance(case, Revision) else case.revision


def move(
    case: Case,
    action: str,
    *,
    actor: Actor,
    data: dict[str, Any] | None = None,
    rows: Iterable[Model] = (),
    **changes: Any,
) -> None:
    """One step of the case's own table, logged with its `rows`."""
    if isinstance(case, Revision):
        parts = described(case) if case.state in EDITABLE else []
        assets.move(case, action, actor=actor, data=data, rows=[*parts, *rows], **changes)
    else:
        offers.move(case, action, actor=actor, data=data, rows=rows, **changes)


def described(revision: Revision) -> list[Model]:
    """The rows that stop being editable when a revision is sent: class, quality, papers, file and its dictionary.

    A file that was taken out after an earlier sending is among them: the log knows it as it was then.
    """
    parts = (Classification, QualityStatement, RightsEvidence)
    rows: list[Model] = [row for part in parts for row in part.objects.filter(revision=revision)]
    for file in DataFile.objects.filter(revision=revision).order_by("pk"):
        rows += [file] if file.removed_at else [file, *file.columns.all()]
    return rows


def working_days(parameter: str) -> int:
    """A number of working days in force today."""
    return int(parameters(today()).get(parameter))


def review_due(case: Case) -> dt.date:
    """The day by which the exchange answers a case sent today."""
    name = "registration_review_days" if isinstance(case, Revision) else "listing_review_days"
    return due_day(today(), working_days(name))


def refuse_blocked(evaluation: Evaluation) -> None:
    """Nothing is sent or approved over a BLOCK."""
    blocked = evaluation.rules_with(Verdict.BLOCK)
    if blocked:
        sentence = _("Some checks do not pass yet: %(rules)s. Correct them, then try again.")
        raise DomainError(sentence % {"rules": ", ".join(blocked)}, code="blocked")


def require_reason(action: str, code: str, text: str) -> None:
    """Every return, refusal and end names a code of the list and says in words what is meant (product rule 2.2)."""
    if code not in {row.code for row in codes("reason_listing", action=action)}:
        words = _("Choose a reason of the list.")
        raise DomainError(words, code="reason_missing", fields={"reason_code": words})
    if not text.strip():
        words = _("Write in words what is meant, so that the other side knows what to do.")
        raise DomainError(words, code="reason_missing", fields={"text": words})


def tell(kind: str, case: Case, **context: Any) -> None:
    """A message to the owner's stewards about a case, with its due day and reason."""
    known = {"due": case.due_on, "text": case.reason_text}
    notices.tell(kind, revision_of(case), sender_id=case.submitted_by_id, **(known | context))


def is_involved(user: User, case: Case) -> bool:
    """Whether a person wrote, sent or declared the case, or ever belonged to one of its owners (R40)."""
    asset = revision_of(case).asset
    hands = {asset.created_by_id, case.submitted_by_id, case.declared_by_id}
    owners = {asset.owner_id, *(row.organisation_id for row in (shares_of(case) if isinstance(case, Listing) else ()))}
    return user.pk in hands or Membership.objects.filter(user=user, organisation__in=owners).exists()


def names(fields: Iterable[str]) -> list[str]:
    """Names of fields a reviewer points at, each once, short enough to keep."""
    return list(dict.fromkeys(name.strip()[:60] for name in fields if name.strip()))
