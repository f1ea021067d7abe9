"""Which answers step 4 needs. Plain Python; axes of law.md 1.3."""

from collections.abc import Mapping

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
    "layer",
    "domain",
    "may_leave_vietnam",
    "storage_place",
    "security_level",
    "retention",
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
DEIDENTIFICATION = ("deid_method", "deid_fields", "deid_test", "deid_group", "deid_assessor", "deid_on")


def missing(values: Mapping, *, is_state: bool) -> list[str]:
    """Names of the answers step 4 still needs; only questions that apply count."""
    needed = ["subject", "importance", "secrecy", "access"]
    if is_state:
        needed += ["sharing", "basis", "layer"]  # DL 13; Q2439
    if values.get("importance") not in ("", None, "OTHER"):
        needed.append("importance_item")
    if values.get("subject") == "DEIDENTIFIED":
        needed += DEIDENTIFICATION
    empty = [name for name in needed if not values.get(name)]
    if values.get("subject") not in ("", None, "NON_PERSONAL") and values.get("citizen_count") is None:
        empty.append("citizen_count")
    return empty
