"""A participant's new name, once verified, changes nothing of what was approved for sale.

The approved content keeps the names of its day. It is compared with the tables as if its owners were still called so,
where a decision of the exchange gave them the new name since then; a name changed in any other way still differs. The
English name is a translation that changes without a decision (N314 7.8(a) names no translation), so it never counts.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from accounts.organisations.models import Organisation
from accounts.verification.models import VerificationCase
from accounts.verification.states import CaseState
from catalog.offers.models import Listing, ListingOwner
from catalog.offers.selectors import shares_of, snapshot
from catalog.offers.shares import commitment


def content_as_approved(listing: Listing) -> dict[str, Any]:
    """The content as the tables hold it now, with the names under which it was approved."""
    content = snapshot(listing)
    if not listing.snapshot:
        return content
    approved, seller = listing.snapshot["metadata"]["owner"], listing.revision.asset.owner
    content["metadata"]["owner"] |= _names(seller, approved, listing.decided_at)
    if listing.is_shared:
        content["offers"][0]["owners"] = owners_as_approved(listing, shares_of(listing))
    return content


def owners_as_approved(listing: Listing, rows: Iterable[ListingOwner]) -> list[dict[str, str]]:
    """Names and commitments of those who share in the revenue, under the names of the approval."""
    kept = listing.snapshot["offers"][0].get("owners", []) if listing.snapshot else []
    found = []
    for place, row in enumerate(rows):
        names = _names(row.organisation, kept[place] if place < len(kept) else {}, listing.decided_at)
        found.append(names | {"share": commitment(names["name_vi"], row.basis_points, row.salt)})
    return found


def _names(organisation: Organisation, approved: dict[str, str], since: dt.datetime | None) -> dict[str, str]:
    present = {"name_vi": organisation.name_vi, "name_en": organisation.name_en}
    if not approved or (approved["name_vi"] != organisation.name_vi and not _is_renamed(organisation, since)):
        return present
    return {name: approved[name] for name in present}


def _is_renamed(organisation: Organisation, since: dt.datetime | None) -> bool:
    """Whether the present name is that of the last decision on the participant's name, made after a moment."""
    verified = VerificationCase.objects.filter(organisation=organisation, state=CaseState.VERIFIED)
    last = verified.filter(proposal__has_key="name_vi").order_by("-decided_at").first()
    if last is None or since is None or last.decided_at is None or last.decided_at < since:
        return False
    return last.proposal["name_vi"] == organisation.name_vi
