"""Rules of an asset (domain rules 5.2, 5.6): facts and dated parameters in, one outcome a rule out. Plain Python.

None means the rule holds. Ids are stable; messages are those of the rule book.
"""

import datetime as dt

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from catalog.classification.rules import no_state_secret
from exchange.rules.engine import Facts, Outcome, Parameters, Rule, block, hold, warn

REGISTRATION, LISTING = "AST", "LST"
BOTH = (REGISTRATION, LISTING)
ABOVE_OTHER = ("IMPORTANT", "CORE")
ORDER = ("OTHER", "IMPORTANT", "CORE")
NOT_IDENTIFYING = ("NON_PERSONAL", "DEIDENTIFIED")
FINANCE = ("bank_account", "payment", "debt")
FIELD_WORDS = {
    "name": _("name"),
    "type": _("type"),
    "label_vi": _("meaning"),
    "unit": _("unit"),
    "code_list": _("code list"),
}


def months_later(day: str, months: int) -> dt.date:
    """The day so many months after a day; the 28th stands for the end of a shorter month."""
    start = dt.date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return dt.date(year, month + 1, min(start.day, 28))


def _r8(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["owner"]["is_active"]:
        return None
    return block(_("The trading account is not verified, suspended or closed."))


def _r11(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not facts["owner"]["is_state"] or facts["class"]["sharing"]:
        return None
    return block(_("Not yet classified as shared, internal or open."))


def _r12(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["class"]["importance"] and facts["class"]["is_answered"]:
        return None
    return block(_("Not yet classified as core, important or other."))


def _r13(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["class"]["importance"] not in ABOVE_OTHER or facts["class"]["importance_item"]:
        return None
    return block(_("The item of the Prime Minister's list must be cited."))


def _r18(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not facts["master"]["is_core"] or not facts["master"]["elsewhere"]:
        return None
    return block(
        _("This master data already has its single trusted source."), detail={"asset": facts["master"]["elsewhere"]}
    )


def _r19(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not facts["file"]["confirmed"]:
        return block(_("The file was not read yet, or its reading was not confirmed."), fields=("upload",))
    needed = parameters.get("dictionary_required")
    lacking = {
        column["name"]: [name for name in needed if name not in column["filled"]]
        for column in facts["columns"]
        if any(name not in column["filled"] for name in needed)
    }
    if not lacking:
        return None
    return block(
        _("The data dictionary is incomplete at field %(field)s."),
        field=list(lacking),
        detail={"lacks": {name: [FIELD_WORDS.get(part, part) for part in parts] for name, parts in lacking.items()}},
    )


def _r20(facts: Facts, parameters: Parameters) -> Outcome | None:
    flagged = [column["name"] for column in facts["columns"] if column["is_personal"]]
    if not flagged or facts["class"]["subject"] != "NON_PERSONAL":
        return None
    return block(_("Field %(field)s is personal but the set is declared non-personal."), field=flagged)


def _r21(facts: Facts, parameters: Parameters) -> Outcome | None:
    patterns, rate = parameters.get("pii_patterns"), parameters.get("pii_rate")
    found = [
        column
        for column in facts["columns"]
        if column["suspected"] in patterns and column["share"] >= rate and not column["is_personal"]
    ]
    if not found or facts["class"]["subject"] not in NOT_IDENTIFYING:
        return None
    verdict = warn if all(column["explained"] for column in found) else hold
    names = [column["name"] for column in found]
    return verdict(_("Signs of personal data not de-identified in %(field)s."), field=names)


def _r22(facts: Facts, parameters: Parameters) -> Outcome | None:
    stale = facts["quality"]["measured"].get("stale_admin_codes") or []
    if not stale:
        return None
    return warn(_("Administrative-unit code not valid at the data's date."), detail={"fields": stale})


def _r79(facts: Facts, parameters: Parameters) -> Outcome | None:
    rows, share = facts["file"]["rows"] or 0, parameters.get("dqi_key")
    low = [
        column["name"]
        for column in facts["columns"]
        if column["is_key"] and (rows - column["nulls"]) * 100 < share * rows
    ]
    if not low:
        return None
    return hold(_("Identifier field %(field)s is below %(share)s %%."), field=low, share=share)


def _threshold(facts: Facts, parameters: Parameters) -> str:
    """The class that the number of citizens calls for."""
    kind = "sensitive" if facts["class"]["subject"] == "PERSONAL_SENSITIVE" else "basic"
    limits = parameters.get("importance_thresholds")[kind]
    count = facts["class"]["citizen_count"] or 0
    return next((name for name in ("CORE", "IMPORTANT") if count >= limits[name]), "OTHER")


def _r106(facts: Facts, parameters: Parameters) -> Outcome | None:
    called_for = _threshold(facts, parameters)
    declared = facts["class"]["importance"] or "OTHER"
    if ORDER.index(declared) >= ORDER.index(called_for) or facts["class"]["is_published"]:
        return None
    return hold(
        _("Number of citizens exceeds the threshold of the class %(name)s; review the class."),
        name=_("Core") if called_for == "CORE" else _("Important"),
    )


def _r107(facts: Facts, parameters: Parameters) -> Outcome | None:
    finance = [column["name"] for column in facts["columns"] if column["suspected"] in FINANCE]
    enough = (facts["class"]["citizen_count"] or facts["file"]["rows"] or 0) >= parameters.get("finance_threshold")
    if not finance or not enough or facts["class"]["importance"] in ABOVE_OTHER:
        return None
    return hold(
        _("Bank, payment or debt data of 10,000 subjects or more: review the class."), detail={"fields": finance}
    )


def _r108(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["class"]["has_publication_proof"]:
        return None
    return hold(_("Lawful publication is not proved."))


def _r109(facts: Facts, parameters: Parameters) -> Outcome | None:
    months, assessed = parameters.get("risk_file_months"), facts["class"]["risk_assessed_on"]
    is_fresh = bool(assessed) and months_later(assessed, months).isoformat() >= facts["day"]
    if is_fresh and facts["class"]["keeps_log"]:
        return None
    fields = [
        name for name, fine in (("keeps_log", facts["class"]["keeps_log"]), ("risk_assessed_on", is_fresh)) if not fine
    ]
    return hold(_("Processing log or yearly risk assessment missing for important or core data."), fields=fields)


def rule(rule_id: str, title: object, check, article: str, *fields: str, stages: tuple[str, ...] = BOTH) -> Rule:
    """One row of a rule book."""
    return Rule(id=rule_id, title=title, stages=stages, check=check, article=article, fields=fields)


DL_13 = gettext_noop("Law on Data, Art. 13")
DECISION_20 = gettext_noop("Decision 20/2025, items I.26 and II")
N314_8_2B = gettext_noop("Decree 314/2026, Art. 8.2(b)")
RULES: tuple[Rule, ...] = (
    rule("R8", _("The organisation is verified."), _r8, gettext_noop("Decree 314/2026, Art. 7.8"), "organisation"),
    rule("R11", _("The sharing nature is stated."), _r11, DL_13, "sharing"),
    rule("R12", _("The importance is stated."), _r12, DL_13, "importance"),
    rule("R13", _("The item of the list is cited."), _r13, gettext_noop("Decision 20/2025"), "importance_item"),
    rule(
        "R15", _("The data holds no State secret."), no_state_secret, gettext_noop("Law on Data, Art. 42.3"), "secrecy"
    ),
    rule(
        "R18",
        _("The master data has no other trusted source."),
        _r18,
        gettext_noop("Decree 278/2025, Art. 5"),
        "master_entity",
    ),
    rule("R19", _("The data dictionary is complete."), _r19, N314_8_2B, "dictionary"),
    rule(
        "R20",
        _("No field is marked personal in data declared non-personal."),
        _r20,
        gettext_noop("Law on Personal Data Protection, Art. 2"),
        "subject",
        "dictionary",
    ),
    rule(
        "R21",
        _("The scan found no personal data."),
        _r21,
        gettext_noop("Decree 314/2026, Art. 7.8(c)"),
        "dictionary",
        "subject",
    ),
    rule("R22", _("Administrative codes are valid."), _r22, gettext_noop("Decision 19/2025"), "dictionary"),
    rule("R79", _("Key fields are complete."), _r79, gettext_noop("Guidance 4856, Annex 3"), "dictionary"),
    rule("R106", _("The class fits the number of citizens."), _r106, DECISION_20, "citizen_count", "importance"),
    rule("R107", _("The class fits the financial data."), _r107, gettext_noop("Decision 20/2025"), "importance"),
    rule("R108", _("Lawful publication is proved."), _r108, gettext_noop("Decision 20/2025"), "publication_proof"),
    rule(
        "R109",
        _("Processing log and risk assessment exist."),
        _r109,
        gettext_noop("Decree 165/2025, Art. 17.10-17.11; Decree 363/2026, Art. 22"),
        "keeps_log",
        "risk_assessed_on",
    ),
)
