"""The licence as an ODRL 2.2 policy in JSON-LD, from the same machine terms as the legal text. Plain Python.

Words of the W3C vocabulary are used wherever one exists; purposes, territories and the few actions the vocabulary
lacks are names of the exchange's own profile.
"""

from collections.abc import Mapping

CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
PROFILE = "urn:vn-data-exchange:odrl:1"
Rule = dict[str, object]


def policy(terms: Mapping, *, uid: str, target: str, assigner: str, assignee: str | None = None) -> dict:
    """An Offer to everyone, or an Agreement with one assignee (ODRL Information Model 2.2, sections 2.1.1-2.1.3)."""
    parties: Rule = {"assigner": assigner}
    if assignee:
        parties["assignee"] = assignee
    return {
        "@context": CONTEXT,
        "@type": "Agreement" if assignee else "Offer",
        "uid": uid,
        "profile": PROFILE,
        **parties,
        "target": target,
        "permission": _permissions(terms),
        "prohibition": _prohibitions(terms),
        "obligation": _obligations(terms),
    }


def term(kind: str, name: str) -> str:
    """The name of a code or an action in the exchange's profile."""
    return f"urn:vn-data-exchange:{kind}:{name}"


def _constraint(left: str, operator: str, right: object) -> Rule:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _iris(kind: str, codes: list[str]) -> list[Rule]:
    return [{"@id": term(kind, code)} for code in codes]


def _limits(terms: Mapping) -> list[Rule]:
    """Constraints on every permission: purpose, place, time, number of people."""
    limits = [
        _constraint("purpose", "isAnyOf", _iris("purpose", terms["purposes"])),
        _constraint("spatial", "isAnyOf", _iris("territory", terms["territories"])),
    ]
    if terms["term_months"] is not None:
        duration = {"@value": f"P{terms['term_months']}M", "@type": "xsd:duration"}
        limits.append(_constraint("elapsedTime", "lteq", duration))
    if terms["max_users"]:
        limits.append(_constraint(term("operand", "users"), "lteq", terms["max_users"]))
    return limits


def _permissions(terms: Mapping) -> list[Rule]:
    limits = _limits(terms)
    actions = ["use"]
    if terms["derivation"] != "none":
        actions.append("derive")
    if terms["derivation"] in ("product", "free"):
        actions.append(term("action", "sell-derived"))
    if terms["machine_learning"]:
        actions.append(term("action", "train-model"))
    granted: list[Rule] = [{"action": action, "constraint": limits} for action in actions]
    if terms["onward_transfer"] == "free":
        granted.append({"action": "distribute", "constraint": limits})
    if terms["onward_transfer"] == "group":
        group = _constraint("recipient", "isPartOf", {"@id": term("party", "group-of-assignee")})
        granted.append({"action": "distribute", "constraint": [*limits, group]})
    if terms["onward_transfer"] == "consent":
        granted.append({"action": "distribute", "constraint": limits, "duty": [{"action": "obtainConsent"}]})
    return granted


def _prohibitions(terms: Mapping) -> list[Rule]:
    banned = [term("action", "re-identify")]
    if terms["onward_transfer"] == "none":
        banned += ["distribute", "sell"]
    if terms["derivation"] == "none":
        banned.append("derive")
    if terms["derivation"] == "internal":
        banned.append(term("action", "sell-derived"))
    if not terms["machine_learning"]:
        banned.append(term("action", "train-model"))
    if not terms["may_leave_vietnam"]:
        banned.append(term("action", "transfer-abroad"))
    return [{"action": action} for action in banned]


def _obligations(terms: Mapping) -> list[Rule]:
    duties: list[Rule] = []
    if terms["attribution"]:
        notice = _constraint(term("operand", "notice"), "eq", terms["attribution"])
        duties.append({"action": "attribute", "constraint": [notice]})
    within = {"@value": "PT72H", "@type": "xsd:duration"}
    duties.append({"action": "inform", "constraint": [_constraint("timeInterval", "lteq", within)]})
    if terms["term_months"] is not None:
        days = {"@value": f"P{terms['delete_within_days']}D", "@type": "xsd:duration"}
        duties.append({"action": "delete", "constraint": [_constraint("delayPeriod", "lteq", days)]})
    duties.append({"action": term("action", "keep-log")})
    return duties
