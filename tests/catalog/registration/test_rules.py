"""Every rule as a table: facts that hold, facts that do not, and what the rule then says."""

import copy
import datetime as dt

import pytest

from catalog.registration.asset_rules import months_later
from catalog.registration.rules import LISTING, REGISTRATION, RULES, applicable
from exchange.rules.engine import Parameters, Verdict, evaluate

PARAMETERS = {
    "core_policy": "block",
    "important_policy": "hold",
    "internal_listable": "hold",
    "open_data_charge": "warn",
    "importance_thresholds": {
        "basic": {"IMPORTANT": 100_000, "CORE": 1_000_000},
        "sensitive": {"IMPORTANT": 10_000, "CORE": 100_000},
    },
    "finance_threshold": 10_000,
    "risk_file_months": 12,
    "dictionary_required": ["name", "type", "label_vi"],
    "pii_rate": 0.05,
    "pii_patterns": ["person_name", "phone", "email", "personal_id"],
    "deid_validity": 24,
    "deid_min_k": 5,
    "formats_allowed": ["CSV", "XLSX"],
    "dqi_red": 75,
    "dqi_key": 100,
    "offer_required": ["legal_basis", "price", "purposes"],
    "material_fields": ["file", "price"],
    "state_original_charge": "hold",
    "service_contract_required": True,
}
COLUMN = {
    "name": "do_man",
    "filled": ["name", "type", "label_vi"],
    "is_personal": False,
    "suspected": "",
    "share": 0.0,
    "explained": False,
    "is_key": False,
    "nulls": 0,
}
GOOD = {
    "day": "2026-11-21",
    "owner": {"kind": "enterprise", "is_state": False, "is_active": True, "has_service_contract": True},
    "class": {
        "is_answered": True,
        "sharing": "OPEN",
        "importance": "OTHER",
        "importance_item": "",
        "subject": "NON_PERSONAL",
        "secrecy": "NONE",
        "prohibited_declared": True,
        "access": "account",
        "citizen_count": None,
        "is_published": False,
        "has_publication_proof": False,
        "deid_group": 12,
        "deid_key_kept": False,
        "deid_missing": [],
        "deid_on": "2026-01-10",
        "keeps_log": True,
        "risk_assessed_on": "2026-02-01",
        "may_leave_vietnam": False,
    },
    "origin": {
        "origin": "ORIGINAL",
        "how_obtained": "own_operation",
        "inputs_permit_resale": True,
        "right_hold": True,
        "right_use": True,
        "right_operate": True,
        "has_legal_basis": True,
        "has_parents": True,
        "has_method": True,
        "has_third_parties": False,
    },
    "master": {"is_core": False, "entity": False, "elsewhere": ""},
    "shares": {"is_shared": True, "others": 1, "sum": 10_000, "least": 3_333, "agreement": True, "obstacles": []},
    "file": {"present": True, "format": "CSV", "rows": 100, "sha256": "0" * 64, "confirmed": True},
    "columns": [COLUMN],
    "quality": {
        "frequency": "daily",
        "last_updated": "2026-11-01",
        "limitations": True,
        "declared": 6,
        "measured": {},
        "measured_on": None,
    },
    "evidence": {"origin": 1, "deid": 1, "consent": 0, "contract": 0},
    "ready": {"contact_mailbox": True, "right_operate": True},
    "described": True,
    "offer": {
        "price_kind": "one_off",
        "price": 1_000_000,
        "has_basis": True,
        "has_opinion": True,
        "is_open_licence": False,
        "audience": "public",
        "answered": ["legal_basis", "price", "purposes"],
        "changes": None,
    },
    "sending": {"declared": True},
}
STATE = {"owner.is_state": True}
DERIVED = {"origin.origin": "DERIVED"}
DEID = {"class.subject": "DEIDENTIFIED"}
PHONE = COLUMN | {"suspected": "phone", "share": 0.9}
KEY = COLUMN | {"is_key": True, "nulls": 1}

