"""What may be asked of the catalogue; an unknown value is passed over, never an error."""

from collections.abc import Sequence
from copy import deepcopy
from functools import cached_property, lru_cache
from typing import Any

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


class FacetValues(forms.MultipleChoiceField):
    """Values of a facet; what the facet does not know is passed over, and nothing is demanded."""

    def __init__(self, *, facet: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.facet = facet

    def to_python(self, value: Sequence[str] | None) -> list[str]:
        """Known values, each once."""
        return [text for text in dict.fromkeys(super().to_python(value)) if facets.is_known(self.facet, text)]

    def validate(self, value: list[str]) -> None:
        """What is unknown is gone already."""


class FacetFilter(django_filters.MultipleChoiceFilter):
    """Any of several values of a facet."""

    field_class = FacetValues


def _facet(name: str) -> FacetFilter:
    return FacetFilter(field_name=name, facet=name, label=facets.BY_NAME[name].label)


class CatalogueFilter(django_filters.FilterSet):
    """Query, facets and order of the catalogue, as they stand in the address."""

    theme = _facet("theme")
    publisher = _facet("publisher")
    sharing = _facet("sharing")
    importance = _facet("importance")
    price = _facet("price")
    format = _facet("format")
    frequency = _facet("frequency")
    province = _facet("province")

    class Meta:
        model = CatalogueEntry
        fields: list[str] = []

    def get_form_class(self) -> type[forms.Form]:
        """A form with the facets the address names: a field nobody asked for costs more than the search."""
        return _form_class(tuple(name for name in self.filters if name in self.data))

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
        return {name: values for name, values in self.form.cleaned_data.items() if values}


@lru_cache(maxsize=2**8)
def _form_class(names: tuple[str, ...]) -> type[forms.Form]:
    """The form with these facets, made once in a process."""
    filters = deepcopy(CatalogueFilter.base_filters)  # a filter keeps its field: those copied for each page stay light
    fields = {name: filters[name].field for name in names}
    return type("CatalogueForm", (CatalogueFilter._meta.form,), fields)
