"""Use cases of an offer: prepare it, pause and end it, and name the organisations that may see it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import assign_perm, remove_perm

from accounts.access.actor import Actor
from accounts.access.services import require
from accounts.organisations.models import Organisation, ParticipantState
from catalog.assets.models import Revision
from catalog.assets.notices import tell, tell_stewards
from catalog.assets.states import OPEN_STATES, RevisionState
from catalog.classification.models import Access, Classification
from catalog.licences.models import LicenceTemplate
from catalog.offers.models import Audience, Listing, ListingGrant, ListingOwner, PriceKind, group_name
from catalog.offers.selectors import access_of, prefilled
from catalog.offers.states import CURRENT_STATES, EDITABLE, LISTING_FLOW, SELLER_OUT, ListingState
from catalog.offers.steps import FIELDS
from exchange.codes.selectors import codes, is_abroad
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.common.ids import listing_number, next_serial
from exchange.common.vietnamese import clean
from exchange.jobs.services import enqueue
from exchange.transparency.services import record


@transaction.atomic
def create_listing(*, revision_id: int, actor: Actor) -> Listing:
    """A draft offer for a revision, prefilled from the asset's last offer; the current one is given again."""
    revision = Revision.objects.locked().select_related("asset__owner").get(pk=revision_id)
    require(actor, "catalog.edit_asset", organisation=revision.asset.owner)
    current = revision.listings.current().first()
    if current:
        return current
    if revision.state not in (*OPEN_STATES, RevisionState.REGISTERED):
        raise IllegalMove()
    listing = prefilled(revision)
    listing.number = listing_number(today().year, next_serial("listing"))
    listing.save(force_insert=True)
    _copy_owners(listing, actor)
    return listing


def _copy_owners(listing: Listing, actor: Actor) -> None:
    """The owners of the asset's last offer with their shares and salts: what did not change shows as unchanged."""
    earlier = Listing.objects.filter(revision__asset_id=listing.revision.asset_id).exclude(pk=listing.pk)
    last = earlier.order_by("-pk").first()
    kept = ("organisation_id", "position", "basis_points", "salt")
    ListingOwner.objects.bulk_create(
        ListingOwner(listing=listing, added_by=actor.user, **{name: getattr(row, name) for name in kept})
        for row in (last.owners.current() if last else ())
    )


@transaction.atomic
def save_terms(*, listing_id: int, version: int, data: dict[str, Any], actor: Actor) -> Listing:
    """Keep answers about price and terms; the template's own answers replace what it does not leave open."""
    listing = editable(listing_id, actor)
    if version != listing.version:
        raise Stale()
    for name in FIELDS:
        if name in data:
            value = data[name]
            setattr(listing, name, clean(value) if isinstance(value, str) else value)
    if listing.price_kind == PriceKind.FREE:
        listing.price, listing.vat_treatment, listing.price_method = 0, "", ""
        listing.is_shared = False
    if access_of(listing.revision) == Access.NAMED:
        listing.audience = Audience.NAMED
    _open_licence_is_free(listing, answered=set(data))
    if listing.licence:
        _apply_template(listing, listing.licence, answered=set(data))
    _check_territory(listing)
    listing.version += 1
    listing.save(update_fields=[*FIELDS, "version"])
    return listing


def editable(listing_id: int, actor: Actor) -> Listing:
    """A locked offer whose answers the actor may change now."""
    listing = Listing.objects.locked().select_related("revision__asset__owner").get(pk=listing_id)
    require(actor, "catalog.edit_asset", organisation=listing.revision.asset.owner)
    if listing.state not in EDITABLE:
        raise IllegalMove()
    return listing


def _open_licence_is_free(listing: Listing, *, answered: set[str]) -> None:
    """An open licence has no price; whichever of the two answers is older is asked again."""
    if not (listing.licence and listing.licence.is_open and listing.price_kind == PriceKind.ONE_OFF):
        return
    if "licence" in answered:
        sentence = _("The open data licence is free of charge. Choose another licence, or offer the data free.")
        raise DomainError(sentence, code="open_licence_priced", fields={"licence": sentence})
    listing.licence = None


def _apply_template(listing: Listing, template: LicenceTemplate, *, answered: set[str]) -> None:
    for clause, answer in template.fixed().items():
        setattr(listing, clause, answer)
    if template.is_open:  # every lawful purpose; everywhere the data may go
        listing.purposes = [row.code for row in codes("purpose")]
        listing.territories = ["WORLD"] if _may_leave(listing) else ["VN"]
    wrong = [clause for clause in template.answers if not template.admits(clause, getattr(listing, clause))]
    refused = {clause: _("The licence does not allow this answer.") for clause in wrong if clause in answered}
    if refused:
        raise DomainError(_("Choose answers the licence allows."), code="licence_refuses", fields=refused)
    for clause in wrong:  # an answer to the licence chosen before: asked again
        setattr(listing, clause, "")


