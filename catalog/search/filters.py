"""What may be asked of the catalogue; an unknown value is passed over, never an error."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from catalog.search import facets
from exchange.common.vietnamese import clean

SORTS = {
    "relevance": _("Best match"),
    "updated": _("Lately updated"),
    "newest": _("Lately registered"),
    "quality": _("Highest quality"),
    "price": _("Lowest price"),
    "title": _("Title A–Z"),
}


class CatalogueFilter:
    """Query, facets and order of the catalogue, as they stand in the address."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    @cached_property
    def words(self) -> str:
        """What was typed into the search box."""
        return clean(self.data.get("q", ""))[:200]

    @property
    def sort(self) -> str:
        """The order asked for; best match with a query, else what was updated lately."""
        asked = self.data.get("sort", "")
        if asked in SORTS and (asked != "relevance" or self.words):
            return asked
        return "relevance" if self.words else "updated"

    @property
    def page(self) -> int:
        """The page asked for."""
        text = self.data.get("page", "")
        return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1

    @cached_property
    def chosen(self) -> dict[str, list[str]]:
        """Facets with the values chosen: those the facet knows, each once."""
        asked = {facet.name: self._values(facet.name) for facet in facets.FACETS if facet.name in self.data}
        known = {name: [one for one in values if facets.is_known(name, one)] for name, values in asked.items()}
        return {name: values for name, values in known.items() if values}

    def _values(self, name: str) -> list[str]:
        values = self.data.getlist(name) if isinstance(self.data, MultiValueDict) else self.data[name]
        return list(dict.fromkeys(values))
