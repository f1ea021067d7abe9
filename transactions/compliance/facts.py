"""Facts of a trade for the rules. Plain Python: the frozen record, the two sides and the market of the day in."""

from collections.abc import Mapping
from typing import Any

Facts = dict[str, Any]


def facts_of(frozen: Mapping, *, sides: Mapping, market: Mapping) -> Facts:
    """What the rules of a trade may look at; every number, code and switch, no name and no free text (R9).

    `sides` says what buyer and seller are on the day of the check, `market` what else holds on that day:
    codes that cover others, the hash of the listing as it stands now, rights already granted.
    """
    return {
        "day": market["day"],
        "buyer": dict(sides["buyer"]),
        "seller": dict(sides["seller"]),
        "class": dict(frozen["class"]),
        "request": _request(frozen["request"]),
        "terms": _terms(frozen["terms"]),
        "offer": {**frozen["offer"], "answered": sorted(_answered(frozen))},
        "content": {
            "approved": frozen["content_hash"],
            "ordered": frozen["content_digest"],
            "listed": market["listed_hash"],
            "now": market["content_hash"],
            "record": market["snapshot_digest"],
            "recomputed": market["snapshot_recomputed"],
        },
        "shares": dict(market["shares"]),
        "scope": {name: market[name] for name in SCOPE},
    }


SCOPE = (
    "territory_covered",
    "storage_covered",
    "territory_abroad",
    "storage_abroad",
    "exclusive_overlap",
    "vat_in_force",
    "unreasoned_refusals",
)


def _request(request: Mapping) -> Facts:
    return {
        "purpose": request["purpose"],
        "territory": request["territory"],
        "storage_place": request["storage_place"],
        "described": bool(request["use_description"].strip()),
    }


def _terms(terms: Mapping) -> Facts:
    kept = ("purposes", "territories", "term_months", "is_exclusive", "onward_transfer", "derivation")
    return {name: terms[name] for name in kept} | {"may_leave_vietnam": terms["may_leave_vietnam"]}


def _answered(frozen: Mapping) -> set[str]:
    """Which parts of the sell offer the law asks for are answered in the frozen record (N314 8.2)."""
    metadata, terms, offer = frozen["metadata"], frozen["terms"], frozen["offer"]
    origin = metadata.get("origin", {})
    answers = {
        "legal_basis": origin.get("legal_basis"),
        "how_obtained": origin.get("how_obtained"),
        "description": metadata.get("description_vi") or metadata.get("summary_vi"),
        "dictionary": frozen["dictionary"],
        "price": offer["price_kind"] == "free" or offer["price"] > 0,
        "term_months": "term_months" in terms,
        "purposes": terms.get("purposes"),
        "territories": terms.get("territories"),
        "is_exclusive": "is_exclusive" in terms,
        "onward_transfer": terms.get("onward_transfer"),
        "ip": "ip_restrictions" in terms,
    }
    return {name for name, answer in answers.items() if answer}
