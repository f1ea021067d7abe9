"""Rules of a trade (domain rules 5.3-5.5): facts and dated parameters in, one outcome a rule out. Plain Python.

None means the rule holds. Ids are stable; messages are those of the rule book.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from catalog.classification.rules import no_state_secret, not_core, not_important, not_personal
from catalog.offers.shares import WHOLE
from exchange.rules.engine import Facts, Outcome, Parameters, Rule, block, hold, switched
from exchange.rules.findings import Term

STAGE = "ORD"
RULESET = "trade-2026.11"

N314_4_2 = gettext_noop("Decree 314/2026, Art. 4.2")
N314_4_3 = gettext_noop("Law on Data, Art. 42.3; Decree 314/2026, Art. 4.3")
N314_4_6 = gettext_noop("Decree 314/2026, Art. 4.6; Law on Personal Data Protection, Art. 7.6")
DL_42_3 = gettext_noop("Law on Data, Art. 42.3")
DL_CORE = gettext_noop("Law on Data, Arts. 25-27 and 42.3(a)")
DL_IMPORTANT = gettext_noop("Law on Data, Art. 13; Decree 165/2025")
N314_8_1 = gettext_noop("Decree 314/2026, Art. 8.1")
N314_8_2 = gettext_noop("Decree 314/2026, Art. 8.2")
N314_8_2C = gettext_noop("Decree 314/2026, Art. 8.2(c)")
N314_7_8 = gettext_noop("Decree 314/2026, Art. 7.8")
N314_6_4 = gettext_noop("Decree 314/2026, Art. 6.4")
N314_3 = gettext_noop("Decree 314/2026, Arts. 3.1-3.5")
N314_5_2 = gettext_noop("Decree 314/2026, Arts. 5.2(đ) and 5.3(b)")
N314_8_4 = gettext_noop("Decree 314/2026, Art. 8.4")
N314_7_4 = gettext_noop("Decree 314/2026, Art. 7.4")
VAT_LAW = gettext_noop("Law on VAT 48/2024; Resolution 204/2025/QH15")
DL_23 = gettext_noop("Law on Data, Art. 23")
N165_12_5 = gettext_noop("Decree 165/2025, Art. 12.5; Decree 363/2026, Art. 19")
N165_12 = gettext_noop("Decree 165/2025, Art. 12")
OFFER_WORDS = {
    "legal_basis": _("legal basis"),
    "how_obtained": _("origin"),
    "description": _("description"),
    "dictionary": _("list of fields"),
    "price": _("price"),
    "term_months": _("term of use"),
    "purposes": _("permitted purposes"),
    "territories": _("territory"),
    "is_exclusive": _("exclusivity"),
    "onward_transfer": _("onward transfer"),
    "ip": _("intellectual property"),
}
REQUEST_WORDS = {
    "use_description": _("description of the use"),
    "purpose": _("purpose of use"),
    "territory": _("territory of use"),
}


def _r8(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["buyer"]["is_active"] and facts["seller"]["is_active"]:
        return None
    return block(_("The trading account is suspended or closed."))


def _r28(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["class"]["prohibited_declared"] and facts["class"]["was_moderated"]:
        return None
    return block(_("The data is barred from trading by Article 42 of the Law on Data."))


def _r31(facts: Facts, parameters: Parameters) -> Outcome | None:
    missing = [name for name in parameters.get("offer_required") if name not in facts["offer"]["answered"]]
    if not missing:
        return None
    return block(
        _("Mandatory sell-offer information missing: %(missing)s."),
        missing=[OFFER_WORDS.get(name, name) for name in missing],
    )


def _r47(facts: Facts, parameters: Parameters) -> Outcome | None:
    request = facts["request"]
    given = {"use_description": request["described"], "purpose": request["purpose"], "territory": request["territory"]}
    missing = [name for name, answer in given.items() if not answer]
    if not missing:
        return None
    return block(
        _("Buy offer lacks basic information: %(missing)s."),
        fields=missing,
        missing=[REQUEST_WORDS[name] for name in missing],
    )


def _r48(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["request"]["purpose"] in facts["terms"]["purposes"]:
        return None
    return block(
        _("The purpose is outside the licensed scope."),
        detail={"declared": Term("purpose", facts["request"]["purpose"])},
    )


def _r49(facts: Facts, parameters: Parameters) -> Outcome | None:
    wrong = []
    if not facts["scope"]["territory_covered"]:
        wrong.append("territory")
    abroad = facts["scope"]["storage_abroad"] and not facts["terms"]["may_leave_vietnam"]
    if not facts["scope"]["storage_covered"] or abroad:
        wrong.append("storage_place")
    if not wrong:
        return None
    return block(_("Territory not permitted."), fields=wrong)


def _r50(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not facts["scope"]["exclusive_overlap"]:
        return None
    return block(
        _("An exclusive right already covers this scope."), detail={"order": facts["scope"]["exclusive_overlap"]}
    )


def _r51(facts: Facts, parameters: Parameters) -> Outcome | None:
    buyer, seller = facts["buyer"], facts["seller"]
    owners = facts["shares"]["owners"]
    if buyer["pk"] in {seller["pk"], *(owner["pk"] for owner in owners)}:
        return block(_("An organisation cannot buy from itself."))
    if not buyer["group"] or buyer["group"] not in {seller["group"], *(owner["group"] for owner in owners)}:
        return None
    return switched(parameters, "related_party_policy")(_("Buyer and seller are related; review needed."))


def _r54(facts: Facts, parameters: Parameters) -> Outcome | None:
    content = facts["content"]
    hashes = {content[name] for name in ("approved", "ordered", "listed", "now")}
    if len(hashes) == 1 and "" not in hashes and content["record"] == content["recomputed"]:
        return None
    return block(_("Contract terms differ from the approved listing."), detail=dict(content))


def _r57(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["offer"]["price_kind"] == "free" or facts["scope"]["vat_in_force"]:
        return None
    treatment = Term("vat_treatment", facts["offer"]["vat_treatment"])
    return block(_("VAT rate not valid at the invoice date."), detail={"code": treatment})


def _r59(facts: Facts, parameters: Parameters) -> Outcome | None:
    shares = facts["shares"]
    if not shares["is_shared"]:
        return None
    if shares["sum"] != WHOLE or not shares["approved"]:
        return block(_("Revenue shares do not sum to 100 %% or no agreement."))
    if not shares["obstacles"]:
        return None
    return hold(
        _("An owner with a share of the revenue may not trade or has no registered account."),
        detail={"obstacles": shares["obstacles"]},
    )


def is_cross_border(facts: Facts) -> bool:
    """Whether data would leave Viet Nam: a foreign buyer, or use or storage abroad (Law on Data Art. 23)."""
    scope = facts["scope"]
    return facts["buyer"]["is_foreign"] or scope["storage_abroad"] or scope["territory_abroad"]


def _r66(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not is_cross_border(facts):
        return None
    return hold(_("The trade involves a cross-border transfer."), fields=["storage_place", "territory"])


def _r67(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not is_cross_border(facts) or facts["class"]["importance"] != "CORE":
        return None
    return block(_("No approval to transfer core data abroad."))


def _r68(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not is_cross_border(facts) or facts["class"]["importance"] != "IMPORTANT":
        return None
    return switched(parameters, "important_xb")(_("Impact assessment for important data not filed."))


def _r87(facts: Facts, parameters: Parameters) -> Outcome | None:
    for side, role in (("buyer", "buyer"), ("seller", "seller")):
        if facts[side]["kind"] == "person" and facts[side]["role"] != role:
            return block(_("A person may take part only as seller or buyer."))
    return None


def _r88(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not parameters.get("service_contract_required"):
        return None
    if facts["buyer"]["has_service_contract"] and facts["seller"]["has_service_contract"]:
        return None
    return block(_("No valid service contract with the exchange."))


def _r101(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["class"]["lawful_declared"]:
        return None
    return block(_("Accuracy and lawfulness not declared."))


def _r102(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not facts["scope"]["unreasoned_refusals"]:
        return None
    return block(_("A refusal to list must be reasoned."))


def _rule(rule_id: str, title: object, check, article: str, *fields: str) -> Rule:
    return Rule(id=rule_id, title=title, stages=(STAGE,), check=check, article=article, fields=fields)


RULES: tuple[Rule, ...] = (
    _rule("R8", _("Both trading accounts are active."), _r8, N314_7_8),
    _rule("R15", _("The data holds no State secret."), no_state_secret, N314_4_3),
    _rule("R23", _("The data is not personal data."), not_personal, N314_4_6),
    _rule("R26", _("The data is not core data."), not_core, DL_CORE),
    _rule("R27", _("The data is not on the list of important data."), not_important, DL_IMPORTANT),
    _rule("R28", _("The data is declared and checked to be outside the barred groups."), _r28, DL_42_3),
    _rule("R31", _("The sell offer holds all the information the law asks for."), _r31, N314_8_2),
    _rule("R47", _("The buyer stated purpose, territory and use."), _r47, N314_8_1, "use_description"),
    _rule("R48", _("The purpose is one the licence permits."), _r48, N314_8_2C, "purpose"),
    _rule(
        "R49", _("Use and storage lie in the territory of the licence."), _r49, N314_8_2C, "territory", "storage_place"
    ),
    _rule("R50", _("No exclusive right covers this scope."), _r50, N314_8_2C, "purpose", "territory"),
    _rule("R51", _("Buyer and seller are not related."), _r51, N314_4_2),
    _rule("R54", _("The terms are those of the approved listing."), _r54, N314_4_2),
    _rule("R57", _("The VAT treatment is in force."), _r57, VAT_LAW),
    _rule("R59", _("The revenue is shared as it was approved, and every owner may be paid."), _r59, N314_6_4),
    _rule("R66", _("No data leaves Viet Nam."), _r66, DL_23, "storage_place", "territory"),
    _rule("R67", _("No core data leaves Viet Nam without approval."), _r67, N165_12_5, "storage_place"),
    _rule("R68", _("No important data leaves Viet Nam without an assessment."), _r68, N165_12, "storage_place"),
    _rule("R87", _("A natural person takes part as seller or buyer only."), _r87, N314_3),
    _rule("R88", _("Both sides have a service contract with the exchange in force."), _r88, N314_5_2),
    _rule("R101", _("The seller declared accuracy and lawfulness."), _r101, N314_8_4),
    _rule("R102", _("Every refusal so far was numbered and reasoned."), _r102, N314_7_4),
)
