"""What the owner's pages show: the dossier, the standing of each asset, checks as lines with links."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from catalog.assets.models import Asset, Revision
from catalog.assets.states import ASSET_FLOW, EDITABLE, OPEN_STATES, RevisionState
from catalog.classification.models import Classification
from catalog.offers.models import Listing
from catalog.offers.selectors import current_listing, prefilled
from catalog.offers.states import NEWER_REVISION, ListingState
from catalog.quality.models import QualityStatement
from catalog.registration.pages import Dossier
from exchange.rules.engine import Finding
from exchange.rules.models import Evaluation
from exchange.rules.selectors import latest_evaluation


def assets_of(actor: Actor) -> QuerySet[Asset]:
    """Assets of the organisation acted for with their newest revisions and offers, newest first."""
    revisions = (
        Revision.objects.exclude(state=RevisionState.DISCARDED)
        .order_by("-number")
        .select_related("holder", "classification")
    )
    listings = Listing.objects.select_related("licence").order_by("-pk")
    return (
        Asset.objects.visible_to(actor)
        .select_related("owner", "live")
        .prefetch_related(Prefetch("revisions", revisions), Prefetch("revisions__listings", listings))
    )


def working_revision(asset: Asset) -> Revision:
    """The revision the owner works on: the open one, else the live one, else the last one."""
    revisions = list(asset.revisions.all())
    revisions.sort(key=lambda row: row.number, reverse=True)
    opened = next((row for row in revisions if row.state in OPEN_STATES), None)
    live = next((row for row in revisions if row.pk == asset.live_id), None)
    revision = opened or live or revisions[0]
    revision.asset = asset
    return revision


def dossier_of(revision: Revision) -> Dossier:
    """A revision with its parts; a part not begun is an empty record that was not saved."""
    listing = current_listing(revision) or prefilled(revision)
    listing.revision = revision
    classification = Classification.objects.filter(revision=revision).first() or Classification()
    quality = QualityStatement.objects.filter(revision=revision).first() or QualityStatement()
    classification.revision = quality.revision = revision
    return Dossier(revision, classification, quality, listing)


def can_edit(revision: Revision) -> bool:
    """Whether steps 1 to 5 may be changed at this stage."""
    return revision.state in EDITABLE


def can_offer(dossier: Dossier) -> bool:
    """Whether step 6 may be changed: the offer is a draft or came back, and the asset is on its way or registered."""
    fit = dossier.revision.state in (*OPEN_STATES, RevisionState.REGISTERED)
    return fit and dossier.listing.state in EDITABLE


def can_withdraw(revision: Revision) -> bool:
    """Whether a sent registration can be taken back: nobody has taken it, nor the offer sent with it."""
    taken = revision.listings.filter(state=ListingState.IN_REVIEW)
    return ASSET_FLOW.allows(revision.state, "withdraw") and not taken.exists()


def can_discard(revision: Revision) -> bool:
    """Whether a draft can be deleted: it was never sent."""
    return ASSET_FLOW.allows(revision.state, "discard") and revision.submitted_at is None


def obstacle_to_retiring(asset: Asset) -> tuple[str, str | Promise]:
    """What must end before an asset can be retired, as code and sentence; both empty when nothing must."""
    offers = Listing.objects.current().filter(revision__asset=asset).exclude(state=ListingState.DRAFT)
    if offers.exclude(state=ListingState.SUSPENDED, reason_code=NEWER_REVISION).exists():
        return "offer_not_ended", _("End the offer of this asset first.")
    if asset.revisions.filter(state__in=OPEN_STATES).exists():
        return "draft_exists", _("A newer revision is being prepared. Finish it first.")
    return "", ""


def stored(subject: Revision | Listing, stage: str) -> Evaluation | None:
    """The evaluation reviewers see: the last one that was kept."""
    return latest_evaluation(subject, stage) if subject.pk else None


@dataclass(frozen=True)
class Tally:
    """How many checks pass, and those that do not."""

    findings: tuple[Finding, ...]

    @property
    def total(self) -> int:
        """Number of checks."""
        return len(self.findings)

    @property
    def passed(self) -> int:
        """Number of checks that pass."""
        return sum(finding.is_passed for finding in self.findings)

    @property
    def held(self) -> list[Finding]:
        """Checks that pass, in their order."""
        return [finding for finding in self.findings if finding.is_passed]

    @property
    def open(self) -> list[Finding]:
        """Checks that do not pass, the gravest first."""
        return sorted((f for f in self.findings if not f.is_passed), key=lambda f: -f.verdict.weight)

    @property
    def is_blocked(self) -> bool:
        """Whether something must be corrected before sending."""
        return any(finding.verdict == "BLOCK" for finding in self.findings)


def tally(*groups: Iterable[Finding]) -> Tally:
    """Checks of a registration and of an offer together, each rule once."""
    seen: dict[str, Finding] = {}
    for group in groups:
        for finding in group:
            seen[finding.rule] = finding
    return Tally(tuple(seen.values()))


def is_late(due: dt.date | None, today: dt.date) -> bool:
    """Whether a day has passed."""
    return due is not None and due < today
