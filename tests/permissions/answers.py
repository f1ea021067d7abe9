"""What is posted: one set of answers that most forms understand, with the record's own version."""

from typing import Any

from tests.factories.accounts import PASSWORD
from tests.factories.transactions import USE
from tests.permissions.world import World

TEXT = "Lý do đủ dài để người đọc hiểu."
COMMON = {
    "reason_code": "other",
    "reason_text": TEXT,
    "text": TEXT,
    "declared": "on",
    "purpose": "research",
    "territory": "VN",
    "storage_place": "VN",
    "use_description": USE,
    "idempotency_key": "permissions",
    "password": PASSWORD,
    "full_name": "Người dùng mới",
    "language": "vi",
    "shown": "no",
}
REASONS = {
    "order-decline": "cannot_supply",
    "order-withdraw": "no_longer_needed",
    "register-offer": "seller_decision",
    "dispute-open": "content_differs",
    "dispute-withdraw": "settled_directly",
    "dispute-appeal": "facts_wrong",
}
DECISIONS = {  # object -> panel, decision, reason, fields
    "case.buyer": ("case", "return", "missing_document", ["papers"]),
    "revision.review": ("registration", "return", "unclear_description", ["title_vi"]),
    "listing.listed": ("listing", "suspend", "other", []),
    "trade.requested": ("hold", "hold", "", []),
    "complaint.mediation": ("dispute", "propose", "claim_partly_founded", []),
    "trade.legality": ("legality", "return", "purpose_unclear", ["purpose"]),
}
ACTS = {
    "suspend": {"suspend-reason_code": "other", "suspend-text": TEXT},
    "match": {"match-note": TEXT},
    "refund": {"refund-note": TEXT},
    "appoint": {"appoint-role": "supervisor"},
    "reset-factor": {"reset-factor-proof": TEXT},
}


def answers(world: World, route: str, name: str) -> dict[str, Any]:
    """The body for a route about a named object."""
    row = world.records.get(name)
    noun = route.rpartition(":")[2]
    body: dict[str, Any] = COMMON | {"version": getattr(row, "version", 1)}
    if noun in REASONS:
        body["reason_code"] = REASONS[noun]
    if name in DECISIONS:
        key, decision, reason, fields = DECISIONS[name]
        body |= {"key": key, "decision": decision, f"reason_code.{decision}": reason, f"fields.{decision}": fields}
    code = world.objects.get(name, {}).get("code", "")
    version = {f"{code}-version": getattr(row, "version", 1)} if code else {}
    return body | version | ACTS.get(code, {}) | world.answers.get(noun, {}) | world.answers.get(name, {})
