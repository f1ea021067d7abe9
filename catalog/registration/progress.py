"""Where a case stands, who acts next and until when: one chip and one sentence, the same on every page."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Asset, Revision
from catalog.assets.states import OPEN_STATES, RevisionState
from catalog.assets.steps import REGISTRATION_STEPS
from catalog.assets.wizard import STEPS, step_url
from catalog.offers.models import Listing
from catalog.offers.selectors import unanswered
from catalog.offers.states import ListingState
from catalog.registration.selectors import is_late, working_revision
from exchange.common.clock import today

TONES = {
    "draft": "",
    "submitted": "info",
    "in_review": "info",
    "returned": "warn",
    "registered": "ok",
    "listed": "ok",
    "suspended_by_seller": "warn",
    "suspended": "err",
    "rejected": "err",
    "lapsed": "err",
}
HOLDERS = {
    "draft": _("Your organisation"),
    "returned": _("Your organisation"),
    "submitted": _("The exchange"),
    "in_review": _("A reviewer of the exchange"),
    "suspended": _("The exchange"),
}


@dataclass(frozen=True)
class Standing:
    """A chip, who acts next, until when, and what is to be done."""

    label: str
    tone: str
    holder: str | Promise
    due: dt.date | None
    is_late: bool
    todo: str | Promise
    url: str = ""


def standing_of_revision(revision: Revision) -> Standing:
    """The registration."""
    todo, url = _registration_todo(revision)
    return _standing(revision.get_state_display(), revision, todo, url)


def standing_of_listing(listing: Listing, number: str) -> Standing:
    """The offer."""
    todo, url = _listing_todo(listing, number)
    return _standing(listing.get_state_display(), listing, todo, url)


def _standing(label: str, case: Revision | Listing, todo: str | Promise, url: str) -> Standing:
    return Standing(
        label=label,
        tone=TONES.get(case.state, ""),
        holder=HOLDERS.get(case.state, ""),
        due=case.due_on,
        is_late=is_late(case.due_on, today()),
        todo=todo,
        url=url,
    )


def _registration_todo(revision: Revision) -> tuple[str | Promise, str]:
    number = revision.asset.number
    waiting = [step for step in REGISTRATION_STEPS if step not in revision.steps_done]
    if revision.state in (RevisionState.DRAFT, RevisionState.RETURNED):
        if waiting:
            words = _("Finish step %(number)d: %(title)s") % {"number": waiting[0], "title": STEPS[waiting[0]]}
            return words, step_url(number, waiting[0])
        if revision.state == RevisionState.RETURNED:
            return _("Correct what was asked and send again"), step_url(number, 7)
        return _("Check and send"), step_url(number, 7)
    return REGISTRATION_WORDS.get(revision.state, ""), ""


REGISTRATION_WORDS = {
    "submitted": _("Wait for the answer of the exchange"),
    "in_review": _("Wait for the answer of the exchange"),
    "registered": _("In the register; an offer may be prepared"),
    "rejected": _("Read the decision; a new registration may be started"),
    "lapsed": _("The time to complete it has passed; start a new registration"),
    "retired": _("No longer in the catalogue"),
}
LISTING_WORDS = {
    "submitted": _("Wait for the answer of the exchange"),
    "in_review": _("Wait for the answer of the exchange"),
    "listed": _("On the market"),
    "suspended_by_seller": _("Paused by your organisation"),
    "suspended": _("Suspended by the exchange; read the reason"),
    "rejected": _("Read the decision; a new offer may be prepared"),
    "lapsed": _("The time to complete it has passed; prepare a new offer"),
    "delisted": _("Ended"),
}


def _listing_todo(listing: Listing, number: str) -> tuple[str | Promise, str]:
    if listing.state == ListingState.DRAFT:
        if unanswered(listing):
            return _("Finish step 6: offer and terms"), step_url(number, 6)
        return _("Check and send the offer"), step_url(number, 7)
    if listing.state == ListingState.RETURNED:
        return _("Correct what was asked and send again"), step_url(number, 6)
    return LISTING_WORDS.get(listing.state, ""), ""


@dataclass(frozen=True)
class Row:
    """One line of the list of assets."""

    asset: Asset
    revision: Revision
    registration: Standing
    listing: Listing | None
    offer: Standing | None

    @property
    def next(self) -> Standing:
        """What the list says is next: the registration until it is decided, then the offer."""
        if self.offer is None or self.revision.state in OPEN_STATES:
            return self.registration
        return self.offer


def rows(assets: list[Asset]) -> list[Row]:
    """The lines of a list whose revisions and offers were read beforehand."""
    return [_row(asset) for asset in assets]


def _row(asset: Asset) -> Row:
    revision = working_revision(asset)
    listing = next(iter(revision.listings.all()), None)
    if listing is not None:
        listing.revision = revision
    return Row(
        asset=asset,
        revision=revision,
        registration=standing_of_revision(revision),
        listing=listing,
        offer=standing_of_listing(listing, asset.number) if listing else None,
    )
