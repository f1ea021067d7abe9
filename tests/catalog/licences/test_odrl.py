"""The machine form is a well-formed ODRL policy."""

import json

import pytest

from catalog.licences.odrl import policy, term
from tests.catalog.licences.test_text import TERMS

# Terms of the W3C vocabulary that policies of the exchange use (https://www.w3.org/TR/odrl-vocab/).
ACTIONS = {"use", "derive", "distribute", "sell", "attribute", "inform", "delete", "obtainConsent"}
OPERANDS = {"purpose", "spatial", "elapsedTime", "recipient", "timeInterval", "delayPeriod"}
OPERATORS = {"eq", "lteq", "isAnyOf", "isPartOf"}


def make(**changes) -> dict:
    return policy(TERMS | changes, uid="urn:p:1", target="urn:d:1", assigner="urn:o:1")


def rules(document: dict) -> list[dict]:
    listed = [rule for kind in ("permission", "prohibition", "obligation") for rule in document[kind]]
    return listed + [duty for rule in listed for duty in rule.get("duty", [])]


@pytest.mark.parametrize("onward", ["none", "group", "consent", "free"])
@pytest.mark.parametrize("derivation", ["none", "internal", "product", "free"])
def test_only_words_of_the_vocabulary_or_of_our_profile(onward, derivation):
    document = make(onward_transfer=onward, derivation=derivation, term_months=None if onward == "free" else 6)

    for rule in rules(document):
        assert rule["action"] in ACTIONS or rule["action"].startswith("urn:vn-data-exchange:action:")
        for limit in rule.get("constraint", []):
            assert limit["leftOperand"] in OPERANDS or limit["leftOperand"].startswith("urn:vn-data-exchange:operand:")
            assert limit["operator"] in OPERATORS
            assert limit["rightOperand"] not in (None, "", [])


def test_an_action_is_never_both_permitted_and_prohibited():
    for onward in ("none", "group", "consent", "free"):
        for derivation in ("none", "internal", "product", "free"):
            document = make(onward_transfer=onward, derivation=derivation)
            permitted = {rule["action"] for rule in document["permission"]}
            assert permitted.isdisjoint(rule["action"] for rule in document["prohibition"])


def test_an_offer_becomes_an_agreement_with_its_assignee():
    agreement = policy(TERMS, uid="urn:p:1", target="urn:d:1", assigner="urn:o:1", assignee="urn:o:2")

    assert make()["@type"] == "Offer"
    assert "assignee" not in make()
    assert agreement["@type"] == "Agreement"
    assert agreement["assignee"] == "urn:o:2"


def test_purposes_and_term_limit_every_permission():
    document = make(term_months=18)

    for rule in document["permission"]:
        operands = {limit["leftOperand"]: limit for limit in rule["constraint"]}
        assert operands["purpose"]["rightOperand"] == [
            {"@id": term("purpose", "research")},
            {"@id": term("purpose", "derived_product")},
        ]
        assert operands["elapsedTime"]["rightOperand"] == {"@value": "P18M", "@type": "xsd:duration"}


def test_the_document_is_plain_json():
    assert json.loads(json.dumps(make())) == make()
