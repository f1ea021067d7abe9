"""The rules of a trade as tables: one change to lawful facts, one finding."""

import copy
import datetime as dt
import json

import pytest

from exchange.rules.engine import Parameters, evaluate
from exchange.rules.findings import Verdict
from transactions.compliance.rules import OFFER_WORDS, RULES, STAGE

DAY = dt.date(2026, 11, 20)
LAWFUL = {
    "day": "2026-11-20",
    "buyer": {
        "pk": "1",
        "role": "buyer",
        "kind": "enterprise",
        "is_active": True,
        "is_foreign": False,
        "group": "",
        "has_service_contract": True,
    },
    "seller": {
        "pk": "2",
        "role": "seller",
        "kind": "agency",
        "is_active": True,
        "is_foreign": False,
        "group": "",
        "has_service_contract": True,
    },
    "class": {
        "importance": "OTHER",
        "subject": "NON_PERSONAL",
        "secrecy": "NONE",
        "prohibited_declared": True,
        "lawful_declared": True,
        "was_moderated": True,
    },
    "request": {"purpose": "research", "territory": "VN", "storage_place": "VN", "described": True},
    "terms": {"purposes": ["research"], "territories": ["VN"], "may_leave_vietnam": False},
    "offer": {"price_kind": "one_off", "price": 100, "vat_treatment": "VAT10", "answered": sorted(OFFER_WORDS)},
    "content": {"approved": "a", "ordered": "a", "listed": "a", "now": "a", "record": "b", "recomputed": "b"},
    "shares": {
        "is_shared": True,
        "sum": 10_000,
        "approved": True,
        "obstacles": [],
        "owners": [{"pk": "2", "group": ""}, {"pk": "3", "group": "G3"}],
    },
    "scope": {
        "territory_covered": True,
        "storage_covered": True,
        "territory_abroad": False,
        "storage_abroad": False,
        "exclusive_overlap": "",
        "vat_in_force": True,
        "unreasoned_refusals": 0,
    },
}
VALUES = {
    "core_policy": "block",
    "important_policy": "hold",
    "important_xb": "block",
    "related_party_policy": "hold",
    "service_contract_required": True,
    "offer_required": list(OFFER_WORDS),
}


def with_facts(changes: dict) -> dict:
    facts = copy.deepcopy(LAWFUL)
    for path, value in changes.items():
        group, name = path.split(".")
        facts[group][name] = value
    return facts


def findings(changes: dict, **values) -> dict[str, str]:
    """Verdicts that are not PASS, by rule."""
    parameters = Parameters(day=DAY, values=VALUES | values)
    made = evaluate(RULES, with_facts(changes), parameters, stage=STAGE)
    return {finding.rule: str(finding.verdict) for finding in made if finding.verdict != Verdict.PASS}


