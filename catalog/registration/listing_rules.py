"""Rules of a listing (domain rules 5.3, 5.6): facts and dated parameters in, one outcome a rule out. Plain Python."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from catalog.classification.rules import not_core, not_important, not_personal
from catalog.offers.shares import WHOLE
from catalog.registration.asset_rules import LISTING, months_later, rule
from exchange.rules.engine import Facts, Outcome, Parameters, Rule, block, hold, switched

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
    "contact_mailbox": _("contact mailbox"),
    "right_operate": _("right to operate and trade"),
}
OFFER_FIELDS = {
    "dictionary": "dictionary",
    "description": "description_vi",
    "ip": "ip_notes",
    "price": "price_kind",
    "right_operate": "rights",
}
CHANGE_WORDS = {
    "file": _("file"),
    "dictionary": _("data dictionary"),
    "source": _("source"),
    "classification": _("classification"),
    "licence": _("licence"),
    "price": _("price"),
}


def _is_priced(facts: Facts) -> bool:
    return facts["offer"]["price"] > 0


def _r16(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["class"]["sharing"] != "INTERNAL":
        return None
    return switched(parameters, "internal_listable")(_("Internal-use data may not be listed without approval."))


def _r17(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["class"]["sharing"] != "OPEN" or not _is_priced(facts) or facts["origin"]["origin"] == "DERIVED":
        return None
    return switched(parameters, "open_data_charge")(_("Open data: charge only for value-added products or services."))


def _r24(facts: Facts, parameters: Parameters) -> Outcome | None:
    row = facts["class"]
    lacking = list(row["deid_missing"])
    if not row["deid_group"] or row["deid_group"] < parameters.get("deid_min_k"):
        lacking.append("deid_group")
    if not row["deid_on"] or months_later(row["deid_on"], parameters.get("deid_validity")).isoformat() < facts["day"]:
        lacking.append("deid_on")
    if not facts["evidence"]["deid"]:
        lacking.append("evidence")
    if not lacking:
        return None
    return block(_("Proof of de-identification is missing."), fields=lacking)


def _r25(facts: Facts, parameters: Parameters) -> Outcome | None:
    if not facts["class"]["deid_key_kept"]:
        return None
    return block(_("Encryption or pseudonymisation is not de-identification."))


def _r28(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["class"]["prohibited_declared"]:
        return None
    return block(_("The data is barred from trading by Article 42 of the Law on Data."))


def _r29(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["evidence"]["origin"]:
        return None
    return block(_("The file proving lawful origin is missing."))


def _r30(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["evidence"]["consent"] or facts["evidence"]["contract"]:
        return None
    return block(_("The data subject's consent is missing."))


def _r31(facts: Facts, parameters: Parameters) -> Outcome | None:
    missing = [name for name in parameters.get("offer_required") if name not in facts["offer"]["answered"]]
    missing += [name for name in ("contact_mailbox", "right_operate") if not facts["ready"][name]]
    if not missing:
        return None
    return block(
        _("Mandatory sell-offer information missing: %(missing)s."),
        fields=[OFFER_FIELDS.get(name, name) for name in missing],
        missing=[OFFER_WORDS.get(name, name) for name in missing],
    )


def _r32(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["file"]["format"] in parameters.get("formats_allowed"):
        return None
    return block(_("Data must be machine-readable."))


def _r33(facts: Facts, parameters: Parameters) -> Outcome | None:
    quality = facts["quality"]
    lacking = [name for name in ("frequency", "last_updated", "limitations") if not quality[name]]
    if not quality["declared"] and not quality["measured"]:
        lacking.append("accurate")
    if not lacking:
        return None
    return block(_("Quality, currency and limitations are not published."), fields=lacking)


def _r34(facts: Facts, parameters: Parameters) -> Outcome | None:
    lacking = [
        name for name, given in (("parents", "has_parents"), ("method", "has_method")) if not facts["origin"][given]
    ]
    if not facts["quality"]["frequency"]:
        lacking.append("frequency")
    if not lacking:
        return None
    return block(_("Must be published as value-added, not original data."), fields=lacking)


def _r35(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["origin"]["inputs_permit_resale"]:
        return None
    return block(_("An input does not permit derived products for sale."))


def _r36(facts: Facts, parameters: Parameters) -> Outcome | None:
    lacking = [
        name
        for name, given in (("price_basis", "has_basis"), ("finance_opinion", "has_opinion"))
        if not facts["offer"][given]
    ]
    if not lacking:
        return None
    return block(_("No price basis or Ministry of Finance opinion."), fields=lacking)


def _r44(facts: Facts, parameters: Parameters) -> Outcome | None:
    changed = [name for name in parameters.get("material_fields") if name in facts["offer"]["changes"]]
    if not changed:
        return None
    return hold(
        _("Material change: the listing must be moderated again."),
        detail={"changed": [CHANGE_WORDS.get(name, name) for name in changed]},
    )


def _r59(facts: Facts, parameters: Parameters) -> Outcome | None:
    shares = facts["shares"]
    lacking = ["shares"] if shares["sum"] != WHOLE or not shares["others"] or not shares["least"] else []
    if not shares["agreement"]:
        lacking.append("share_agreement")
    if lacking:
        return block(_("Revenue shares do not sum to 100 %% or no agreement."), fields=lacking)
    if not shares["obstacles"]:
        return None
    return block(
        _("An owner with a share of the revenue may not trade or has no registered account."),
        fields=["shares"],
        detail={"obstacles": shares["obstacles"]},
    )


def _r78(facts: Facts, parameters: Parameters) -> Outcome | None:
    score, limit = facts["quality"]["measured"].get("score"), parameters.get("dqi_red")
    if score is None or score >= limit:
        return None
    return hold(_("Data quality index below %(limit)s %%."), limit=limit, detail={"score": score})


def _r88(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["owner"]["has_service_contract"] or not parameters.get("service_contract_required"):
        return None
    return block(_("No valid service contract with the exchange."))


def _r101(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["sending"]["declared"]:
        return None
    return block(_("Accuracy and lawfulness not declared."))


def _r103(facts: Facts, parameters: Parameters) -> Outcome | None:
    if facts["origin"]["origin"] == "DERIVED":
        return None
    policy = switched(parameters, "state_original_charge")
    return policy(_("Prices apply to value-added products only; check the fees law."))


LIST = (LISTING,)
DL_42_3 = gettext_noop("Law on Data, Art. 42.3")
N314_4_6 = gettext_noop("Decree 314/2026, Art. 4.6; Law on Personal Data Protection, Art. 7.6")
N314_6 = gettext_noop("Decree 314/2026, Arts. 6.1 and 6.5")
N314_8_2 = gettext_noop("Decree 314/2026, Art. 8.2")
N314_17 = gettext_noop("Decree 314/2026, Art. 17")
RULES: tuple[Rule, ...] = (
    rule(
        "R16",
        _("The data is not for internal use."),
        _r16,
        gettext_noop("Law on Data, Art. 3.3"),
        "sharing",
        stages=LIST,
    ),
    rule(
        "R17",
        _("Open data is not charged for."),
        _r17,
        gettext_noop("Law on Data, Art. 3.4"),
        "price_kind",
        stages=LIST,
    ),
    rule("R23", _("The data is not personal data."), not_personal, N314_4_6, "subject", stages=LIST),
    rule(
        "R24",
        _("De-identification is proved."),
        _r24,
        gettext_noop("Decree 314/2026, Art. 4.6; Decree 356/2025, Art. 7.5"),
        "deid_method",
        stages=LIST,
    ),
    rule(
        "R25",
        _("No key that restores identities is kept."),
        _r25,
        gettext_noop("Law on Personal Data Protection, Art. 12.1"),
        "deid_key_kept",
        stages=LIST,
    ),
    rule(
        "R26",
        _("The data is not core data."),
        not_core,
        gettext_noop("Law on Data, Arts. 25-27 and 42.3(a)"),
        "importance",
        stages=LIST,
    ),
    rule(
        "R27",
        _("The data is not on the list of important data."),
        not_important,
        gettext_noop("Law on Data, Art. 13; Decree 165/2025"),
        "importance",
        stages=LIST,
    ),
    rule(
        "R28",
        _("The data is declared to be outside the barred groups."),
        _r28,
        DL_42_3,
        "prohibited_declared",
        stages=LIST,
    ),
    rule("R29", _("Lawful origin is proved by a paper."), _r29, N314_17, "evidence", stages=LIST),
    rule("R30", _("Rights of third parties are covered by a paper."), _r30, DL_42_3, "evidence", stages=LIST),
    rule("R31", _("The sell offer holds all the information the law asks for."), _r31, N314_8_2, stages=LIST),
    rule("R32", _("The data is machine-readable."), _r32, N314_17, "upload", stages=LIST),
    rule("R33", _("Quality, currency and limits are published."), _r33, N314_17, "limitations", stages=LIST),
    rule(
        "R34",
        _("The value-added product names its sources, method and frequency."),
        _r34,
        gettext_noop("Decree 314/2026, Arts. 7.6-7.7"),
        "parents",
        stages=LIST,
    ),
    rule(
        "R35",
        _("Every input permits derived products for sale."),
        _r35,
        gettext_noop("Decree 314/2026, Art. 7.7(b)"),
        "inputs_permit_resale",
        stages=LIST,
    ),
    rule("R36", _("The price has its basis."), _r36, N314_6, "price_basis", stages=LIST),
    rule(
        "R44",
        _("Nothing material changed."),
        _r44,
        gettext_noop("Decree 314/2026, Art. 7.8"),
        "price_kind",
        stages=LIST,
    ),
    rule(
        "R59",
        _("The shares of the revenue come to 100 %%, by a signed agreement."),
        _r59,
        gettext_noop("Decree 314/2026, Art. 6.4"),
        "shares",
        stages=LIST,
    ),
    rule(
        "R78",
        _("The quality index is high enough."),
        _r78,
        gettext_noop("Decree 278/2025, Art. 15"),
        "upload",
        stages=LIST,
    ),
    rule(
        "R88",
        _("A service contract with the exchange is in force."),
        _r88,
        gettext_noop("Decree 314/2026, Arts. 5.2(đ) and 5.3(b)"),
        "organisation",
        stages=LIST,
    ),
    rule(
        "R101",
        _("Accuracy and lawfulness are declared."),
        _r101,
        gettext_noop("Decree 314/2026, Art. 8.4"),
        "declared",
        stages=LIST,
    ),
    rule("R103", _("The price is for a value-added product."), _r103, N314_6, "price_kind", stages=LIST),
)