# rule, stage, changes of the good facts, verdict, fields or None for the rule's own
TABLE = [
    ("R8", REGISTRATION, {}, "PASS", None),
    ("R8", REGISTRATION, {"owner.is_active": False}, "BLOCK", ["organisation"]),
    ("R11", REGISTRATION, STATE, "PASS", None),
    ("R11", REGISTRATION, STATE | {"class.sharing": ""}, "BLOCK", ["sharing"]),
    ("R11", REGISTRATION, {"class.sharing": ""}, None, None),
    ("R12", REGISTRATION, {}, "PASS", None),
    ("R12", REGISTRATION, {"class.importance": ""}, "BLOCK", ["importance"]),
    ("R12", REGISTRATION, {"class.is_answered": False}, "BLOCK", ["importance"]),
    ("R13", REGISTRATION, {}, None, None),
    ("R13", REGISTRATION, {"class.importance": "CORE"}, "BLOCK", ["importance_item"]),
    ("R13", REGISTRATION, {"class.importance": "CORE", "class.importance_item": "I.25"}, "PASS", None),
    ("R15", REGISTRATION, {"class.secrecy": "STATE_SECRET"}, "BLOCK", ["secrecy"]),
    ("R15", REGISTRATION, {"class.secrecy": ""}, "BLOCK", ["secrecy"]),
    ("R16", LISTING, STATE | {"class.sharing": "INTERNAL"}, "HOLD", ["sharing"]),
    ("R16", LISTING, STATE | {"class.sharing": "SHARED"}, "PASS", None),
    ("R16", LISTING, {}, None, None),
    ("R17", LISTING, STATE, "WARN", ["price_kind"]),
    ("R17", LISTING, STATE | {"offer.price": 0}, "PASS", None),
    ("R17", LISTING, STATE | DERIVED, "PASS", None),
    ("R18", REGISTRATION, {"master.is_core": True, "master.elsewhere": "D-2026-000001"}, "BLOCK", ["master_entity"]),
    ("R18", REGISTRATION, {"master.is_core": True}, "PASS", None),
    ("R18", REGISTRATION, {}, None, None),
    ("R19", REGISTRATION, {"columns": [COLUMN | {"filled": ["name", "type"]}]}, "BLOCK", ["dictionary"]),
    ("R19", REGISTRATION, {"file.confirmed": False}, "BLOCK", ["upload"]),
    ("R20", REGISTRATION, {"columns": [COLUMN | {"is_personal": True}]}, "BLOCK", ["subject", "dictionary"]),
    ("R20", REGISTRATION, DEID | {"columns": [COLUMN | {"is_personal": True}]}, "PASS", None),
    ("R21", REGISTRATION, {"columns": [PHONE]}, "HOLD", ["dictionary", "subject"]),
    ("R21", REGISTRATION, {"columns": [PHONE | {"explained": True}]}, "WARN", ["dictionary", "subject"]),
    ("R21", REGISTRATION, {"columns": [PHONE | {"share": 0.01}]}, "PASS", None),
    ("R21", REGISTRATION, {"columns": [PHONE], "class.subject": "PERSONAL_BASIC"}, "PASS", None),
    ("R22", REGISTRATION, {"quality.measured": {"stale_admin_codes": ["ma_huyen"]}}, "WARN", ["dictionary"]),
    ("R22", REGISTRATION, {"quality.measured": {"stale_admin_codes": []}}, "PASS", None),
    ("R22", REGISTRATION, {}, None, None),
    ("R23", LISTING, {"class.subject": "PERSONAL_BASIC"}, "BLOCK", ["subject"]),
    ("R23", LISTING, {"class.subject": "PERSONAL_SENSITIVE"}, "BLOCK", ["subject"]),
    ("R23", LISTING, {"class.subject": ""}, "BLOCK", ["subject"]),
    ("R23", LISTING, DEID, "PASS", None),
    ("R24", LISTING, DEID, "PASS", None),
    ("R24", LISTING, DEID | {"class.deid_missing": ["deid_test"]}, "BLOCK", ["deid_test"]),
    ("R24", LISTING, DEID | {"class.deid_group": 4}, "BLOCK", ["deid_group"]),
    ("R24", LISTING, DEID | {"class.deid_on": "2024-11-20"}, "BLOCK", ["deid_on"]),
    ("R24", LISTING, DEID | {"evidence.deid": 0}, "BLOCK", ["evidence"]),
    ("R24", LISTING, {}, None, None),
    ("R25", LISTING, DEID | {"class.deid_key_kept": True}, "BLOCK", ["deid_key_kept"]),
    ("R25", LISTING, DEID, "PASS", None),
    ("R26", LISTING, {"class.importance": "CORE"}, "BLOCK", ["importance"]),
    ("R26", LISTING, {}, "PASS", None),
    ("R27", LISTING, {"class.importance": "IMPORTANT"}, "HOLD", ["importance"]),
    ("R27", LISTING, {}, "PASS", None),
    ("R28", LISTING, {"class.prohibited_declared": False}, "BLOCK", ["prohibited_declared"]),
    ("R29", LISTING, {"evidence.origin": 0}, "BLOCK", ["evidence"]),
    ("R30", LISTING, {"origin.has_third_parties": True}, "BLOCK", ["evidence"]),
    ("R30", LISTING, {"origin.has_third_parties": True, "evidence.contract": 1}, "PASS", None),
    ("R30", LISTING, {}, None, None),
    ("R31", LISTING, {"offer.answered": ["legal_basis", "price"]}, "BLOCK", ["purposes"]),
    ("R31", LISTING, {"ready.contact_mailbox": False}, "BLOCK", ["contact_mailbox"]),
    ("R31", LISTING, {"ready.right_operate": False}, "BLOCK", ["rights"]),
    ("R31", LISTING, {}, "PASS", None),
    ("R32", LISTING, {"file.format": "PDF"}, "BLOCK", ["upload"]),
    ("R33", LISTING, {"quality.limitations": False}, "BLOCK", ["limitations"]),
    ("R33", LISTING, {"quality.declared": 0}, "BLOCK", ["accurate"]),
    ("R33", LISTING, {"quality.declared": 0, "quality.measured": {"score": 91}}, "PASS", None),
    ("R34", LISTING, DERIVED | {"origin.has_method": False}, "BLOCK", ["method"]),
    ("R34", LISTING, DERIVED, "PASS", None),
    ("R34", LISTING, {}, None, None),
    ("R35", LISTING, DERIVED | {"origin.inputs_permit_resale": False}, "BLOCK", ["inputs_permit_resale"]),
    ("R36", LISTING, STATE | {"offer.has_opinion": False}, "BLOCK", ["finance_opinion"]),
    ("R36", LISTING, STATE | {"offer.has_basis": False}, "BLOCK", ["price_basis"]),
    ("R36", LISTING, STATE, "PASS", None),
    ("R36", LISTING, {"offer.has_basis": False}, None, None),
    ("R44", LISTING, {"offer.changes": ["file"]}, "HOLD", ["price_kind"]),
    ("R44", LISTING, {"offer.changes": ["licence"]}, "PASS", None),
    ("R44", LISTING, {}, None, None),
    ("R59", LISTING, {}, "PASS", None),
    ("R59", LISTING, {"shares.sum": 9_999}, "BLOCK", ["shares"]),
    ("R59", LISTING, {"shares.sum": 10_001}, "BLOCK", ["shares"]),
    ("R59", LISTING, {"shares.others": 0}, "BLOCK", ["shares"]),
    ("R59", LISTING, {"shares.least": 0}, "BLOCK", ["shares"]),
    ("R59", LISTING, {"shares.agreement": False}, "BLOCK", ["share_agreement"]),
    ("R59", LISTING, {"shares.agreement": False, "shares.sum": 0}, "BLOCK", ["shares", "share_agreement"]),
    ("R59", LISTING, {"shares.obstacles": ["suspended"]}, "BLOCK", ["shares"]),
    ("R59", LISTING, {"shares.is_shared": False, "shares.sum": 0}, None, None),
    ("R78", LISTING, {"quality.measured": {"score": 74}}, "HOLD", ["upload"]),
    ("R78", LISTING, {"quality.measured": {"score": 75}}, "PASS", None),
    ("R79", REGISTRATION, {"columns": [KEY]}, "HOLD", ["dictionary"]),
    ("R79", REGISTRATION, {"columns": [KEY | {"nulls": 0}]}, "PASS", None),
    ("R79", REGISTRATION, {}, None, None),
    ("R88", LISTING, {"owner.has_service_contract": False}, "BLOCK", ["organisation"]),
    ("R101", LISTING, {"sending": {"declared": False}}, "BLOCK", ["declared"]),
    ("R101", LISTING, {"sending": None}, None, None),
    ("R101", LISTING, {}, "PASS", None),
    ("R103", LISTING, STATE, "HOLD", ["price_kind"]),
    ("R103", LISTING, STATE | DERIVED, "PASS", None),
    ("R103", LISTING, {}, None, None),
    ("R106", REGISTRATION, DEID | {"class.citizen_count": 99_999}, "PASS", None),
    ("R106", REGISTRATION, DEID | {"class.citizen_count": 100_000}, "HOLD", ["citizen_count", "importance"]),
    ("R106", REGISTRATION, DEID | {"class.citizen_count": 100_000, "class.is_published": True}, "PASS", None),
    ("R106", REGISTRATION, DEID | {"class.citizen_count": 100_000, "class.importance": "IMPORTANT"}, "PASS", None),
    ("R106", REGISTRATION, DEID | {"class.citizen_count": 1_000_000, "class.importance": "IMPORTANT"}, "HOLD", None),
    ("R106", REGISTRATION, {"class.subject": "PERSONAL_SENSITIVE", "class.citizen_count": 10_000}, "HOLD", None),
    ("R106", REGISTRATION, {}, None, None),
    ("R107", REGISTRATION, {"columns": [COLUMN | {"suspected": "bank_account"}], "file.rows": 10_000}, "HOLD", None),
    ("R107", REGISTRATION, {"columns": [COLUMN | {"suspected": "bank_account"}], "file.rows": 9_999}, "PASS", None),
    ("R107", REGISTRATION, {}, None, None),
    ("R108", REGISTRATION, DEID | {"class.is_published": True}, "HOLD", ["publication_proof"]),
    ("R108", REGISTRATION, DEID | {"class.is_published": True, "class.has_publication_proof": True}, "PASS", None),
    ("R108", REGISTRATION, DEID, None, None),
    ("R109", REGISTRATION, {"class.importance": "IMPORTANT"}, "PASS", None),
    ("R109", REGISTRATION, {"class.importance": "IMPORTANT", "class.keeps_log": False}, "HOLD", ["keeps_log"]),
    (
        "R109",
        REGISTRATION,
        {"class.importance": "CORE", "class.risk_assessed_on": "2025-10-01"},
        "HOLD",
        ["risk_assessed_on"],
    ),
]


