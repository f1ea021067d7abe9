"""What may be asked of the catalogue; an unknown value is passed over, never an error."""

from collections.abc import Sequence
from functools import cached_property

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.search import facets
from catalog.search.models import CatalogueEntry
from exchange.common.vietnamese import clean

SORTS = {
    "relevance": _("Best match"),
    "updated": _("Lately updated"),
    "newest": _("Lately registered"),
    "quality": _("Highest quality"),
    "price": _("Lowest price"),
    "title": _("Title A–Z"),
}


class KnownChoices(forms.MultipleChoiceField):
    """Keeps the values it knows."""

    def to_python(self, value: Sequence[str] | None) -> list[str]:
        """Known values, each once."""
        return [text for text in dict.fromkeys(super().to_python(value)) if self.is_known(text)]

    def is_known(self, text: str) -> bool:
        """Whether the list holds the value."""
        return self.valid_value(text)

    def validate(self, value: list[str]) -> None:
        """Nothing is demanded: what is unknown is gone already."""


class Numbers(KnownChoices):
    """Keeps values that are keys."""

    def is_known(self, text: str) -> bool:
        """Digits only, and not more than a key has."""
        return text.isascii() and text.isdigit() and len(text) < 19


class FacetFilter(django_filters.MultipleChoiceFilter):
    """Any of several values of a facet."""

    field_class = KnownChoices

    def filter(self, qs, value):
        """Entries that have one of the values."""
        kept = ["" if one == facets.NO_OFFER else one for one in value]
        return qs.filter(facets.condition(self.field_name, kept)) if value else qs


class PublisherFilter(FacetFilter):
    """Any of several publishers, by key."""

    field_class = Numbers


def _facet(name: str) -> FacetFilter:
    return FacetFilter(field_name=name, label=facets.BY_NAME[name].label, choices=lambda: facets.choices(name))


class CatalogueFilter(django_filters.FilterSet):
    """Query, facets and order of the catalogue, as they stand in the address."""

    theme = _facet("theme")
    publisher = PublisherFilter(field_name="publisher", label=facets.BY_NAME["publisher"].label)
    sharing = _facet("sharing")
    importance = _facet("importance")
    price = _facet("price")
    format = _facet("format")
    frequency = _facet("frequency")
    province = _facet("province")

    class Meta:
        model = CatalogueEntry
        fields: list[str] = []

    @cached_property
    def words(self) -> str:
        """What was typed into the search box."""
        return clean(self.data.get("q", ""))[:200] if self.data else ""

    @property
    def sort(self) -> str:
        """The order asked for; best match with a query, else what was updated lately."""
        asked = self.data.get("sort", "") if self.data else ""
        if asked in SORTS and (asked != "relevance" or self.words):
            return asked
        return "relevance" if self.words else "updated"

    @property
    def page(self) -> int:
        """The page asked for."""
        text = self.data.get("page", "") if self.data else ""
        return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1

    @cached_property
    def chosen(self) -> dict[str, list[str]]:
        """Facets with the values chosen."""
        if not self.is_bound:
            return {}
        self.form.is_valid()
        return {name: self.form.cleaned_data[name] for name in self.filters if self.form.cleaned_data.get(name)}
