"""Which answers step 4 needs. Plain Python; axes of law.md 1.3."""

from collections.abc import Collection, Mapping

FIELDS = (
    "subject",
    "importance",
    "importance_item",
    "keeps_log",
    "risk_assessed_on",
    "sharing",
    "secrecy",
    "basis",
    "prohibited_declared",
    "access",
    "for_state",
    "for_firms",
    "for_persons",
    "limit_reason",
    "limit_text",
    "layer",
    "domain",
    "may_leave_vietnam",
    "storage_place",
    "security_level",
    "retention",
    "people_described",
    "processing_basis",
    "impact_file",
    "citizen_count",
    "is_published",
    "publication_proof",
    "deid_method",
    "deid_fields",
    "deid_test",
    "deid_group",
    "deid_assessor",
    "deid_on",
    "deid_key_kept",
)
TAKERS = ("for_state", "for_firms", "for_persons")
CLOSED = ("SHARED", "INTERNAL")
PERSONAL = ("PERSONAL_BASIC", "PERSONAL_SENSITIVE")
DEIDENTIFICATION = ("deid_method", "deid_fields", "deid_test", "deid_group", "deid_assessor", "deid_on")


def missing(values: Mapping, *, is_state: bool) -> list[str]:
    """Names of the answers step 4 still needs; only questions that apply count."""
    needed = ["subject", "importance", "secrecy", "access", *TAKERS]
    if is_state:
        needed += ["sharing", "basis", "layer", "domain"]  # DL 13; Q2439
    if is_limited(values):
        needed.append("limit_reason")
    if values.get("importance") not in ("", None, "OTHER"):
        needed.append("importance_item")
    if values.get("subject") == "DEIDENTIFIED":
        needed += DEIDENTIFICATION
    empty = [name for name in needed if not values.get(name)]
    return empty + _about_people(values)


def contradicting(values: Mapping) -> list[str]:
    """Names of the answers about access that the sharing nature forbids: only open data may be downloaded by anyone."""
    is_closed = values.get("sharing") in CLOSED
    return ["access"] if is_closed and values.get("access") == "anyone" else []


def lost(before: Mapping, after: Mapping, *, emptied: Collection[str] = ()) -> list[str]:
    """Names of the answers a saved page took away besides those it emptied itself."""
    return [name for name in FIELDS if before.get(name) and not after.get(name) and name not in emptied]


def is_limited(values: Mapping) -> bool:
    """Whether some kind of taker may not have the data, or only on conditions; that has a reason (product.md 1)."""
    return any(values.get(name) in ("no", "conditional") for name in TAKERS)


def _about_people(values: Mapping) -> list[str]:
    if values.get("subject") in ("", None, "NON_PERSONAL"):
        return []
    needed = ["people_described", "processing_basis"]
    if values.get("subject") in PERSONAL:
        needed.append("impact_file")  # Law 91/2025, Art. 21
    lacking = [name for name in needed if not values.get(name)]
    return lacking if values.get("citizen_count") is not None else [*lacking, "citizen_count"]