def test_a_lawful_trade_passes_every_rule():
    made = evaluate(RULES, LAWFUL, Parameters(day=DAY, values=VALUES), stage=STAGE)

    assert {finding.verdict for finding in made} == {Verdict.PASS}
    assert [finding.rule for finding in made] == [
        *("R8", "R15", "R23", "R26", "R27", "R28", "R31", "R47", "R48", "R49", "R50", "R51", "R54", "R57"),
        *("R59", "R66", "R67", "R68", "R87", "R88", "R101", "R102"),
    ]
    assert all(finding.article and finding.text for finding in made)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"buyer.is_active": False}, {"R8": "BLOCK"}),
        ({"seller.is_active": False}, {"R8": "BLOCK"}),
        ({"class.secrecy": "STATE_SECRET"}, {"R15": "BLOCK"}),
        ({"class.secrecy": ""}, {"R15": "BLOCK"}),
        ({"class.subject": "PERSONAL_BASIC"}, {"R23": "BLOCK"}),
        ({"class.subject": "PERSONAL_SENSITIVE"}, {"R23": "BLOCK"}),
        ({"class.subject": ""}, {"R23": "BLOCK"}),
        ({"class.subject": "DEIDENTIFIED"}, {}),
        ({"class.importance": "CORE"}, {"R26": "BLOCK"}),
        ({"class.importance": "IMPORTANT"}, {"R27": "HOLD"}),
        ({"class.prohibited_declared": False}, {"R28": "BLOCK"}),
        ({"class.was_moderated": False}, {"R28": "BLOCK"}),
        ({"offer.answered": ["price"]}, {"R31": "BLOCK"}),
        ({"request.described": False}, {"R47": "BLOCK"}),
        ({"request.purpose": "journalism"}, {"R48": "BLOCK"}),
        ({"scope.territory_covered": False}, {"R49": "BLOCK"}),
        ({"scope.storage_covered": False}, {"R49": "BLOCK"}),
        ({"scope.storage_abroad": True, "terms.may_leave_vietnam": False}, {"R49": "BLOCK", "R66": "HOLD"}),
        ({"scope.storage_abroad": True, "terms.may_leave_vietnam": True}, {"R66": "HOLD"}),
        ({"scope.exclusive_overlap": "SDL2026000001X"}, {"R50": "BLOCK"}),
        ({"buyer.pk": "2"}, {"R51": "BLOCK"}),
        ({"buyer.group": "g1", "seller.group": "g1"}, {"R51": "HOLD"}),
        ({"buyer.group": "g1", "seller.group": "g2"}, {}),
        ({"buyer.pk": "3"}, {"R51": "BLOCK"}),
        ({"buyer.group": "G3"}, {"R51": "HOLD"}),
        ({"content.now": "c"}, {"R54": "BLOCK"}),
        ({"content.listed": "c"}, {"R54": "BLOCK"}),
        ({"content.ordered": "c"}, {"R54": "BLOCK"}),
        ({"content.recomputed": "c"}, {"R54": "BLOCK"}),
        (
            {"content.approved": "", "content.ordered": "", "content.listed": "", "content.now": ""},
            {"R54": "BLOCK"},
        ),
        ({"scope.vat_in_force": False}, {"R57": "BLOCK"}),
        ({"scope.vat_in_force": False, "offer.price_kind": "free"}, {}),
        ({"shares.sum": 9_999}, {"R59": "BLOCK"}),
        ({"shares.approved": False}, {"R59": "BLOCK"}),
        ({"shares.obstacles": ["suspended"]}, {"R59": "HOLD"}),
        ({"shares.is_shared": False, "shares.sum": 0, "shares.approved": False}, {}),
        ({"buyer.is_foreign": True}, {"R66": "HOLD"}),
        ({"scope.territory_abroad": True}, {"R66": "HOLD"}),
        ({"buyer.is_foreign": True, "class.importance": "CORE"}, {"R26": "BLOCK", "R66": "HOLD", "R67": "BLOCK"}),
        ({"buyer.is_foreign": True, "class.importance": "IMPORTANT"}, {"R27": "HOLD", "R66": "HOLD", "R68": "BLOCK"}),
        ({"buyer.kind": "person"}, {}),
        ({"buyer.kind": "person", "buyer.role": "intermediary"}, {"R87": "BLOCK"}),
        ({"seller.has_service_contract": False}, {"R88": "BLOCK"}),
        ({"buyer.has_service_contract": False}, {"R88": "BLOCK"}),
        ({"class.lawful_declared": False}, {"R101": "BLOCK"}),
        ({"scope.unreasoned_refusals": 1}, {"R102": "BLOCK"}),
    ],
)
def test_one_change_of_lawful_facts(changes, expected):
    assert findings(changes) == expected


@pytest.mark.parametrize(
    ("changes", "values", "expected"),
    [
        ({"class.importance": "CORE"}, {"core_policy": "hold"}, {"R26": "HOLD"}),
        ({"class.importance": "IMPORTANT"}, {"important_policy": "block"}, {"R27": "BLOCK"}),
        ({"buyer.group": "g", "seller.group": "g"}, {"related_party_policy": "warn"}, {"R51": "WARN"}),
        ({"buyer.group": "g", "seller.group": "g"}, {"related_party_policy": "block"}, {"R51": "BLOCK"}),
        ({"seller.has_service_contract": False}, {"service_contract_required": False}, {}),
        ({"offer.answered": ["price"]}, {"offer_required": ["price"]}, {}),
        (
            {"buyer.is_foreign": True, "class.importance": "IMPORTANT"},
            {"important_xb": "hold"},
            {"R27": "HOLD", "R66": "HOLD", "R68": "HOLD"},
        ),
    ],
)
def test_what_the_regulator_sets_changes_the_verdict(changes, values, expected):
    assert findings(changes, **values) == expected


def test_missing_answers_are_named():
    facts = with_facts({"offer.answered": sorted(set(OFFER_WORDS) - {"ip", "price"})})
    made = evaluate(RULES, facts, Parameters(day=DAY, values=VALUES), stage=STAGE)

    sentence = next(finding for finding in made if finding.rule == "R31").as_dict()

    assert [word["text"] for word in sentence["params"]["missing"]] == ["price", "intellectual property"]


def test_findings_name_the_answers_that_mend_them():
    made = evaluate(
        RULES, with_facts({"scope.storage_covered": False}), Parameters(day=DAY, values=VALUES), stage=STAGE
    )

    assert next(finding for finding in made if finding.rule == "R49").fields == ("storage_place",)


def test_findings_can_be_stored():
    facts = with_facts({"request.purpose": "journalism", "scope.vat_in_force": False})
    made = evaluate(RULES, facts, Parameters(day=DAY, values=VALUES), stage=STAGE)

    assert json.loads(json.dumps([finding.as_dict() for finding in made]))
