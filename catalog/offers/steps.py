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


def missing(values: Mapping, *, is_open_licence: bool, access: str = "") -> list[str]:
    """Names of the answers an offer still needs, or that `access` to the data, answered later, made impossible."""
    needed = ["price_kind", "licence", "purposes", "territories", "onward_transfer", "derivation"]
    if values.get("price_kind") == "one_off":
        needed += ["price", "vat_treatment"]
    if not is_open_licence:
        needed.append("term_months")
    return [name for name in needed if not values.get(name)] + contradicting(values, access=access)


def contradicting(values: Mapping, *, access: str) -> list[str]:
    """Names of answers that do not go with the access: a price on what anyone downloads, everybody for named ones."""
    is_impossible = {
        "price_kind": access == "anyone" and values.get("price_kind") == "one_off",
        "audience": access == "named" and values.get("audience") == "public",
    }
    return [name for name, wrong in is_impossible.items() if wrong]
