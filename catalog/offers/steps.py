"""Which answers step 6 needs: the sell-offer fields of N314 8.2. Plain Python."""

from collections.abc import Mapping

PRICE_FIELDS = (
    "price_kind",
    "price",
    "vat_treatment",
    "price_method",
    "price_basis",
    "finance_opinion",
    "is_shared",
    "audience",
)
TERM_FIELDS = (
    "licence",
    "purposes",
    "territories",
    "term_months",
    "is_exclusive",
    "onward_transfer",
    "derivation",
    "machine_learning",
    "attribution",
    "max_users",
    "delete_within_days",
    "ip_restrictions",
)
FIELDS = PRICE_FIELDS + TERM_FIELDS


def missing(values: Mapping, *, is_open_licence: bool) -> list[str]:
    """Names of the answers an offer still needs."""
    needed = ["price_kind", "licence", "purposes", "territories", "onward_transfer", "derivation"]
    if values.get("price_kind") == "one_off":
        needed += ["price", "vat_treatment"]
    if not is_open_licence:
        needed.append("term_months")
    return [name for name in needed if not values.get(name)]