def facts_with(changes: dict) -> dict:
    facts = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *parents, name = path.split(".")
        place = facts
        for parent in parents:
            place = place[parent]
        place[name] = value
    return facts


def judge(facts: dict, stage: str, **parameters) -> dict:
    values = Parameters(day=dt.date(2026, 11, 21), values=PARAMETERS | parameters)
    return {finding.rule: finding for finding in evaluate(applicable(facts, stage), facts, values)}


@pytest.mark.parametrize(("rule", "stage", "changes", "verdict", "fields"), TABLE)
def test_rule(rule, stage, changes, verdict, fields):
    finding = judge(facts_with(changes), stage).get(rule)

    assert (finding and str(finding.verdict)) == verdict
    if fields is not None:
        assert list(finding.fields) == fields


def test_every_rule_stands_in_the_table_failing_and_holding():
    seen = {(rule, verdict == "PASS") for rule, _, _, verdict, _ in TABLE if verdict}
    good = set(judge(facts_with(DERIVED), LISTING))

    assert {rule.id for rule in RULES} == {rule for rule, passes in seen if not passes}
    assert {rule.id for rule in RULES} == {rule for rule, passes in seen if passes} | good


@pytest.mark.parametrize("stage", [REGISTRATION, LISTING])
def test_good_facts_pass_every_applicable_rule(stage):
    findings = judge(facts_with(DERIVED), stage)

    assert [rule for rule, finding in findings.items() if not finding.is_passed] == []
    assert len(findings) == {REGISTRATION: 6, LISTING: 19}[stage]


