"""What the class of data forbids, at registration, at listing and in every trade (domain rules 5.3). Plain Python."""

from django.utils.translation import gettext_lazy as _

from exchange.rules.engine import Facts, Outcome, Parameters, block, switched

PERSONAL = ("PERSONAL_BASIC", "PERSONAL_SENSITIVE")


def no_state_secret(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R15, Law on Data, Art. 42.3; Decree 314/2026, Art. 4.3."""
    if facts["class"]["secrecy"] == "NONE":
        return None
    return block(_("State secrets may not be traded."))


def not_personal(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R23, Decree 314/2026, Art. 4.6; Law on Personal Data Protection, Art. 7.6."""
    if facts["class"]["subject"] and facts["class"]["subject"] not in PERSONAL:
        return None
    return block(_("Personal data may not be bought or sold on the exchange."))


def not_core(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R26, with the policy of the day."""
    if facts["class"]["importance"] != "CORE":
        return None
    return switched(parameters, "core_policy")(_("Core data may not be listed."))


def not_important(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R27, with the policy of the day."""
    if facts["class"]["importance"] != "IMPORTANT":
        return None
    return switched(parameters, "important_policy")(_("Important data: awaiting the regulator's decision."))
