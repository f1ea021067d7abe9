"""What a participant tells about itself, by kind, in pages of at most eight questions."""

from accounts.organisations.models import STATE_KINDS, OrganisationKind

IDENTITY, CONTACT, BANK = "identity", "contact", "bank"
SECTIONS = (IDENTITY, CONTACT, BANK)

_PLACE = ("province_id", "address")
_REPRESENTATIVE = ("representative_name", "representative_title")
_STATE = ("name_vi", "agency_code", "tax_code", *_PLACE, *_REPRESENTATIVE)
_COMPANY = ("name_vi", "tax_code", "is_foreign", *_PLACE, *_REPRESENTATIVE)

IDENTITY_FIELDS: dict[str, tuple[str, ...]] = {
    OrganisationKind.AGENCY: _STATE,
    OrganisationKind.PROVINCE: _STATE,
    OrganisationKind.ENTERPRISE: _COMPANY,
    OrganisationKind.INSTITUTE: ("name_vi", "tax_code", "agency_code", "is_foreign", *_PLACE, *_REPRESENTATIVE),
    OrganisationKind.ASSOCIATION: _COMPANY,
    OrganisationKind.PERSON: ("name_vi", "personal_id", *_PLACE),
}
CONTACT_FIELDS = ("name_en", "short_name", "public_mailbox")
BANK_FIELDS = ("bank_id", "bank_account", "bank_holder")
STATE_BANK_FIELDS = (*BANK_FIELDS, "budget_account")  # revenue from State data follows budget law (N314 6.4)

# A decision of the exchange stands on these: once verified they change only with a new decision (N314 7.8(a)).
KEY_FIELDS = frozenset(
    {"name_vi", "tax_code", "agency_code", "is_foreign", "province_id", "representative_name", *STATE_BANK_FIELDS}
)


def fields_of(section: str, kind: str) -> tuple[str, ...]:
    """Fields of one page of questions."""
    if section == IDENTITY:
        return IDENTITY_FIELDS[kind]
    if section == CONTACT:
        return CONTACT_FIELDS
    return STATE_BANK_FIELDS if kind in STATE_KINDS else BANK_FIELDS


def needs_agency_code(kind: str) -> bool:
    """State bodies are known by their agency code (Decision 20/2020)."""
    return kind in STATE_KINDS


def needs_tax_code(kind: str, *, is_foreign: bool) -> bool:
    """Who must give a Vietnamese tax code: every organisation outside the State that is established here."""
    return kind not in (*STATE_KINDS, OrganisationKind.PERSON) and not is_foreign