def _may_leave(listing: Listing) -> bool:
    return Classification.objects.filter(revision_id=listing.revision_id, may_leave_vietnam=True).exists()


def _check_territory(listing: Listing) -> None:
    if not _may_leave(listing) and any(is_abroad(code) for code in listing.territories):
        sentence = _("The data may not leave Viet Nam (step 4), so choose Viet Nam only.")
        raise DomainError(sentence, code="territory_abroad", fields={"territories": sentence})


def move(
    listing: Listing,
    action: str,
    *,
    actor: Actor,
    data: dict[str, Any] | None = None,
    rows: Iterable[Model] = (),
    **changes: Any,
) -> None:
    """Take a listing through one step of LISTING_FLOW and log it with its `rows`. The caller holds the row lock."""
    owners = listing.owners.all() if listing.state in EDITABLE else ()  # no longer editable from here on
    before, listing.state = listing.state, LISTING_FLOW.after(listing.state, action)
    for field, value in changes.items():
        setattr(listing, field, value)
    listing.version += 1
    listing.save(update_fields=["state", "version", *changes])
    facts = {"number": listing.number, "asset": listing.revision.asset.number, "from": before, "to": listing.state}
    record(f"listing.{action}", subject=listing, actor=actor, data=facts | (data or {}), rows=[*owners, *rows])


def _act(
    listing_id: int,
    action: str,
    permission: str,
    actor: Actor,
    code: str,
    text: str,
    *,
    checks: Iterable[Callable[[Listing], None]] = (),
) -> Listing:
    listing = Listing.objects.locked().select_related("revision__asset__owner").get(pk=listing_id)
    require(actor, permission, organisation=listing.revision.asset.owner)
    if LISTING_FLOW.allows(listing.state, action):
        for check in checks:
            check(listing)
    reason = {"reason_code": code, "reason_text": clean(text)}
    move(listing, action, actor=actor, data={"reason_code": code}, **reason)
    enqueue("catalog.search.refresh_entry", asset_id=listing.revision.asset_id)
    if action in TOLD:
        tell(TOLD[action], listing.revision, text=listing.reason_text)
    return listing


TOLD = {"suspend": "listing.suspended", "restore": "listing.restored", "remove": "listing.removed"}


def _reasoned(code: str, text: str) -> None:
    if not code or not text.strip():
        fields = {"reason_code": _("Choose a reason."), "reason_text": _("Explain the decision.")}
        missing = {name: fields[name] for name, value in (("reason_code", code), ("reason_text", text)) if not value}
        raise DomainError(_("Give the reason and explain it."), code="reason_missing", fields=missing)


def _seller_is_active(listing: Listing) -> None:
    if not listing.revision.asset.owner.is_active:
        raise DomainError(
            _("The seller is not verified or is suspended, so its offers stay off the market."),
            code="seller_not_active",
        )


def _revision_is_live(listing: Listing) -> None:
    if listing.revision.state != RevisionState.REGISTERED:
        raise DomainError(
            _("A newer revision has replaced this one. Its own offer is moderated instead."), code="revision_replaced"
        )


TAKEN_BACK: dict[str, Any] = {"due_on": None, "snapshot": {}, "lawful_declared": False}


@transaction.atomic
def withdraw(*, listing_id: int, actor: Actor) -> Listing:
    """An offer no reviewer has taken is a draft again; what was sent stays in the log and with its checks."""
    listing = Listing.objects.locked().select_related("revision__asset__owner").get(pk=listing_id)
    require(actor, "catalog.submit_asset", organisation=listing.revision.asset.owner)
    if LISTING_FLOW.allows(listing.state, "withdraw") and listing.revision.state == RevisionState.SUBMITTED:
        sentence = _("The registration waits with this offer. Take the registration back, and both are drafts.")
        raise DomainError(sentence, code="sent_together")
    move(listing, "withdraw", actor=actor, **TAKEN_BACK)
    tell("listing.withdrawn", listing.revision, listing=listing.number)
    return listing


@transaction.atomic
def pause(*, listing_id: int, actor: Actor, reason_code: str = "seller_decision", reason_text: str = "") -> Listing:
    """The seller takes an offer off the market for a time; running orders go on."""
    return _act(listing_id, "pause", "catalog.suspend_own_listing", actor, reason_code, reason_text)


@transaction.atomic
def resume(*, listing_id: int, actor: Actor) -> Listing:
    """The seller puts a paused offer back."""
    return _act(listing_id, "resume", "catalog.suspend_own_listing", actor, "", "", checks=(_seller_is_active,))


