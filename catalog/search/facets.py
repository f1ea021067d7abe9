"""The facets of the catalogue: which column each counts, how its values are named. Plain data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.classification.models import Importance, Sharing
from catalog.offers.models import PriceKind
from exchange.codes import selectors as codes

NO_OFFER = "none"
SHOWN = 8


@dataclass(frozen=True)
class Facet:
    """A facet: name in the address, heading, column of the entry, and whether it is unfolded."""

    name: str
    label: str | Promise
    column: str
    is_list: bool = False
    is_open: bool = True

    @property
    def flag(self) -> str:
        """Name of the column that tells whether a hit passes this facet's filter."""
        return f"passes_{self.name}"


FACETS = (
    Facet("theme", _("Theme"), "theme"),
    Facet("publisher", _("Publisher"), "owner_id"),
    Facet("sharing", _("Sharing nature"), "sharing"),
    Facet("importance", _("Importance"), "importance", is_open=False),
    Facet("price", _("Price"), "price_kind"),
    Facet("format", _("Format"), "formats", is_list=True, is_open=False),
    Facet("frequency", _("Update frequency"), "frequency", is_open=False),
    Facet("province", _("Province"), "province", is_open=False),
)
FIXED: dict[str, list[tuple[str, object]]] = {
    "sharing": [(one.value, one.label) for one in Sharing],
    "importance": [(one.value, one.label) for one in Importance],
    "price": [*((one.value, one.label) for one in PriceKind), (NO_OFFER, _("Registered, not for trade"))],
}
BY_NAME = {facet.name: facet for facet in FACETS}


def listed(name: str) -> Iterable[tuple[str, object]]:
    """Values a facet can take in the order of their list, each with what is its label in words; publishers are not."""
    if name in {"theme", "frequency", "format"}:
        return [(row.code, row) for row in codes.codes(name)]
    if name == "province":
        return [(province.code, province) for province in codes.provinces()]
    return FIXED.get(name, ())


def is_known(name: str, value: str) -> bool:
    """Whether a facet has the value; a publisher is a key: digits only, and not more than a key has."""
    if name == "publisher":
        return value.isascii() and value.isdigit() and len(value) < 19
    return any(value == code for code, _label in listed(name))


def condition(name: str, values: list[Any]) -> Q:
    """What an entry must fulfil to have one of the values."""
    facet = BY_NAME[name]
    return Q(**{f"{facet.column}__{'overlap' if facet.is_list else 'in'}": values})
