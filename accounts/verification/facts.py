"""Facts of a case for the rules: what the participant told, what is on file; no personal number among them (R9)."""

from typing import Any

from accounts.organisations.details import needs_agency_code, needs_tax_code
from accounts.organisations.models import Organisation
from accounts.verification.models import VerificationCase
from accounts.verification.selectors import has_valid_service_contract
from exchange.codes import selectors as codes
from exchange.common.clock import today

ROLES = ("seller", "buyer")  # the roles this exchange admits: intermediaries need a certificate of their own (N347)


def proposed_details(organisation: Organisation, case: VerificationCase | None) -> dict[str, Any]:
    """Key details as they would be after the decision: those on record, with the proposed changes over them."""
    names = (
        "name_vi",
        "tax_code",
        "agency_code",
        "is_foreign",
        "province_id",
        "address",
        "representative_name",
        "bank_id",
        "bank_account",
        "bank_holder",
        "budget_account",
    )
    details = {name: getattr(organisation, name) for name in names}
    return details | (case.proposal if case else {})


def case_facts(case: VerificationCase) -> dict[str, Any]:
    """The snapshot the rules judge."""
    organisation = case.organisation
    details = proposed_details(organisation, case)
    return {
        "kind": organisation.kind,
        "is_state": organisation.is_state,
        "roles": list(ROLES),
        "name": details["name_vi"],
        "tax_code": details["tax_code"],
        "tax_code_required": needs_tax_code(organisation.kind, is_foreign=details["is_foreign"]),
        "agency": _agency(details["agency_code"]),
        "agency_code_required": needs_agency_code(organisation.kind),
        "has_personal_id": bool(organisation.personal_id_hash),
        "is_foreign": details["is_foreign"],
        "representative": details["representative_name"],
        "eid": _eid(organisation, details),
        "is_identified": organisation.is_identified,
        "bank": _bank(details),
        "papers": sorted(set(case.evidence.kept().values_list("kind", flat=True))),
        "papers_required": required_papers(organisation.kind),
        "service_contract": has_valid_service_contract(organisation, today()),
    }


def _eid(organisation: Organisation, details: dict[str, Any]) -> dict[str, Any]:
    """The check of the present representative; it says nothing about another one."""
    is_same = details["representative_name"] == organisation.representative_name
    day = organisation.eid_checked_on if is_same else None
    level = organisation.eid_level if is_same else 0
    return {"level": level, "checked_on": day.isoformat() if day else "", "linked": organisation.eid_linked}


def required_papers(kind: str) -> list[str]:
    """Codes of the papers this kind of participant must show."""
    rows = codes.codes("evidence_kind")
    return [row.code for row in rows if row.extra.get("required") and kind in row.extra.get("kinds", ())]


def _agency(code: str) -> dict[str, Any]:
    root = codes.agency_codes().get(code[:3]) if code else None
    return {
        "code": code,
        "known": root is not None,
        "closed": root is not None and root.closed_on is not None,
        "successor": root.successor if root else "",
    }


def _bank(details: dict[str, Any]) -> dict[str, Any]:
    account = details["bank_account"]
    return {
        "bin": details["bank_id"] or "",
        "known": details["bank_id"] in {bank.bin for bank in codes.banks()},
        "account_tail": account[-4:],
        "holder": details["bank_holder"],
        "is_budget": details["budget_account"],
    }
