"""What an order freezes at request: listing, offer, terms, class, parties, and what the buyer says."""

from accounts.organisations.models import Organisation
from catalog.offers.models import Listing
from catalog.offers.selectors import content_hash, shares_of
from exchange.common.canonical import digest_of

REQUEST_FIELDS = ("purpose", "territory", "storage_place", "use_description")


def freeze(listing: Listing, *, buyer: Organisation, request: dict[str, str]) -> dict:
    """The frozen record of an order; its canonical JSON gives the digest that is cleared and signed.

    Description, dictionary, terms and offer are those that were approved, not what the tables hold by now.
    """
    return {
        **listing.snapshot,
        "content_hash": listing.content_hash,
        "content_digest": content_hash(listing.snapshot),
        "listing": _listing(listing),
        "offer": offer_of(listing),
        "class": _classification(listing),
        "parties": {"seller": party(listing.revision.asset.owner), "buyer": party(buyer)} | _owners(listing),
        "request": request_of(request),
    }


def offer_of(listing: Listing) -> dict[str, str | int]:
    """Kind of price, price and VAT treatment as they were approved."""
    approved = listing.snapshot["offers"][0]
    return {name: approved[name] for name in ("price_kind", "price", "vat_treatment")}


def request_of(answers: dict[str, str]) -> dict[str, str]:
    """What the buyer says of the use, in a fixed shape (N314 8.1, R47)."""
    return {name: answers[name] for name in REQUEST_FIELDS}


def digest(frozen: dict) -> str:
    """SHA-256 of the canonical JSON of a frozen record."""
    return digest_of(frozen)


def party(organisation: Organisation) -> dict[str, str | bool]:
    """How a contract names a participant; a person's number is never written in clear (R9)."""
    return {
        "pk": str(organisation.pk),
        "kind": organisation.kind,
        "name_vi": organisation.name_vi,
        "name_en": organisation.name_en or organisation.name_vi,
        "tax_code": organisation.tax_code,
        "agency_code": organisation.agency_code,
        "personal_id_tail": organisation.personal_id_tail,
        "address": organisation.address,
        "province_vi": organisation.province.name_vi,
        "province_en": organisation.province.name_en,
        "representative": organisation.representative_name,
        "representative_title": organisation.representative_title,
        "is_foreign": organisation.is_foreign,
    }


def _owners(listing: Listing) -> dict[str, list[dict[str, str]]]:
    """How those who share in the revenue are called today; the approved content keeps the names of its day."""
    names = [row.organisation for row in shares_of(listing)]
    return {"owners": [{"name_vi": one.name_vi, "name_en": one.name_en} for one in names]} if names else {}


def _listing(listing: Listing) -> dict[str, str | int]:
    revision = listing.revision
    return {
        "number": listing.number,
        "version": listing.version,
        "dataset": revision.asset.number,
        "revision": revision.number,
        "certificate": revision.certificate_number,
        "title_vi": revision.title_vi,
        "title_en": revision.title_en or revision.title_vi,
    }


def _classification(listing: Listing) -> dict[str, str | bool]:
    revision = listing.revision
    axes = revision.classification
    return {
        "sharing": axes.sharing,
        "importance": axes.importance,
        "importance_item": axes.importance_item,
        "subject": axes.subject,
        "secrecy": axes.secrecy,
        "origin": revision.origin,
        "source": "STATE" if revision.asset.owner.is_state else "NON_STATE",
        "may_leave_vietnam": axes.may_leave_vietnam,
        "prohibited_declared": axes.prohibited_declared,
        "lawful_declared": listing.lawful_declared,
        "was_moderated": listing.decided_at is not None,
    }
