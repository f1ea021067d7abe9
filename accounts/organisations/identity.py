"""Whether what a participant tells about itself can be true (R1, R2, R5, R9)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.organisations import sealing
from accounts.organisations.details import needs_agency_code, needs_tax_code
from accounts.organisations.models import Organisation, OrganisationKind, OrganisationQuerySet, ParticipantState
from exchange.codes import identifiers, selectors
from exchange.common.clock import today
from exchange.common.errors import DomainError
from exchange.common.vietnamese import same_letters
from exchange.rules.selectors import parameters


def check_details(kind: str, details: Mapping[str, Any], *, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The details in their stored spelling, or a refusal that says for each field what to enter.

    `known` is what the participant told on other pages.
    """
    values, problems = checked(details)
    missing = _missing(kind, values)
    if problems or missing:
        first = next(iter(problems.values()), None)
        raise DomainError(
            first.message if first else next(iter(missing.values())),
            code=first.code if first else "identifier_missing",
            fields=missing | {field: error.message for field, error in problems.items()},
        )
    _check_holder(values, str((dict(known or {}) | values).get("name_vi", "")))
    return values


def checked(details: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, DomainError]]:
    """The identifiers that are given in their stored spelling, and what is wrong with the others."""
    values: dict[str, Any] = dict(details)
    problems: dict[str, DomainError] = {}
    for field, check in CHECKS.items():
        if not values.get(field):
            continue
        try:
            values[field] = check(values[field])
        except DomainError as error:
            problems[field] = error
    return values, problems


def stored_values(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of the participant: a personal number only as keyed hash, last digits and sealed copy (R9)."""
    kept = {name: value for name, value in values.items() if name != "personal_id"}
    if kind == OrganisationKind.PERSON and "name_vi" in values:
        kept["representative_name"] = values["name_vi"]
    number = values.get("personal_id")
    if number:
        kept |= {
            "personal_id_hash": sealing.hash_of(number),
            "personal_id_tail": sealing.tail_of(number),
            "personal_id_sealed": sealing.seal(number),
        }
    return kept


def refuse_taken(values: Mapping[str, Any], *, but: Organisation | None = None) -> None:
    """Refuse an identifier that another participant holds; a closed account holds none."""
    for name, field in (("tax_code", "tax_code"), ("agency_code", "agency_code"), ("personal_id_hash", "personal_id")):
        if values.get(name) and holders(name, values[name], but=but).exists():
            raise DomainError(TAKEN[field], code="already_registered", fields={field: TAKEN[field]})


def holders(name: str, value: str, *, but: Organisation | None = None) -> OrganisationQuerySet:
    """Participants not closed that hold an identifier."""
    found = Organisation.objects.exclude(state=ParticipantState.CLOSED).filter(**{name: value})
    return found.exclude(pk=but.pk) if but else found


def _missing(kind: str, values: Mapping[str, Any]) -> dict[str, object]:
    """Identifiers the kind of participant must have; only asked where the page asks for them."""
    missing: dict[str, object] = {}
    if needs_agency_code(kind) and values.get("agency_code") == "":
        missing["agency_code"] = _("Enter the agency code, for example G09 or H01.151.")
    if needs_tax_code(kind, is_foreign=bool(values.get("is_foreign"))) and values.get("tax_code") == "":
        missing["tax_code"] = _("Enter the tax code, 10 digits, or 13 for a branch.")
    return missing


def _check_holder(values: Mapping[str, Any], name: str) -> None:
    holder = values.get("bank_holder")
    if not holder or same_letters(holder, name):
        return
    words = _("The account must be in the participant's own name: %(name)s. Enter the holder as the bank writes it.")
    raise DomainError(
        words % {"name": name}, code="holder_is_not_participant", fields={"bank_holder": words % {"name": name}}
    )


def _personal_id(text: str) -> str:
    return identifiers.personal_id(text, today=today())


def _agency_code(text: str) -> str:
    pattern = parameters(today()).get("agency_code_regex")
    return identifiers.agency_code(text, register=selectors.agency_codes(), pattern=pattern)


def _bank(text: str) -> str:
    return identifiers.bank_bin(text, known={bank.bin for bank in selectors.banks()})


TAKEN = {
    "tax_code": _("A participant with this tax code is registered already. Ask one of its owners to invite you."),
    "agency_code": _("A participant with this agency code is registered already. Ask one of its owners to invite you."),
    "personal_id": _("This number cannot be used. Check it; if it is yours, write to the exchange."),
}

CHECKS: dict[str, Callable[[str], str]] = {
    "tax_code": identifiers.tax_code,
    "agency_code": _agency_code,
    "personal_id": _personal_id,
    "bank_id": _bank,
    "bank_account": identifiers.bank_account,
}
