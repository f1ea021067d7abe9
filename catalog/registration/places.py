"""Where an answer is given: links from a check or a reviewer's remark to the very field."""

from dataclasses import dataclass
from functools import cache

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Revision
from catalog.assets.wizard import step_url
from catalog.classification.models import Classification
from catalog.offers.models import Listing
from catalog.quality.models import QualityStatement
from catalog.quality.steps import SCORES
from catalog.registration.pages import PAGES

PARTS: dict[str, type[Model]] = {
    "revision": Revision,
    "classification": Classification,
    "quality": QualityStatement,
    "listing": Listing,
}
CHOICES = {
    "kind",
    "origin",
    "how_obtained",
    "rights",
    "subject",
    "importance",
    "sharing",
    "secrecy",
    "access",
    "price_kind",
    "audience",
    "licence",
    "purposes",
    "territories",
    "onward_transfer",
    "derivation",
}
ORGANISATION = "organisation"
# What has no form field of its own: page and words.
OTHERS: dict[str, tuple[str, str | Promise]] = {
    "upload": ("2", _("Data file")),
    "dictionary": ("2", _("Data dictionary")),
    "evidence": ("3-papers", _("Papers")),
    "rights": ("3-rights", _("Rights in the data")),
    "shares": ("6-owners", _("Owners and shares")),
    "share_agreement": ("6-owners", _("Agreement on shares")),
    "licence": ("6-licence", _("Licence")),
    "declared": ("7", _("Declaration")),
}


@dataclass(frozen=True)
class Place:
    """A field: what it is called and its address."""

    field: str
    label: str | Promise
    slug: str
    anchor: str


@cache
def places() -> dict[str, Place]:
    """Every field of the registration by its name."""
    known = {}
    for page in PAGES:
        for name in page.form.base_fields if page.form else ():
            if name not in ("version", "rights"):
                known[name] = _of_field(name, page.slug, PARTS[page.part])
    for name in SCORES:
        known[name] = _of_field(name, "5-scores", QualityStatement)
    for name, (slug, label) in OTHERS.items():
        known[name] = Place(name, label, slug, f"id_{name}_0" if name in CHOICES else "")
    return known


def _of_field(name: str, slug: str, model: type[Model]) -> Place:
    anchor = f"id_{name}_0" if name in CHOICES else f"id_{name}"
    return Place(name, model._meta.get_field(name).verbose_name, slug, anchor)


def is_of_registration(field: str) -> bool:
    """Whether a field stands on a page of steps 1 to 5, closed once the registration was sent."""
    place = places().get(field)
    return place is not None and place.slug[0] in "12345"


def link(number: str, field: str) -> str:
    """The address of a field; of the asset's own page when the field is unknown."""
    if field == ORGANISATION:
        return reverse("accounts:organisation")
    place = places().get(field)
    if place is None:
        return reverse("catalog:register-detail", kwargs={"number": number})
    return step_url(number, place.slug) + (f"#{place.anchor}" if place.anchor else "")


def label(field: str) -> str | Promise:
    """What a field is called; its own name when it is unknown."""
    if field == ORGANISATION:
        return _("Page of your organisation")
    place = places().get(field)
    return place.label if place else field