def test_a_registration_is_not_judged_by_rules_of_trade():
    facts = facts_with({"class.subject": "PERSONAL_SENSITIVE", "class.citizen_count": 10, "evidence.origin": 0})
    del facts["offer"]

    findings = judge(facts, REGISTRATION)

    assert all(finding.is_passed for finding in findings.values())
    assert "R23" not in findings


@pytest.mark.parametrize(
    ("changes", "parameter", "value", "rule", "verdict"),
    [
        ({"class.importance": "CORE", "class.importance_item": "I.1"}, "core_policy", "hold", "R26", Verdict.HOLD),
        ({"class.importance": "IMPORTANT"}, "important_policy", "block", "R27", Verdict.BLOCK),
        (STATE | {"class.sharing": "INTERNAL"}, "internal_listable", "block", "R16", Verdict.BLOCK),
        (STATE, "open_data_charge", "block", "R17", Verdict.BLOCK),
        (STATE, "state_original_charge", "block", "R103", Verdict.BLOCK),
        ({"owner.has_service_contract": False}, "service_contract_required", False, "R88", Verdict.PASS),
        (DEID, "deid_min_k", 13, "R24", Verdict.BLOCK),
        ({"columns": [PHONE]}, "pii_patterns", ["email"], "R21", Verdict.PASS),
    ],
)
def test_the_regulators_switches_decide(changes, parameter, value, rule, verdict):
    assert judge(facts_with(changes), LISTING, **{parameter: value})[rule].verdict == verdict


def test_messages_name_the_field_and_read_in_vietnamese_of_the_rule_book():
    finding = judge(facts_with({"columns": [COLUMN | {"filled": ["name"]}]}), REGISTRATION)["R19"]

    assert finding.text == "The data dictionary is incomplete at field %(field)s."
    assert finding.params == {"field": ["do_man"]}
    assert finding.detail["lacks"] == {"do_man": [{"text": "type"}, {"text": "meaning"}]}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-01-31", 1, "2026-02-28"), ("2025-12-15", 1, "2026-01-15"), ("2024-11-21", 24, "2026-11-21")],
)
def test_months_later(day, months, later):
    assert months_later(day, months).isoformat() == later
