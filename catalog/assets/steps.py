"""Which answers each step of a registration needs. Plain Python; law of each field: product.md section 1."""

from collections.abc import Mapping

WHAT, FILE, ORIGIN, CLASS, QUALITY = 1, 2, 3, 4, 5
REGISTRATION_STEPS = (WHAT, FILE, ORIGIN, CLASS, QUALITY)
FIELDS: dict[int, tuple[str, ...]] = {
    WHAT: (
        "title_vi",
        "title_en",
        "summary_vi",
        "summary_en",
        "kind",
        "theme",
        "keywords",
        "other_names",
        "description_vi",
        "description_en",
        "publisher",
        "province",
        "system_of_record",
        "source_id",
        "is_core_dataset",
        "master_entity",
        "steward_name",
        "contact_mailbox",
    ),
    ORIGIN: (
        "origin",
        "how_obtained",
        "legal_basis",
        "parents",
        "method",
        "inputs_permit_resale",
        "right_hold",
        "right_use",
        "right_operate",
        "third_party_rights",
        "ip_notes",
    ),
}
MIN_KEYWORDS = 3


def missing(step: int, values: Mapping, *, is_state: bool) -> list[str]:
    """Names of the answers a step still needs before it counts as done."""
    needed = {WHAT: _what, ORIGIN: _origin}[step](values, is_state)
    return [name for name in needed if not values.get(name)]


def _what(values: Mapping, is_state: bool) -> list[str]:
    needed = ["title_vi", "summary_vi", "kind", "theme", "description_vi", "steward_name"]
    if len(values.get("keywords") or []) < MIN_KEYWORDS:
        return [*needed, "keywords_enough"]
    return [*needed, "master_entity"] if values.get("is_core_dataset") else needed


def _origin(values: Mapping, is_state: bool) -> list[str]:
    needed = ["origin", "how_obtained", "right_hold"]
    if is_state:
        needed.append("legal_basis")  # required of State bodies at registration, of others at listing
    if values.get("origin") == "DERIVED":
        needed += ["parents", "method"]  # N314 7.7
    return needed
