"""Conditions of taking part, as a table: facts in, verdict out."""

import datetime as dt

import pytest

from accounts.verification import rules
from accounts.verification.progress import CONDITION_NAMES
from accounts.verification.rules import STAGE, rules_for
from exchange.rules.engine import Parameters, Verdict, evaluate

VALUES = {
    "agency_code_regex": r"[A-K]\d{2}(?:\.\d{2,3})*",
    "bank_account_required": True,
    "foreign_docs": True,
    "service_contract_required": True,
    "vneid_min_level": 0,
    "vneid_max_age_days": 365,
    "organisation_eid_required": False,
    "account_verification": "off",
}
CONNECTED = {"vneid_min_level": 2, "organisation_eid_required": True, "account_verification": "identity"}
READY = {
    "kind": "enterprise",
    "is_state": False,
    "roles": ["seller", "buyer"],
    "name": "Công ty cổ phần Dữ liệu A",
    "tax_code": "0100109106",
    "tax_code_required": True,
    "agency": {"code": "", "known": False, "closed": False, "successor": ""},
    "agency_code_required": False,
    "has_personal_id": False,
    "is_foreign": False,
    "representative": "Nguyễn Văn A",
    "eid": {"level": 0, "checked_on": "", "linked": False},
    "is_identified": False,
    "bank": {
        "bin": "970436",
        "known": True,
        "account_tail": "6789",
        "holder": "CONG TY CO PHAN DU LIEU A",
        "is_budget": False,
    },
    "papers": ["business_registration", "representative"],
    "papers_required": ["business_registration", "representative"],
    "service_contract": True,
}
AGENCY = {
    **READY,
    "kind": "agency",
    "is_state": True,
    "tax_code": "",
    "tax_code_required": False,
    "agency": {"code": "G09", "known": True, "closed": False, "successor": ""},
    "agency_code_required": True,
    "bank": {**READY["bank"], "is_budget": True},
}
PERSON = {**READY, "kind": "person", "tax_code": "", "tax_code_required": False, "has_personal_id": True}
PERSON["is_identified"] = True
SEEN = {**READY, "eid": {"level": 2, "checked_on": "2026-01-15", "linked": True}, "is_identified": True}


def judged(facts: dict, **values) -> dict[str, Verdict]:
    parameters = Parameters(day=dt.date(2026, 11, 21), values=VALUES | values)
    rules = rules_for(facts, parameters)
    return {finding.rule: finding.verdict for finding in evaluate(rules, facts, parameters, stage=STAGE)}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (SEEN, {"R3": Verdict.PASS, "R4": Verdict.PASS, "R86": Verdict.PASS}),
        (READY, {"R3": Verdict.BLOCK, "R4": Verdict.HOLD, "R86": Verdict.BLOCK}),
        (PERSON, {"R3": Verdict.BLOCK, "R86": Verdict.PASS}),
        ({**SEEN, "eid": {**SEEN["eid"], "level": 1}}, {"R3": Verdict.BLOCK, "R4": Verdict.PASS, "R86": Verdict.PASS}),
        (
            {**SEEN, "eid": {**SEEN["eid"], "checked_on": "2025-11-20"}},
            {"R3": Verdict.BLOCK, "R4": Verdict.PASS, "R86": Verdict.PASS},
        ),
        (
            {**SEEN, "eid": {**SEEN["eid"], "checked_on": "2025-11-21"}},
            {"R3": Verdict.PASS, "R4": Verdict.PASS, "R86": Verdict.PASS},
        ),
    ],
)
def test_electronic_identity_counts_once_the_regulator_switches_it_on(facts, expected):
    found = judged(facts, **CONNECTED)

    assert {rule: found[rule] for rule in ("R3", "R4", "R86") if rule in found} == expected
    assert not {"R3", "R4", "R86"} & set(judged(facts))


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        (READY, ["R1", "P2", "R5", "P1", "R88"]),
        (AGENCY, ["R2", "P2", "R5", "R59", "P1", "R88"]),
        ({**AGENCY, "bank": {**AGENCY["bank"], "bin": ""}}, ["R2", "P2", "R5", "P1", "R88"]),
        (PERSON, ["R1", "R5", "R87", "P1", "R88"]),
        ({**READY, "is_foreign": True}, ["R1", "P2", "R5", "R7", "P1", "R88"]),
        ({**READY, "roles": ["seller", "intermediary"]}, ["R1", "P2", "R5", "R6", "P1", "R88"]),
    ],
)
def test_each_kind_of_participant_meets_its_own_conditions(facts, rules):
    assert list(judged(facts)) == rules