@transaction.atomic
def delist(*, listing_id: int, actor: Actor, reason_code: str = "seller_decision", reason_text: str = "") -> Listing:
    """The seller ends an offer for good; running orders go on."""
    return _act(listing_id, "delist", "catalog.suspend_own_listing", actor, reason_code, reason_text)


@transaction.atomic
def suspend(*, listing_id: int, reason_code: str, reason_text: str, actor: Actor) -> Listing:
    """The exchange suspends an offer on signs of violation; everything is kept as evidence (N314 7.8(d), R46)."""
    _reasoned(reason_code, reason_text)
    return _act(listing_id, "suspend", "catalog.suspend_listing", actor, reason_code, reason_text)


@transaction.atomic
def restore(*, listing_id: int, reason_text: str, actor: Actor) -> Listing:
    """The exchange puts a suspended offer back, with a reason."""
    _reasoned("restored", reason_text)
    checks = (_revision_is_live, _seller_is_active)
    return _act(listing_id, "restore", "catalog.suspend_listing", actor, "", reason_text, checks=checks)


@transaction.atomic
def remove(*, listing_id: int, reason_code: str, reason_text: str, actor: Actor) -> Listing:
    """The exchange ends an offer for good, with a reason."""
    _reasoned(reason_code, reason_text)
    return _act(listing_id, "remove", "catalog.suspend_listing", actor, reason_code, reason_text)


@transaction.atomic
def follow_standing(*, organisation_id: int, actor: Actor) -> list[Listing]:
    """Offers of a seller that may not trade leave the market, and come back with its standing (R8; N314 7.8)."""
    seller = Organisation.objects.locked().get(pk=organisation_id)
    listings = Listing.objects.locked().filter(revision__asset__owner=seller)
    listings = listings.select_related("revision__asset__owner")
    require(actor, "catalog.follow_standing")
    action, wanted = _consequence(seller)
    moved = list(listings.filter(wanted))
    for listing in moved:
        code = "" if action == "restore" else SELLER_OUT
        move(listing, action, actor=actor, data={"reason_code": code}, reason_code=code, reason_text="")
        enqueue("catalog.search.refresh_entry", asset_id=listing.revision.asset_id)
    if moved:
        tell_stewards(f"offers.{action}", seller, count=len(moved))
    return moved


def _consequence(seller: Organisation) -> tuple[str, Q]:
    taken_off = Q(state=ListingState.SUSPENDED, reason_code=SELLER_OUT)
    if seller.state == ParticipantState.CLOSED:
        return "remove", Q(state__in=LISTING_FLOW.sources("remove"))
    if seller.is_active:
        return "restore", taken_off & Q(revision__state=RevisionState.REGISTERED)
    return "suspend", Q(state=ListingState.LISTED)


@transaction.atomic
def grant(*, listing_id: int, organisation: Organisation, actor: Actor) -> ListingGrant:
    """Let a named organisation, and so whoever acts for it, see an offer; a second grant changes nothing."""
    listing = _own_listing(listing_id, actor)
    if organisation.pk == listing.revision.asset.owner_id:
        raise DomainError(_("Your own organisation always sees its offers."), code="grant_to_self")
    existing = listing.granted_to.filter(organisation=organisation, ended_at__isnull=True).first()
    if existing:
        return existing
    group, _made = Group.objects.get_or_create(name=group_name(organisation))
    assign_perm("see_listing", group, listing)
    row = ListingGrant.objects.create(listing=listing, organisation=organisation, granted_by=actor.user)
    record("listing.grant", subject=listing, actor=actor, data=_party(listing, organisation), rows=[row])
    return row


@transaction.atomic
def end_grant(*, listing_id: int, organisation: Organisation, actor: Actor) -> None:
    """Take the view of an offer back; orders already placed go on."""
    listing = _own_listing(listing_id, actor)
    row = listing.granted_to.filter(organisation=organisation, ended_at__isnull=True).first()
    if row:
        row.ended_at = now()
        row.save(update_fields=["ended_at"])
        remove_perm("see_listing", Group.objects.get(name=group_name(organisation)), listing)
        record("listing.end_grant", subject=listing, actor=actor, data=_party(listing, organisation), rows=[row])


def _own_listing(listing_id: int, actor: Actor) -> Listing:
    listing = Listing.objects.locked().select_related("revision__asset__owner").get(pk=listing_id)
    require(actor, "catalog.edit_asset", organisation=listing.revision.asset.owner)
    if listing.state not in CURRENT_STATES or listing.state == ListingState.SUSPENDED:
        raise IllegalMove()
    return listing


def _party(listing: Listing, organisation: Organisation) -> dict[str, str]:
    return {"number": listing.number, "organisation": organisation.log_ref}
