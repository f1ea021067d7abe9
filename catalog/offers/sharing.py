"""Use cases of a shared revenue: the seller names the other owners, each with its share, and the signed agreement."""

import secrets
from collections.abc import Sequence

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.organisations.models import Organisation, ParticipantState
from catalog.offers.models import Listing, ListingOwner, PriceKind
from catalog.offers.selectors import obstacle_to_sharing
from catalog.offers.services import editable
from catalog.offers.shares import WHOLE, Other, in_percent
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, Stale
from exchange.files.services import EVIDENCE, store

SALT_BYTES = 32


UNKNOWN = _("No participant has this code. Check it, or ask the organisation to register with the exchange.")
# code of an obstacle -> sentence
OBSTACLES: dict[str, Promise] = {
    "applicant": _("This participant is not verified yet. It can be named once the exchange has verified it."),
    "suspended": _("This participant is suspended. It can be named again once the exchange has restored it."),
    "expired": _("The verification of this participant has expired. It must renew it first."),
    "no_account": _("This participant has no registered bank account, so its share could not be paid out."),
    "no_contract": _("This participant has not accepted the service contract of the exchange."),
}


@transaction.atomic
def save_shares(
    *,
    listing_id: int,
    version: int,
    own_share: int,
    others: Sequence[Other],
    actor: Actor,
    is_draft: bool = False,
) -> Listing:
    """Keep who shares in the revenue of an offer; shares come to 100 % exactly, only a draft may still lack some."""
    listing = editable(listing_id, actor)
    if version != listing.version:
        raise Stale()
    _refuse_free(listing)
    named = _named(listing, others)
    if not is_draft:
        _refuse_incomplete(own_share, others)
    _keep(listing, {listing.revision.asset.owner: own_share} | named, actor)
    listing.version += 1
    listing.save(update_fields=["version"])
    return listing


@transaction.atomic
def add_agreement(*, listing_id: int, upload: UploadedFile, actor: Actor) -> Listing:
    """Keep the signed agreement on shares; it takes the place of the one added before (N314 6.4)."""
    listing = editable(listing_id, actor)
    _refuse_free(listing)
    listing.share_agreement = store(upload, purpose=EVIDENCE, max_bytes=settings.MAX_EVIDENCE_BYTES)
    listing.save(update_fields=["share_agreement"])
    return listing


def _refuse_free(listing: Listing) -> None:
    if listing.price_kind != PriceKind.ONE_OFF:
        raise DomainError(
            _("Data offered free of charge has no revenue to share. Set a price first."), code="nothing_to_share"
        )
    if not listing.is_shared:
        raise DomainError(
            _(
                "The revenue of this offer goes to your organisation alone. "
                "Say on the page of the price that it is shared."
            ),
            code="not_shared",
        )


def _named(listing: Listing, others: Sequence[Other]) -> dict[Organisation, int]:
    """The participants behind the codes, each once, all of them fit to be paid."""
    named: dict[Organisation, int] = {}
    wrong: dict[str, object] = {}
    for other in others:
        found = _participant(other.code)
        sentence = _why_not(found, listing, named)
        if sentence:
            wrong[f"code_{other.row}"] = sentence
        elif found is not None:
            named[found] = other.basis_points
    if wrong:
        raise DomainError(_("Correct the owners that are marked."), code="owners_wrong", fields=wrong)
    return named


def _participant(code: str) -> Organisation | None:
    code = "".join(code.split())
    found = Organisation.objects.exclude(state=ParticipantState.CLOSED).filter(Q(tax_code=code) | Q(agency_code=code))
    return found.order_by("pk").first() if code else None


def _why_not(found: Organisation | None, listing: Listing, named: dict[Organisation, int]) -> Promise | str:
    if found is None:
        return UNKNOWN
    if found.pk == listing.revision.asset.owner_id:
        return _("This is your own organisation. Its share stands above; name the other owners here.")
    if found in named:
        return _("This participant is named twice. Put its whole share into one row.")
    return OBSTACLES.get(obstacle_to_sharing(found, today()), "")


def _refuse_incomplete(own_share: int, others: Sequence[Other]) -> None:
    if not others:
        sentence = _("Name at least one other owner. If there is none, say that the revenue goes to you alone.")
        raise DomainError(sentence, code="no_other_owner", fields={"code_1": sentence})
    rows = [("own_share", own_share), *((f"share_{one.row}", one.basis_points) for one in others)]
    empty = _("A share is more than 0 %. Leave out an owner that receives nothing.")
    wrong = {name: empty for name, share in rows if share <= 0}
    if wrong:
        raise DomainError(empty, code="share_zero", fields=wrong)
    total = sum(share for _name, share in rows)
    if total != WHOLE:
        sentence = _(
            "The shares come to %(total)s %%, not to 100 %%. Correct them so that they come to 100 %% exactly."
        )
        raise DomainError(sentence % {"total": in_percent(total)}, code="shares_not_whole")


def _keep(listing: Listing, wanted: dict[Organisation, int], actor: Actor) -> None:
    """Rows as wanted; one that stays keeps its salt, one that changed or is new gets a fresh one."""
    present = {row.organisation_id: row for row in listing.owners.current().select_for_update()}
    for position, (organisation, share) in enumerate(wanted.items()):
        row = present.pop(organisation.pk, None)
        if row is not None and row.basis_points == share:
            _place(row, position)
            continue
        if row is not None:
            _take_out(row)
        ListingOwner.objects.create(
            listing=listing,
            organisation=organisation,
            position=position,
            basis_points=share,
            salt=secrets.token_hex(SALT_BYTES),
            added_by=actor.user,
        )
    for row in present.values():
        _take_out(row)


def _place(row: ListingOwner, position: int) -> None:
    if row.position != position:
        row.position = position
        row.save(update_fields=["position"])


def _take_out(row: ListingOwner) -> None:
    row.removed_at = now()
    row.save(update_fields=["removed_at"])
