"""Conditions of taking part (rules 5.1): facts of a case in, one finding a condition out. Plain Python.

P1 and P2 are conditions of the exchange itself: what it must see before it can judge a legal status (N314 7.8(a)).
"""

import datetime as dt
from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from exchange.codes import identifiers
from exchange.common.errors import DomainError
from exchange.common.vietnamese import same_letters
from exchange.rules.engine import Facts, Outcome, Parameters, Rule, Term, block, hold

RULESET = "participant 2026.2"
STAGE = "admission"
PERSON = "person"
ALLOWED_ROLES = {"seller", "buyer"}
CONDITIONAL_ROLES = {"intermediary", "analysis"}


def tax_code_is_valid(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R1: ten digits whose last one fits, or a branch of them; a natural person's number was checked on entry."""
    if facts["kind"] == PERSON:
        missing = block(_("The personal identification number, which is also the tax code, is missing."))
        return None if facts["has_personal_id"] else missing
    try:
        identifiers.tax_code(facts["tax_code"])
    except DomainError:
        return block(_("The tax code is not valid."))
    return None


def agency_code_is_valid(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R2: the form of the code fits, its first level is in the list and not closed."""
    agency = facts["agency"]
    if not agency["known"] or not identifiers.is_agency_code(agency["code"], parameters.get("agency_code_regex")):
        return block(_("The agency code is invalid."))
    if agency["closed"] and agency["successor"]:
        return block(
            _("The agency code is closed. Use the code that begins with %(successor)s."), successor=agency["successor"]
        )
    return block(_("The agency code is closed.")) if agency["closed"] else None


def account_is_own(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R5: a payment account at a bank of the list, in the participant's own name."""
    bank = facts["bank"]
    if not bank["bin"] and not parameters.get("bank_account_required"):
        return None
    if not bank["known"] or not bank["account_tail"]:
        return block(_("No payment account is registered."))
    if not same_letters(bank["holder"], facts["name"]):
        return block(_("The payment account is not in the participant's name."), fields=["bank_holder"])
    return None


def account_takes_budget_revenue(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R59: what a State body earns goes where budget law says; the body declares it, a reviewer looks into the rest."""
    if facts["bank"]["is_budget"]:
        return None
    return hold(
        _("The State body has not declared that revenue of the State budget is paid into this account."),
        fields=["budget_account"],
    )


def representative_is_identified(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R3: the representative, or the person itself, was identified electronically, and not too long ago."""
    eid, day = facts["eid"], parameters.day
    if eid["level"] < parameters.get("vneid_min_level") or not eid["checked_on"]:
        return block(_("The representative or the person taking part has no level-2 e-identity authentication."))
    if dt.date.fromisoformat(eid["checked_on"]) + dt.timedelta(days=parameters.get("vneid_max_age_days")) < day:
        return block(_("The e-identity authentication is too old. It must be made again."))
    return None


def organisation_is_linked(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R4: the organisation has linked its e-identity account; else a reviewer decides."""
    return None if facts["eid"]["linked"] else hold(_("The organisation has not linked its e-identity account."))


def account_is_identified(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R86: who posts is known by a Vietnamese phone number or an identity, before anything is posted."""
    if facts["is_identified"]:
        return None
    return block(_("The account is not verified by a Vietnamese phone number or e-identity; it may not post."))


def certificate_is_shown(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R6: a role that is a conditional business needs its certificate of eligibility (N169 as amended by N347)."""
    if "eligibility_certificate" in facts["papers"]:
        return None
    return block(_("The certificate of eligibility for this service is missing."))


def foreign_papers_are_shown(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R7: commercial presence or legalised papers; a reviewer decides."""
    if not parameters.get("foreign_docs"):
        return None
    if "foreign_presence" not in facts["papers"]:
        return block(_("Proof of commercial presence or consular legalisation is missing."))
    return hold(_("A reviewer must look into the proof of commercial presence or consular legalisation."))


def person_is_seller_or_buyer(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R87: a natural person takes part only as seller or buyer (N314 3.1-3.5)."""
    if set(facts["roles"]) <= ALLOWED_ROLES:
        return None
    return block(_("A natural person may take part only as seller or buyer."))


def service_contract_is_accepted(facts: Facts, parameters: Parameters) -> Outcome | None:
    """R88: a service contract between the exchange and the participant is in force (N314 5.2(đ), 5.3(b))."""
    if facts["service_contract"] or not parameters.get("service_contract_required"):
        return None
    return block(_("The service contract of the exchange is not accepted yet."))


def papers_are_complete(facts: Facts, parameters: Parameters) -> Outcome | None:
    """P1: the papers that prove the legal status of this kind of participant (N314 7.8(a))."""
    missing = [Term("evidence_kind", code) for code in facts["papers_required"] if code not in facts["papers"]]
    return block(_("Still missing: %(papers)s."), papers=missing) if missing else None


def representative_is_named(facts: Facts, parameters: Parameters) -> Outcome | None:
    """P2: somebody answers for the participant in law (N314 7.8(a))."""
    return None if facts["representative"].strip() else block(_("The legal representative is not named."))


def _rule(
    number: str, title: Promise, check: Callable[[Facts, Parameters], Outcome | None], article: str, *fields: str
) -> Rule:
    return Rule(id=number, title=title, stages=(STAGE,), check=check, article=article, fields=fields)


R1 = _rule("R1", _("The tax code is valid."), tax_code_is_valid, gettext_noop("Decree 254/2026"), "tax_code")
R2 = _rule(
    "R2",
    _("The agency code is valid and in use."),
    agency_code_is_valid,
    gettext_noop("Decisions 20/2020 and 09/2025 of the Prime Minister"),
    "agency_code",
)
P2 = _rule(
    "P2",
    _("A legal representative is named."),
    representative_is_named,
    gettext_noop("Decree 314/2026, Art. 7.8(a)"),
    "representative_name",
)
R3 = _rule(
    "R3",
    _("The representative is identified electronically."),
    representative_is_identified,
    "Nghị định 314/2026/NĐ-CP, Điều 18",
    "representative_name",
)
R4 = _rule(
    "R4",
    _("The organisation has linked its e-identity account."),
    organisation_is_linked,
    "Nghị định 69/2024/NĐ-CP, Điều 7",
)
R86 = _rule(
    "R86",
    _("The account is verified by a phone number or an identity."),
    account_is_identified,
    "Nghị định 333/2026/NĐ-CP, Điều 16 khoản 2",
)
R5 = _rule(
    "R5",
    _("A payment account in the participant's name is registered."),
    account_is_own,
    gettext_noop("Decree 314/2026, Art. 18"),
    "bank_id",
    "bank_account",
    "bank_holder",
)
R59 = _rule(
    "R59",
    _("The account of the State body takes revenue of the State budget."),
    account_takes_budget_revenue,
    gettext_noop("Decree 314/2026, Art. 6.4"),
    "budget_account",
)
R6 = _rule(
    "R6",
    _("The certificate of eligibility is on file."),
    certificate_is_shown,
    gettext_noop("Decree 314/2026, Art. 8.3(c)"),
    "papers",
)
R7 = _rule(
    "R7",
    _("The papers of a foreign participant are on file."),
    foreign_papers_are_shown,
    gettext_noop("Decree 314/2026, Art. 18"),
    "papers",
)
R87 = _rule(
    "R87",
    _("Takes part only as seller or buyer."),
    person_is_seller_or_buyer,
    gettext_noop("Decree 314/2026, Arts. 3.1-3.5"),
)
P1 = _rule(
    "P1",
    _("The papers that prove the legal status are on file."),
    papers_are_complete,
    gettext_noop("Decree 314/2026, Art. 7.8(a)"),
    "papers",
)
R88 = _rule(
    "R88",
    _("The service contract of the exchange is accepted."),
    service_contract_is_accepted,
    gettext_noop("Decree 314/2026, Art. 5.2(đ)"),
    "service_contract",
)

# Rules that wait for a connection outside the exchange are switched on by a dated parameter.
_SWITCHES: dict[str, Callable[[Parameters], bool]] = {
    "R3": lambda parameters: parameters.get("vneid_min_level") > 0,
    "R4": lambda parameters: bool(parameters.get("organisation_eid_required")),
    "R86": lambda parameters: parameters.get("account_verification") != "off",
}
_APPLIES: list[tuple[Rule, Callable[[Facts], bool]]] = [
    (R1, lambda facts: facts["kind"] == PERSON or bool(facts["tax_code"]) or facts["tax_code_required"]),
    (R2, lambda facts: bool(facts["agency"]["code"]) or facts["agency_code_required"]),
    (P2, lambda facts: facts["kind"] != PERSON),
    (R3, lambda facts: True),
    (R4, lambda facts: facts["kind"] != PERSON),
    (R86, lambda facts: True),
    (R5, lambda facts: True),
    (R59, lambda facts: facts["is_state"] and bool(facts["bank"]["bin"])),
    (R6, lambda facts: bool(CONDITIONAL_ROLES & set(facts["roles"]))),
    (R7, lambda facts: facts["is_foreign"]),
    (R87, lambda facts: facts["kind"] == PERSON),
    (P1, lambda facts: True),
    (R88, lambda facts: True),
]


def rules_for(facts: Facts, parameters: Parameters) -> list[Rule]:
    """The conditions that concern this participant now, in the order in which a file is filled in."""
    concerned = [rule for rule, applies in _APPLIES if applies(facts)]
    return [rule for rule in concerned if rule.id not in _SWITCHES or _SWITCHES[rule.id](parameters)]
