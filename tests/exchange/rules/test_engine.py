"""The engine: one finding a rule, messages in the reader's language."""

import datetime as dt
import json

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from exchange.rules.engine import Parameters, Rule, Term, block, by_weight, due, evaluate, hold, warn, worst
from exchange.rules.findings import Finding, Verdict, plain

LIMIT = Parameters(dt.date(2026, 11, 21), {"least": 10, "unused": 1}, {"least": 7})


def too_small(facts, parameters):
    if facts["size"] >= parameters.get("least"):
        return None
    return block(_("Choose a bank of the list."), size=facts["size"], fields=["size"])


def dated(facts, parameters):
    return due("Answer by %(day)s.", day=dt.date(2026, 12, 1))


RULES = [
    Rule("R900", _("Choose a bank of the list."), ("listing",), too_small, "Art. 1", ("size", "name")),
    Rule("R901", "Nothing to note.", ("listing", "order"), lambda f, p: warn("Look at %(what)s.", what="it"), "Art. 2"),
    Rule("R902", "No deadline.", ("order",), dated, "Art. 3"),
    Rule("R903", "No decision needed.", ("order",), lambda f, p: hold("Decide."), "Art. 4"),
]


def test_each_rule_gives_exactly_one_finding_in_the_order_of_the_rules():
    findings = evaluate(RULES, {"size": 3}, LIMIT)

    assert [(f.rule, f.verdict, f.article) for f in findings] == [
        ("R900", "BLOCK", "Art. 1"),
        ("R901", "WARN", "Art. 2"),
        ("R902", "DUE", "Art. 3"),
        ("R903", "HOLD", "Art. 4"),
    ]
    assert findings[0].fields == ("size",)
    assert findings[2].message == "Answer by 2026-12-01."


def test_a_rule_that_holds_says_so_with_its_title():
    (finding,) = evaluate(RULES[:1], {"size": 10}, LIMIT)

    assert finding.is_passed
    assert finding.fields == ("size", "name")
    with translation.override("en"):
        assert finding.message == "Choose a bank of the list."


def test_only_rules_of_the_stage_are_asked():
    assert [f.rule for f in evaluate(RULES, {"size": 3}, LIMIT, stage="listing")] == ["R900", "R901"]
    assert [f.rule for f in evaluate(RULES, {"size": 3}, LIMIT, stage="order")] == ["R901", "R902", "R903"]


def test_gravest_verdict_comes_first():
    findings = evaluate(RULES, {"size": 3}, LIMIT)

    assert [f.verdict for f in by_weight(findings)] == ["BLOCK", "HOLD", "DUE", "WARN"]
    assert worst(findings) == Verdict.BLOCK
    assert worst(findings[1:3]) == Verdict.DUE
    assert worst([]) == Verdict.PASS


def test_only_parameters_that_were_asked_for_are_remembered():
    parameters = Parameters(LIMIT.day, LIMIT.values, LIMIT.rows)

    evaluate(RULES[:1], {"size": 3}, parameters)

    assert parameters.snapshot() == {"least": {"value": 10, "row": 7}}


def test_missing_parameter_is_named_with_its_day():
    with pytest.raises(LookupError, match="no_such has no value on 2026-11-21"):
        LIMIT.get("no_such")


def test_finding_survives_storage_and_reads_in_the_readers_language(monkeypatch):
    words = {"Missing: %(what)s.": "Thiếu: %(what)s.", "Title": "Tên"}
    monkeypatch.setattr("exchange.rules.findings.gettext", lambda text: words.get(text, text))
    rule = Rule("R904", "Complete.", (), lambda f, p: block("Missing: %(what)s.", what=[_("Title"), "ODRL"]), "Art. 5")

    (finding,) = evaluate([rule], {}, LIMIT)
    read = Finding.from_dict(json.loads(json.dumps(finding.as_dict())))

    assert read == finding
    assert read.text == "Missing: %(what)s."
    assert read.params == {"what": [{"text": "Title"}, "ODRL"]}
    assert read.message == "Thiếu: Tên, ODRL."


@pytest.mark.django_db
def test_code_in_a_message_is_shown_with_its_label():
    rule = Rule("R905", "x", (), lambda f, p: block("Not %(purpose)s.", purpose=Term("purpose", "research")), "Art. 6")

    (finding,) = evaluate([rule], {}, LIMIT)

    assert finding.params == {"purpose": {"list": "purpose", "code": "research"}}
    with translation.override("en"):
        assert finding.message == "Not Scientific research."
    with translation.override("vi"):
        assert finding.message == "Not Nghiên cứu khoa học."


def test_facts_become_json_without_loss():
    facts = {
        "day": dt.date(2026, 1, 2),
        "codes": {"b", "a"},
        "pair": (1, None),
        "text": _("Title"),
        "deep": {"x": True},
    }

    assert plain(facts) == {
        "day": "2026-01-02",
        "codes": ["a", "b"],
        "pair": [1, None],
        "text": {"text": "Title"},
        "deep": {"x": True},
    }


def test_every_verdict_has_a_label():
    assert all(str(verdict.label) for verdict in Verdict)
    assert [verdict.weight for verdict in Verdict] == [0, 1, 2, 3, 4]