def test_every_condition_has_a_name_people_read():
    assert {rule.id for rule, _applies in rules._APPLIES} == set(CONDITION_NAMES)


@pytest.mark.parametrize("facts", [READY, AGENCY, PERSON])
def test_complete_file_passes_every_condition(facts):
    assert set(judged(facts).values()) == {Verdict.PASS}


@pytest.mark.parametrize(
    ("change", "rule", "verdict"),
    [
        ({"tax_code": "0100109107"}, "R1", Verdict.BLOCK),
        ({"tax_code": ""}, "R1", Verdict.BLOCK),
        ({"representative": "  "}, "P2", Verdict.BLOCK),
        ({"bank": {**READY["bank"], "known": False}}, "R5", Verdict.BLOCK),
        ({"bank": {**READY["bank"], "account_tail": ""}}, "R5", Verdict.BLOCK),
        ({"bank": {**READY["bank"], "holder": "Công ty B"}}, "R5", Verdict.BLOCK),
        ({"papers": ["representative"]}, "P1", Verdict.BLOCK),
        ({"service_contract": False}, "R88", Verdict.BLOCK),
        ({"is_foreign": True}, "R7", Verdict.BLOCK),
        ({"is_foreign": True, "papers": [*READY["papers"], "foreign_presence"]}, "R7", Verdict.HOLD),
        ({"roles": ["analysis"]}, "R6", Verdict.BLOCK),
        ({"roles": ["analysis"], "papers": [*READY["papers"], "eligibility_certificate"]}, "R6", Verdict.PASS),
    ],
)
def test_one_fact_decides_one_condition(change, rule, verdict):
    found = judged(READY | change)

    assert found[rule] == verdict
    assert {other for other, answer in found.items() if answer != Verdict.PASS} <= {rule}


def test_a_state_body_that_did_not_declare_a_budget_account_is_looked_into_by_a_reviewer():
    found = judged(AGENCY | {"bank": {**AGENCY["bank"], "is_budget": False}})

    assert {rule: verdict for rule, verdict in found.items() if verdict != Verdict.PASS} == {"R59": Verdict.HOLD}


@pytest.mark.parametrize(
    "agency",
    [
        {"code": "G99", "known": False, "closed": False, "successor": ""},
        {"code": "G05", "known": True, "closed": True, "successor": "G12"},
        {"code": "G13", "known": True, "closed": True, "successor": ""},
        {"code": "G09/1", "known": True, "closed": False, "successor": ""},
        {"code": "", "known": False, "closed": False, "successor": ""},
    ],
)
def test_agency_code_that_is_unknown_closed_or_missing_blocks(agency):
    assert judged({**AGENCY, "agency": agency})["R2"] == Verdict.BLOCK


def test_closed_agency_code_names_the_successor():
    facts = {**AGENCY, "agency": {"code": "G05", "known": True, "closed": True, "successor": "G12"}}

    parameters = Parameters(day=dt.date(2026, 11, 21), values=VALUES)
    findings = evaluate(rules_for(facts, parameters), facts, parameters)

    assert findings[0].params == {"successor": "G12"}


def test_natural_person_may_not_be_intermediary():
    assert judged({**PERSON, "roles": ["seller", "intermediary"]})["R87"] == Verdict.BLOCK


def test_natural_person_without_number_is_blocked():
    assert judged({**PERSON, "has_personal_id": False})["R1"] == Verdict.BLOCK


def test_switches_of_the_regulator_turn_conditions_off():
    bare = READY | {
        "is_foreign": True,
        "service_contract": False,
        "bank": {"bin": "", "known": False, "account_tail": "", "holder": ""},
    }

    found = judged(bare, bank_account_required=False, foreign_docs=False, service_contract_required=False)

    assert set(found.values()) == {Verdict.PASS}
