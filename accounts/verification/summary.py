"""A participant's own details as rows of a page: what is on record, what is proposed, with numbers masked."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.organisations.details import BANK, CONTACT, IDENTITY, KEY_FIELDS, fields_of
from accounts.organisations.models import Organisation
from accounts.verification.models import VerificationCase
from exchange.codes import selectors as codes

Words = str | Promise

LABELS: dict[str, Words] = {
    "name_vi": _("Name in Vietnamese"),
    "name_en": _("Name in English"),
    "short_name": _("Short name"),
    "agency_code": _("Agency code"),
    "tax_code": _("Tax code"),
    "personal_id": _("Personal identification number"),
    "is_foreign": _("Established under foreign law"),
    "province_id": _("Province or city"),
    "address": _("Address"),
    "representative_name": _("Legal representative"),
    "representative_title": _("Position of the representative"),
    "public_mailbox": _("Public contact mailbox"),
    "bank_id": _("Bank"),
    "bank_account": _("Account number"),
    "bank_holder": _("Account holder"),
    "budget_account": _("Takes revenue of the State budget"),
}
PARTS: dict[str, Words] = {"papers": _("Papers"), "service_contract": _("Service contract")}
TITLES: dict[str, Words] = {
    IDENTITY: _("Who takes part"),
    CONTACT: _("Names and contact"),
    BANK: _("Payment account"),
}


def field_choices(kind: str) -> list[tuple[str, Words]]:
    """Parts of a file a reviewer can point at when returning it."""
    names = (*fields_of(IDENTITY, kind), *fields_of(CONTACT, kind), *fields_of(BANK, kind))
    return [(name, LABELS[name]) for name in names] + list(PARTS.items())


def field_labels(names: Iterable[str]) -> list[str]:
    """The parts a reviewer pointed at, in words."""
    return [str((LABELS | PARTS).get(name, name)) for name in names]


def sections_of(organisation: Organisation, *, editable: bool, keys: bool = True) -> list[dict[str, Any]]:
    """The three groups of details, each with its rows and, where allowed, the page that changes it.

    Where key details stand still (`keys` is false), a group of nothing else has no such page.
    """
    return [
        {
            "title": TITLES[section],
            "rows": [_row(organisation, name) for name in fields_of(section, organisation.kind)],
            "url": reverse("accounts:details-edit", args=[section])
            if editable and (keys or not KEY_FIELDS.issuperset(fields_of(section, organisation.kind)))
            else "",
        }
        for section in (IDENTITY, CONTACT, BANK)
    ]


def proposed_rows(case: VerificationCase | None) -> list[dict[str, Any]]:
    """Key details that change with the next decision: present value and proposed one."""
    if case is None or not case.is_open:
        return []
    return [
        {
            "label": LABELS[name],
            "value": in_words(name, getattr(case.organisation, name)),
            "proposed": in_words(name, value),
        }
        for name, value in case.proposal.items()
    ]


def in_words(name: str, value: Any) -> str:
    """A detail as people read it; numbers of accounts only by their last digits."""
    if name in ("is_foreign", "budget_account"):
        return gettext("Yes") if value else gettext("No")
    if not value:
        return gettext("Not given")
    if name == "province_id":
        found = codes.province(value)
        return found.label if found else value
    if name == "bank_id":
        return next((bank.short_name for bank in codes.banks() if bank.bin == value), value)
    return masked(value, 4) if name == "bank_account" else str(value)


def masked(number: str, shown: int) -> str:
    """The last digits of a number after dots."""
    return f"•••• {number[-shown:]}" if number else ""


def _row(organisation: Organisation, name: str) -> dict[str, Any]:
    if name == "personal_id":
        return {"label": LABELS[name], "value": masked(organisation.personal_id_tail, 3)}
    return {"label": LABELS[name], "value": in_words(name, getattr(organisation, name))}
