"""Machine terms, the snapshot a hash covers, who shares in the revenue, and what may be had without an order."""

import datetime as dt
from typing import Any

from accounts.organisations.models import Organisation, ParticipantState
from accounts.verification.selectors import may_trade
from catalog.assets.models import Revision
from catalog.assets.states import RevisionState
from catalog.classification.models import Access, Classification
from catalog.datasets.models import Column, DataFile
from catalog.datasets.selectors import current_file
from catalog.offers.models import Audience, Listing, ListingOwner, PriceKind, seller_may_trade
from catalog.offers.states import LISTING_FLOW, SELLER_OUT, ListingState
from catalog.offers.steps import FIELDS, missing
from catalog.quality.models import QualityStatement
from exchange.common.canonical import digest_of

SCHEMA_VERSION = 1
DESCRIBED = [
    "title_vi",
    "title_en",
    "summary_vi",
    "summary_en",
    "description_vi",
    "description_en",
    "kind",
    "theme",
    "keywords",
    "other_names",
    "source_id",
    "is_core_dataset",
    "master_entity",
    "publisher",
    "contact_mailbox",
]
ORIGIN = [
    "origin",
    "how_obtained",
    "legal_basis",
    "parents",
    "method",
    "inputs_permit_resale",
    "right_hold",
    "right_use",
    "right_operate",
    "third_party_rights",
    "ip_notes",
]
CLASSES = [
    "sharing",
    "importance",
    "importance_item",
    "subject",
    "secrecy",
    "basis",
    "layer",
    "domain",
    "people_described",
    "processing_basis",
    "impact_file",
    "citizen_count",
    "is_published",
    "publication_proof",
    "deid_method",
    "deid_fields",
    "deid_test",
    "deid_group",
    "deid_on",
    "deid_key_kept",
    "may_leave_vietnam",
    "retention",
    "access",
    "for_state",
    "for_firms",
    "for_persons",
    "limit_reason",
    "limit_text",
    "prohibited_declared",
]
DECLARED = [
    "frequency",
    "last_updated",
    "late_after_days",
    "temporal_from",
    "temporal_to",
    "spatial",
    "standards",
    "limitations",
    "accurate",
    "complete",
    "clean",
    "live",
    "standardised",
    "shareable",
    "declared_method",
]
COLUMN = [
    "position",
    "name",
    "label_vi",
    "label_en",
    "type",
    "unit",
    "code_list",
    "is_required",
    "is_key",
    "is_personal",
]
TERMS = [
    "purposes",
    "territories",
    "term_months",
    "is_exclusive",
    "onward_transfer",
    "derivation",
    "machine_learning",
    "attribution",
    "max_users",
    "delete_within_days",
    "ip_restrictions",
]


def terms(listing: Listing) -> dict[str, Any]:
    """The machine terms of an offer: one dict from which plain words, legal text and ODRL are made."""
    classification = Classification.objects.filter(revision_id=listing.revision_id).first()
    return {
        "licence": listing.licence.code if listing.licence else "",
        "licence_version": listing.licence.version if listing.licence else 0,
        "may_leave_vietnam": bool(classification and classification.may_leave_vietnam),
        **_values(listing, TERMS),
    }


def snapshot(listing: Listing) -> dict[str, Any]:
    """What a buyer gets to see and the hash of a listing covers (docs/hashes.md)."""
    return registration_snapshot(listing.revision) | {"terms": terms(listing), "offers": [_offer(listing)]}


def registration_snapshot(revision: Revision) -> dict[str, Any]:
    """The same for a registered asset without an offer: terms null, no offers (docs/hashes.md)."""
    file = current_file(revision)
    return {
        "metadata": _metadata(revision),
        "dictionary": [_values(column, COLUMN) for column in _columns(file)],
        "terms": None,
        "offers": [],
        "file_sha256": file.stored.sha256 if file else "",
        "schema_version": SCHEMA_VERSION,
    }


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of the RFC 8785 JSON of a snapshot."""
    return digest_of(content)


def unanswered(listing: Listing) -> list[str]:
    """Names of the sell-offer answers that are still missing (N314 8.2, R31)."""
    values = {name: getattr(listing, name) for name in FIELDS}
    is_open = bool(listing.licence and listing.licence.is_open)
    return missing(values, is_open_licence=is_open, access=access_of(listing.revision))


def access_of(revision: Revision) -> str:
    """How the registration says that the data is given."""
    classification = getattr(revision, "classification", None)
    return classification.access if classification else ""


def owner_actions(listing: Listing) -> list[str]:
    """What the owner may do with an offer in its state."""
    allowed = [a for a in ("withdraw", "pause", "resume", "delist") if LISTING_FLOW.allows(listing.state, a)]
    is_with_registration = listing.revision.state == RevisionState.SUBMITTED  # both are taken back together
    return [action for action in allowed if action != "withdraw" or not is_with_registration]


def current_listing(revision: Revision) -> Listing | None:
    """The listing of a revision that is being prepared, reviewed or on the market."""
    return revision.listings.current().select_related("licence").first()


def prefilled(revision: Revision) -> Listing:
    """An offer that was not saved: answers of the asset's last offer, or what the registration already says."""
    is_named = access_of(revision) == Access.NAMED
    earlier = Listing.objects.filter(revision__asset_id=revision.asset_id).select_related("licence").order_by("-pk")
    if last := earlier.first():
        kept = {name: getattr(last, name) for name in FIELDS} | {"share_agreement_id": last.share_agreement_id}
        if is_named:
            kept["audience"] = Audience.NAMED
        return Listing(revision=revision, **kept)
    audience = Audience.NAMED if is_named else Audience.PUBLIC
    attribution = revision.asset.owner.name_vi
    return Listing(revision=revision, audience=audience, attribution=attribution, territories=["VN"])


