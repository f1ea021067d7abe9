"""The rule book of registration and listing, and which of its rules apply to a case. Plain Python."""

from collections.abc import Callable

from catalog.registration import asset_rules, listing_rules
from catalog.registration.asset_rules import ABOVE_OTHER, LISTING, REGISTRATION
from exchange.rules.engine import Facts, Rule

__all__ = ["LISTING", "OF_REGISTRATION", "REGISTRATION", "RULES", "RULESET", "applicable", "prepared"]
RULESET = "catalogue-2026.11"
RULES: tuple[Rule, ...] = asset_rules.RULES + listing_rules.RULES


def _is_state(facts: Facts) -> bool:
    return facts["owner"]["is_state"]


def _is_deidentified(facts: Facts) -> bool:
    return facts["class"]["subject"] == "DEIDENTIFIED"


def _is_derived(facts: Facts) -> bool:
    return facts["origin"]["origin"] == "DERIVED"


def _describes_people(facts: Facts) -> bool:
    return facts["class"]["subject"] not in ("", None, "NON_PERSONAL")


def _is_priced_by_state(facts: Facts) -> bool:
    return _is_state(facts) and facts["offer"]["price"] > 0


def _is_important(facts: Facts) -> bool:
    return facts["class"]["importance"] in ABOVE_OTHER


def _has_finance(facts: Facts) -> bool:
    return any(column["suspected"] in asset_rules.FINANCE for column in facts["columns"])


# A rule that is not named here applies to every case of its stage.
APPLIES: dict[str, Callable[[Facts], bool]] = {
    "R11": _is_state,
    "R13": _is_important,
    "R16": _is_state,
    "R17": lambda facts: _is_state(facts) and facts["class"]["sharing"] == "OPEN",
    "R18": lambda facts: facts["master"]["is_core"],
    "R22": lambda facts: "stale_admin_codes" in facts["quality"]["measured"],
    "R24": _is_deidentified,
    "R25": _is_deidentified,
    "R30": lambda facts: facts["origin"]["has_third_parties"],
    "R34": _is_derived,
    "R35": _is_derived,
    "R36": _is_priced_by_state,
    "R44": lambda facts: facts["offer"]["changes"] is not None,
    "R59": lambda facts: facts["shares"]["is_shared"],
    "R78": lambda facts: facts["quality"]["measured"].get("score") is not None,
    "R79": lambda facts: any(column["is_key"] for column in facts["columns"]),
    "R101": lambda facts: facts.get("sending") is not None,
    "R103": _is_priced_by_state,
    "R106": _describes_people,
    "R107": _has_finance,
    "R108": lambda facts: _describes_people(facts) and bool(facts["class"]["is_published"]),
    "R109": _is_important,
}


# Rules of a listing whose answers stand in the registration, which is closed once it was sent.
OF_REGISTRATION = ("R24", "R28", "R29", "R30", "R31", "R33", "R34", "R35")


def prepared(facts: Facts) -> list[Rule]:
    """The rules of a listing that a registration has to meet before it is sent, or its offer cannot pass later."""
    return [rule for rule in RULES if rule.id in OF_REGISTRATION and APPLIES.get(rule.id, lambda _: True)(facts)]


def applicable(facts: Facts, stage: str) -> list[Rule]:
    """The rules of a stage that have something to say about these facts; the rest would pass emptily."""
    return [rule for rule in RULES if stage in rule.stages and APPLIES.get(rule.id, lambda _: True)(facts)]
