"""Facts of a registration and an offer for the rules: numbers, codes and switches; no name of a person (R9)."""

import datetime as dt
from typing import Any

from catalog.assets.models import Claim, Revision
from catalog.classification.models import Classification
from catalog.datasets.models import Column, DataFile, ReadingState
from catalog.datasets.selectors import current_file, dictionary
from catalog.offers.models import Listing, PriceKind
from catalog.quality.models import QualityStatement
from catalog.quality.steps import SCORES

Facts = dict[str, Any]
CLASS_FIELDS = (
    "sharing",
    "importance",
    "importance_item",
    "subject",
    "secrecy",
    "prohibited_declared",
    "access",
    "citizen_count",
    "is_published",
    "deid_group",
    "deid_key_kept",
    "keeps_log",
    "may_leave_vietnam",
)
DEID_TEXTS = ("deid_method", "deid_fields", "deid_test", "deid_assessor")
ORIGIN_FIELDS = ("origin", "how_obtained", "inputs_permit_resale", "right_hold", "right_use", "right_operate")


def registration_facts(revision: Revision, *, day: dt.date, seller: Facts, elsewhere: str) -> Facts:
    """What the rules of a registration look at; `elsewhere` is the number of another source of the same master data."""
    file = current_file(revision)
    papers = revision.current_evidence()
    return {
        "day": day.isoformat(),
        "owner": seller,
        "class": _class(Classification.objects.filter(revision=revision).first()),
        "origin": _origin(revision),
        "master": {
            "is_core": revision.is_core_dataset,
            "entity": bool(revision.master_entity),
            "elsewhere": elsewhere,
        },
        "file": _file(file),
        "columns": [_column(column) for column in dictionary(file)] if file else [],
        "quality": _quality(QualityStatement.objects.filter(revision=revision).first()),
        "evidence": {claim: sum(paper.claim == claim for paper in papers) for claim in Claim.values},
        "ready": {"contact_mailbox": bool(revision.contact_mailbox), "right_operate": revision.right_operate},
        "described": bool(revision.description_vi or revision.summary_vi),
    }


def offer_facts(listing: Listing, registration: Facts, *, changes: list[str] | None) -> Facts:
    """What the rules of a listing look at besides; `changes` are against the last approved offer, None without one."""
    return {
        "price_kind": listing.price_kind,
        "price": listing.price,
        "has_basis": bool(listing.price_basis),
        "has_opinion": bool(listing.finance_opinion),
        "is_open_licence": bool(listing.licence and listing.licence.is_open),
        "audience": listing.audience,
        "answered": sorted(name for name, answer in _answers(listing, registration).items() if answer),
        "changes": changes,
    }


def _answers(listing: Listing, registration: Facts) -> Facts:
    """Which parts of the sell offer are answered (N314 8.2); names as in the parameter `offer_required`."""
    is_open = bool(listing.licence and listing.licence.is_open)
    return {
        "legal_basis": registration["origin"]["has_legal_basis"],
        "how_obtained": registration["origin"]["how_obtained"],
        "description": registration["described"],
        "dictionary": registration["columns"],
        "price": listing.price_kind == PriceKind.FREE or (listing.price > 0 and bool(listing.vat_treatment)),
        "term_months": is_open or listing.term_months,
        "purposes": listing.purposes,
        "territories": listing.territories,
        "is_exclusive": True,  # a yes or no answer always stands on the offer
        "onward_transfer": listing.onward_transfer,
        "ip": True,  # restrictions are stated if there are any
    }


def _class(row: Classification | None) -> Facts:
    if row is None:
        return {"is_answered": False} | dict.fromkeys(CLASS_FIELDS) | {"deid_missing": [], "deid_on": None}
    return {
        "is_answered": row.classified_by_id is not None,
        **{name: getattr(row, name) for name in CLASS_FIELDS},
        "has_publication_proof": bool(row.publication_proof),
        "deid_missing": [name for name in DEID_TEXTS if not getattr(row, name)],
        "deid_on": row.deid_on.isoformat() if row.deid_on else None,
        "risk_assessed_on": row.risk_assessed_on.isoformat() if row.risk_assessed_on else None,
    }


def _origin(revision: Revision) -> Facts:
    return {
        **{name: getattr(revision, name) for name in ORIGIN_FIELDS},
        "has_legal_basis": bool(revision.legal_basis),
        "has_parents": bool(revision.parents.strip()),
        "has_method": bool(revision.method.strip()),
        "has_third_parties": bool(revision.third_party_rights.strip()),
    }


def _file(file: DataFile | None) -> Facts:
    if file is None:
        return {"present": False, "format": "", "rows": None, "sha256": "", "confirmed": False}
    return {
        "present": True,
        "format": file.format,
        "rows": file.row_count,
        "sha256": file.stored.sha256,
        "confirmed": file.state == ReadingState.CONFIRMED,
    }


def _column(column: Column) -> Facts:
    return {
        "name": column.name,
        "filled": [name for name in ("name", "type", "label_vi", "unit", "code_list") if getattr(column, name)],
        "is_personal": column.is_personal,
        "suspected": column.suspected,
        "share": column.suspected_share,
        "explained": bool(column.override_reason),
        "is_key": column.is_key,
        "nulls": column.nulls,
    }


def _quality(row: QualityStatement | None) -> Facts:
    if row is None:
        return {"frequency": "", "last_updated": None, "limitations": False, "declared": 0, "measured": {}}
    return {
        "frequency": row.frequency,
        "last_updated": row.last_updated.isoformat() if row.last_updated else None,
        "limitations": bool(row.limitations.strip()),
        "declared": sum(getattr(row, name) is not None for name in SCORES),
        "measured": row.measured,
        "measured_on": row.measured_at.date().isoformat() if row.measured_at else None,
    }
