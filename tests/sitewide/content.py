"""What people entered, by field: it stands on pages of both languages as they wrote it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps

from catalog.registration.guesses import EVERYWHERE, UNITS

# field: why it is shown in the language it was written in
FIELDS = {
    "accounts.User.full_name": "names of people",
    "accounts.VerificationCase.reason_text": "a reviewer's own words",
    "exchange.Province.name_vi": "names of places",
    "accounts.Organisation.name_vi": "names of organisations without an English one",
    "accounts.Organisation.name_en": "English names stand in the console beside the Vietnamese",
    "accounts.Organisation.short_name": "short names as the organisation writes them",
    "accounts.Organisation.address": "postal addresses",
    "accounts.Organisation.representative_name": "names of people",
    "accounts.Organisation.representative_title": "as written on the papers",
    "accounts.Organisation.bank_holder": "names of account holders",
    "exchange.Bank.name": "names of banks",
    "exchange.Bank.short_name": "names of banks",
    "exchange.AgencyCode.name_vi": "names of State bodies as the code list writes them",
    "exchange.Holiday.note": "names of holidays",
    "exchange.StoredFile.name": "names of files",
    "catalog.Revision.title_vi": "the owner's own words",
    "catalog.Revision.title_en": "the owner's own words",
    "catalog.Revision.summary_vi": "the owner's own words",
    "catalog.Revision.summary_en": "the owner's own words",
    "catalog.Revision.description_vi": "the owner's own words",
    "catalog.Revision.description_en": "the owner's own words",
    "catalog.Revision.legal_basis": "names of legal instruments",
    "catalog.Revision.reason_text": "a reviewer's own words",
    "catalog.Revision.keywords": "the owner's own words",
    "catalog.Revision.other_names": "the owner's own words",
    "catalog.Revision.system_of_record": "names of systems",
    "catalog.Revision.steward_name": "names of people",
    "catalog.Revision.parents": "names of sources",
    "catalog.Revision.method": "the owner's own words",
    "catalog.Revision.ip_notes": "the owner's own words",
    "catalog.Classification.basis": "the owner's own words",
    "catalog.Classification.storage_place": "the owner's own words",
    "catalog.Classification.retention": "the owner's own words",
    "catalog.Classification.limit_text": "the owner's own words",
    "catalog.Classification.people_described": "the owner's own words",
    "catalog.Classification.impact_file": "names of papers",
    "catalog.Revision.publisher": "names of organisations",
    "catalog.DataFile.original_name": "names of files",
    "catalog.DataFile.candidates": "values of the data",
    "catalog.Column.label_vi": "the owner's own words",
    "catalog.Column.label_en": "the owner's own words",
    "catalog.Column.unit": "the owner's own words",
    "catalog.Column.name": "names of fields in the file",
    "catalog.Column.minimum": "values of the data",
    "catalog.Column.maximum": "values of the data",
    "catalog.Column.example": "values of the data",
    "catalog.QualityStatement.limitations": "the owner's own words",
    "catalog.QualityStatement.declared_method": "the owner's own words",
    "catalog.QualityStatement.standards": "names of standards",
    "catalog.QualityStatement.spatial": "the owner's own words",
    "catalog.Listing.attribution": "the source as the owner wants it named",
    "catalog.Listing.ip_restrictions": "the owner's own words",
    "catalog.Listing.price_basis": "the owner's own words",
    "catalog.Listing.finance_opinion": "names of papers",
    "transactions.Order.use_description": "the buyer's own words",
    "transactions.Order.reason_text": "words of a seller or reviewer",
    "transactions.Order.supplement": "the buyer's own words",
    "transactions.Statement.text": "what the sides of a dispute say",
    "transactions.Ruling.text": "a reviewer's own words",
    "transactions.OrderEvent.reason_text": "words of a seller or reviewer",
    "transactions.LegalityDecision.text": "a reviewer's own words",
    "transactions.Hold.conclusion": "a reviewer's own words",
    "transactions.LineBooking.reason": "a finance officer's own words",
    "transactions.LineBooking.refusal": "a finance officer's own words",
    "transactions.Tariff.citation": "legal instruments as cited by who set the value",
    "exchange.RuleParameter.citation": "legal instruments as cited by who set the value",
    "exchange.RuleParameter.note": "the words of who set the value",
    "exchange.RuleParameter.value": "values of rules, as they are typed",
}
REASONS = ("exchange.Message.context", "text")  # what one person wrote to another
NAMES = ("Tiếng Việt",)  # a language in its own words, for who reads only that one
SUGGESTED = (EVERYWHERE, *UNITS)  # stands in the form until the owner says otherwise, in the language of the data
NONSENSE = "nonsense"  # what the crawl types into forms


def entered() -> list[str]:
    """Every text people entered, the longest first, so that the longest is found first in a sentence."""
    found = {text for field in FIELDS for text in _texts(_values(field))} | {*_texts(_reasons())}
    found |= {NONSENSE, *NAMES, *SUGGESTED}
    return sorted(found, key=lambda text: (-len(text), text))


def _values(name: str) -> list[Any]:
    label, model, field = name.split(".")
    return list(apps.get_model(label, model).objects.values_list(field, flat=True).distinct())


def _reasons() -> list[Any]:
    name, key = REASONS
    return [context.get(key) for context in _values(name)]


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        for text in _flat(value):
            for line in str(text or "").splitlines():
                words = " ".join(line.strip("#*- ").split())
                if len(words) > 2 or not words.isascii():  # two plain letters stand in many a word of the page
                    yield words


def _flat(value: Any) -> Iterator[Any]:
    """The texts in a value, however deep in lists and tables they stand."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _flat(part)
    else:
        yield value
