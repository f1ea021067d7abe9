"""The reviewer's side: take, return, register or list, reject; nobody decides on their own case (R40)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from catalog.assets.models import Asset, Revision
from catalog.assets.notices import tell_sharer
from catalog.assets.states import ASSET_FLOW, RevisionState
from catalog.classification.models import Classification
from catalog.offers.models import Listing
from catalog.offers.selectors import content_hash, registration_snapshot, shares_of, snapshot
from catalog.offers.states import LISTING_FLOW, NEWER_REVISION, REPLACED, ListingState
from catalog.registration.preflight import evaluate_listing, evaluate_registration
from catalog.registration.services.shared import (
    Case,
    is_involved,
    lock_listing,
    lock_revision,
    move,
    names,
    refuse_blocked,
    require_reason,
    revision_of,
    tell,
    working_days,
)
from catalog.search.services import refresh_entry
from exchange.codes.selectors import codes
from exchange.codes.services import due_day
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.common.ids import certificate_number, decision_number, next_serial
from exchange.rules.findings import Verdict
from exchange.rules.models import Evaluation
from exchange.rules.selectors import parameters


@transaction.atomic
def take(*, version: int, actor: Actor, revision_id: int | None = None, listing_id: int | None = None) -> Case:
    """A reviewer holds the case from now on."""
    case = _case(revision_id, listing_id, version, "take", actor)
    move(case, "take", actor=actor, holder=actor.user)
    return case


@transaction.atomic
def return_(
    *,
    version: int,
    reason_code: str,
    text: str,
    actor: Actor,
    fields: Iterable[str] = (),
    revision_id: int | None = None,
    listing_id: int | None = None,
) -> Case:
    """The owner is asked to complete the case: what, why, and where; an offer sent with it comes back too."""
    case = _case(revision_id, listing_id, version, "return", actor)
    require_reason("return", reason_code, text)
    _return(case, reason_code, text.strip(), names(fields), actor)
    for offer in _offers_under_review(case):
        _take_if_waiting(offer, actor)
        _return(offer, reason_code, text.strip(), [], actor)
    tell(_kind(case, "returned"), case)
    return case


def _return(case: Case, code: str, text: str, fields: list[str], actor: Actor) -> None:
    move(
        case,
        "return",
        actor=actor,
        data={"reason_code": code, "reason": text, "fields": fields},
        reason_code=code,
        reason_text=text,
        reason_fields=fields,
        due_on=due_day(today(), working_days("returned_lapse_days")),
        reminders_sent=0,
    )


@transaction.atomic
def reject(
    *,
    version: int,
    article: str,
    text: str,
    actor: Actor,
    revision_id: int | None = None,
    listing_id: int | None = None,
) -> Case:
    """A numbered, reasoned refusal, final for this case (N314 7.4, R102); an offer sent with it is refused too."""
    case = _case(revision_id, listing_id, version, "reject", actor)
    _require_article(article, text)
    _reject(case, article, text.strip(), actor)
    for offer in _offers_under_review(case):
        _take_if_waiting(offer, actor)
        _reject(offer, article, text.strip(), actor)
    tell(_kind(case, "rejected"), case, decision=case.decision_number)
    return case


def _reject(case: Case, article: str, text: str, actor: Actor) -> None:
    number = decision_number(today().year, next_serial("decision"))
    move(
        case,
        "reject",
        actor=actor,
        data={"decision": number, "article": article, "reason": text},
        reason_code=article,
        reason_text=text,
        reason_fields=[],
        **_decided(actor, number),
    )


@transaction.atomic
def register(*, revision_id: int, version: int, actor: Actor, cleared: Iterable[str] = (), text: str = "") -> Revision:
    """Enter the asset in the register: the content hash is frozen, the certificate numbered, the revision live."""
    asset_id = Revision.objects.values_list("asset_id", flat=True).get(pk=revision_id)
    asset = Asset.objects.select_for_update(of=("self",)).select_related("owner").get(pk=asset_id)
    revision = _case(revision_id, None, version, "register", actor)
    revision.asset = asset
    judged = evaluate_registration(revision, actor=actor)
    held = _clear(revision, judged, set(cleared), text)
    _refuse_same_eyes(revision, actor)
    content = registration_snapshot(revision)
    _refuse_changed(revision.snapshot, content)
    number = certificate_number(today().year, next_serial("certificate"))
    _supersede(asset, actor)
    move(
        revision,
        "register",
        actor=actor,
        data={"certificate": number, "content": content_hash(content), "file": content["file_sha256"], "cleared": held},
        rows=[judged],
        content_hash=content_hash(content),
        certificate_number=number,
        cleared_rules=held,
        reason_code="",
        reason_text=text.strip(),
        reason_fields=[],
        **_decided(actor, number),
    )
    asset.live = revision
    asset.save(update_fields=["live"])
    refresh_entry(asset_id=asset.pk)
    tell("registration.registered", revision, certificate=number)
    return revision


def _supersede(asset: Asset, actor: Actor) -> None:
    """The earlier revision gives way; its offer leaves the market until the new one was moderated (R44)."""
    if asset.live_id is None:
        return
    earlier = lock_revision(asset.live_id, None)
    move(earlier, "supersede", actor=actor)
    for offer in earlier.listings.locked().filter(state__in=LISTING_FLOW.sources("suspend")):
        offer.revision = earlier
        move(offer, "suspend", actor=actor, reason_code=NEWER_REVISION, reason_text="")


@transaction.atomic
def list_(*, listing_id: int, version: int, actor: Actor, cleared: Iterable[str] = (), text: str = "") -> Listing:
    """Put an offer on the market: its content hash is frozen; the asset must be in the register (N314 7.4)."""
    listing = _case(None, listing_id, version, "list", actor)
    if listing.revision.state != RevisionState.REGISTERED:
        raise DomainError(_("Register the asset first; the offer is a second decision."), code="not_registered")
    judged = evaluate_listing(listing, actor=actor)
    held = _clear(listing, judged, set(cleared), text)
    _refuse_same_eyes(listing, actor)
    content = snapshot(listing)
    _refuse_changed(listing.snapshot, content)
    number = decision_number(today().year, next_serial("decision"))
    move(
        listing,
        "list",
        actor=actor,
        data={"decision": number, "content": content_hash(content), "file": content["file_sha256"], "cleared": held},
        rows=[judged],
        content_hash=content_hash(content),
        listed_at=now(),
        cleared_rules=held,
        reason_code="",
        reason_text=text.strip(),
        reason_fields=[],
        **_decided(actor, number),
    )
    _remove_replaced(listing, actor)
    refresh_entry(asset_id=listing.revision.asset_id)
    tell("listing.listed", listing, listing=listing.number)
    _tell_owners(listing)
    return listing


def _tell_owners(listing: Listing) -> None:
    """The other owners learn that the offer they share in is on the market; how much stands on their own page."""
    seller = listing.revision.asset.owner
    for row in shares_of(listing):
        if row.organisation_id != seller.pk:
            tell_sharer("listing.shared", row.organisation, listing.revision, seller=seller)


def _remove_replaced(listing: Listing, actor: Actor) -> None:
    """Offers of superseded revisions end when the new one is listed."""
    older = Listing.objects.locked().filter(revision__asset_id=listing.revision.asset_id)
    for offer in older.filter(state=ListingState.SUSPENDED, revision__state=RevisionState.SUPERSEDED):
        move(offer, "remove", actor=actor, reason_code=REPLACED, reason_text="")


def _case(revision_id: int | None, listing_id: int | None, version: int, action: str, actor: Actor) -> Case:
    """The locked case, if this reviewer may take this step on it now."""
    is_listing = listing_id is not None
    case = lock_listing(listing_id, None) if is_listing else lock_revision(revision_id, None)
    require(actor, "catalog.review_asset")
    flow = LISTING_FLOW if is_listing else ASSET_FLOW
    if not flow.allows(case.state, action):
        raise IllegalMove()
    if version != case.version:
        raise Stale()
    if is_involved(actor.user, case):
        raise DomainError(
            _("You have a part in this case, so somebody else decides it. Leave it to another reviewer."),
            code="reviewer_is_author",
        )
    return case


def _kind(case: Case, what: str) -> str:
    return f"{'registration' if isinstance(case, Revision) else 'listing'}.{what}"


def _offers_under_review(case: Case) -> list[Listing]:
    """Offers that were sent together with a registration."""
    if isinstance(case, Listing):
        return []
    waiting = case.listings.locked().filter(state__in=[ListingState.SUBMITTED, ListingState.IN_REVIEW])
    offers = list(waiting)
    for offer in offers:
        offer.revision = case
    return offers


def _take_if_waiting(offer: Listing, actor: Actor) -> None:
    if offer.state == ListingState.SUBMITTED:
        move(offer, "take", actor=actor, holder=actor.user)


def _require_article(article: str, text: str) -> None:
    if article not in {row.code for row in codes("refusal_article")}:
        words = _("Choose the article the refusal rests on.")
        raise DomainError(words, code="article_missing", fields={"article": words})
    if not text.strip():
        words = _("Give the reasons of the refusal in words.")
        raise DomainError(words, code="reason_missing", fields={"text": words})


def _clear(case: Case, evaluation: Evaluation, cleared: set[str], text: str) -> list[str]:
    """No approval over a BLOCK; a HOLD only with its rule ticked and the reason written."""
    refuse_blocked(evaluation)
    held = evaluation.rules_with(Verdict.HOLD)
    if set(held) - cleared:
        words = _("Tick each point that is held, after you have looked into it.")
        raise DomainError(words, code="hold_not_cleared", fields={"cleared": words})
    if held and not text.strip():
        words = _("Write why the held points may pass.")
        raise DomainError(words, code="reason_missing", fields={"text": words})
    return held


def _refuse_changed(sent: dict, present: dict) -> None:
    """What is approved is what was sent, to the byte."""
    if content_hash(sent) != content_hash(present):
        raise DomainError(
            _("The content differs from what was sent. Return the case and ask the owner to send it again."),
            code="content_changed",
        )


def _refuse_same_eyes(case: Case, actor: Actor) -> None:
    """Above a value or class a second reviewer decides (product rule 2.2)."""
    values, price = parameters(today()), case.price if isinstance(case, Listing) else 0
    importance = Classification.objects.get(revision=revision_of(case)).importance
    is_weighty = price >= values.get("four_eyes_amount") or importance in values.get("four_eyes_classes")
    if is_weighty and case.holder_id == actor.user.pk:
        raise DomainError(
            _("A case of this value or class is decided by a second reviewer, not by the one who examined it."),
            code="second_reviewer_needed",
        )


def _decided(actor: Actor, number: str) -> dict:
    return {"decided_by": actor.user, "decided_at": now(), "due_on": None, "decision_number": number}