def shares_of(listing: Listing) -> list[ListingOwner]:
    """Who shares in the revenue of an offer, the seller first; nobody where it goes to the seller alone."""
    if not listing.is_shared or listing.pk is None:
        return []
    return list(listing.owners.current().select_related("organisation"))


def obstacle_to_sharing(organisation: Organisation, day: dt.date) -> str:
    """Why an owner may not share in a revenue on a day (R8, R60, R88), as a code; empty when it may."""
    if organisation.state != ParticipantState.ACTIVE:
        return organisation.state
    if not all((organisation.bank_id, organisation.bank_account, organisation.bank_holder)):
        return "no_account"
    found = may_trade(organisation, day)
    return {"R8": "expired", "R88": "no_contract"}[found[0].rule] if found else ""


def open_release(listing: Listing) -> bool:
    """Whether anyone may download without account and order: open licence, no price, for everyone, on the market."""
    return (
        listing.state == ListingState.LISTED
        and listing.price_kind == PriceKind.FREE
        and listing.audience == Audience.PUBLIC
        and bool(listing.licence and listing.licence.is_open)
        and Classification.objects.filter(revision_id=listing.revision_id, access=Access.ANYONE).exists()
    )


def _columns(file: DataFile | None) -> list[Column]:
    return list(file.columns.order_by("position")) if file else []


def _metadata(revision: Revision) -> dict[str, Any]:
    asset, owner = revision.asset, revision.asset.owner
    papers = revision.current_evidence().order_by("claim", "file__sha256")
    return {
        "number": asset.number,
        "revision": revision.number,
        "owner": {"name_vi": owner.name_vi, "name_en": owner.name_en, "kind": owner.kind},
        "province": revision.province_id or "",
        **_values(revision, DESCRIBED),
        "origin": _values(revision, ORIGIN)
        | {"evidence": [{"claim": paper.claim, "sha256": paper.file.sha256} for paper in papers]},
        "classification": _values(Classification.objects.filter(revision=revision).first(), CLASSES),
        "quality": _values(QualityStatement.objects.filter(revision=revision).first(), DECLARED),
    }


def _offer(listing: Listing) -> dict[str, Any]:
    offer = {"number": listing.number, "currency": "VND"} | _values(
        listing, ["price_kind", "price", "vat_treatment", "price_basis", "price_method", "finance_opinion", "audience"]
    )
    return offer | _sharing(listing) if listing.is_shared else offer


def _sharing(listing: Listing) -> dict[str, Any]:
    """Who shares in the revenue, by name; how much is only committed to, and the agreement by its hash."""
    owners = [
        {"name_vi": row.organisation.name_vi, "name_en": row.organisation.name_en, "share": row.commitment}
        for row in shares_of(listing)
    ]
    agreement = listing.share_agreement
    return {"owners": owners, "share_agreement": agreement.sha256 if agreement else ""}


def _values(record: Any, names: list[str]) -> dict[str, Any]:
    return {name: _plain(getattr(record, name)) for name in names} if record else {}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, list | tuple) else value


def sellers_out_of_step(day: dt.date) -> list[int]:
    """Keys of sellers whose offers do not stand as their verification on a day demands."""
    fit = seller_may_trade(day)
    stays = Listing.objects.filter(~fit, state=ListingState.LISTED)
    back = Listing.objects.filter(fit, state=ListingState.SUSPENDED, reason_code=SELLER_OUT)
    back = back.filter(revision__state=RevisionState.REGISTERED)
    sellers = stays.values("revision__asset__owner").union(back.values("revision__asset__owner"))
    return sorted(row["revision__asset__owner"] for row in sellers)
