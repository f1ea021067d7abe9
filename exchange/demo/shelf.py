"""The datasets of the demonstration: tables of official figures, registered and listed as stewards would do it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from catalog.assets.models import Revision
from catalog.assets.services import add_evidence, create_asset, save_step
from catalog.classification.services import save_classification
from catalog.licences.models import LicenceTemplate
from catalog.offers.models import Listing
from catalog.offers.services import create_listing, save_terms
from catalog.offers.shares import WHOLE, Other
from catalog.offers.sharing import add_agreement, save_shares
from catalog.quality.services import save_quality
from catalog.registration.services.review import list_, register, return_, take
from catalog.registration.services.sending import submit_listing, submit_registration
from exchange.common.clock import today
from exchange.demo.cast import Cast
from exchange.demo.files import describe_file
from exchange.demo.papers import paper

SOURCE = "Tổng cục Thống kê (nay là Cục Thống kê, Bộ Tài chính): cơ sở dữ liệu thống kê và Niên giám thống kê"
BASIS = "Luật Thống kê 89/2015/QH13, Điều 48; Chương trình điều tra thống kê quốc gia"
# the table two ministries own together: the other owner and its share in hundredths of a per cent
SHARED = {"san-pham-chan-nuoi-chu-yeu.csv": ("finance", 3_333)}
# where the rest of the tables stand; the others are listed
STAGES = {
    "luc-luong-lao-dong.csv": "registered",
    "tai-nan-giao-thong-chay-no.csv": "in_review",
    "ket-qua-kinh-doanh-du-lich.csv": "returned",
    "dien-tich-nha-o-hoan-thanh.csv": "submitted",
    "luot-hanh-khach-van-chuyen.csv": "draft",
}


def tables() -> list[dict[str, Any]]:
    """Descriptions of the tables, in both languages."""
    return json.loads((Path(__file__).parent / "tables.json").read_text(encoding="utf-8"))


def stock(cast: Cast) -> dict[str, Listing]:
    """Register every table and list what is to be listed; returns the listings by file name."""
    listings: dict[str, Listing] = {}
    for row in tables():
        owner = row["owner"] if row["owner"] in ("finance", "agriculture") else "finance"
        steward = cast.member(owner, "steward")
        revision = _fill(row, steward, done=STAGES.get(row["file"]) != "draft")
        listing = _follow(row, revision, steward, cast)
        if listing:
            listings[row["file"]] = listing
    return listings


def _fill(row: dict[str, Any], steward: Actor, *, done: bool) -> Revision:
    revision = create_asset(actor=steward)
    revision = save_step(
        revision_id=revision.pk, step=1, version=revision.version, data=_what(row, steward), actor=steward
    )
    if not done:
        return revision
    revision = describe_file(revision, row, steward)
    revision = save_step(revision_id=revision.pk, step=3, version=revision.version, data=_origin(row), actor=steward)
    for claim in ("origin", *(("price",) if row["price"] else ())):
        add_evidence(revision_id=revision.pk, claim=claim, upload=paper(f"{claim}: {row['title_vi']}"), actor=steward)
    revision.refresh_from_db()
    revision = save_classification(revision_id=revision.pk, version=revision.version, data=_classes(row), actor=steward)
    return save_quality(revision_id=revision.pk, version=revision.version, data=_quality(row), actor=steward)


def _what(row: dict[str, Any], steward: Actor) -> dict[str, Any]:
    assert steward.user is not None  # noqa: S101 - a steward is a person
    units = ", ".join(f"{name} ({words[2]})" for name, words in row["columns"].items() if len(words) > 2)
    return {
        "title_vi": row["title_vi"],
        "title_en": row["title_en"],
        "summary_vi": row["summary_vi"],
        "summary_en": row["summary_en"],
        "kind": "derived_product" if row["price"] else "statistics",
        "theme": row["theme"],
        "keywords": row["keywords"],
        "description_vi": (
            f"## Phạm vi\n\n{row['summary_vi']}\n\n## Cách dùng\n\nMỗi dòng là một số liệu; cột đơn vị: "
            f"{units or 'xem cột don_vi'}.\n\n## Phương pháp\n\nTheo chế độ báo cáo và điều tra thống kê."
            f"\n\n## Nguồn\n\n{SOURCE}.\n\n## Hạn chế\n\nSố liệu ghi “sơ bộ” có thể được điều chỉnh."
        ),
        "description_en": (
            f"## Coverage\n\n{row['summary_en']}\n\n## Source\n\nGeneral Statistics Office: statistical database and "
            "Statistical Yearbook.\n\n## Limits\n\nPreliminary figures (sơ bộ) may be revised."
        ),
        "system_of_record": "Hệ thống thông tin thống kê quốc gia",
        "steward_name": steward.user.full_name,
        "contact_mailbox": "dulieu@demo.example",
    }


def _origin(row: dict[str, Any]) -> dict[str, Any]:
    answers = {
        "origin": "ORIGINAL",
        "how_obtained": "statutory_duty",
        "legal_basis": BASIS,
        "right_hold": True,
        "right_use": True,
        "right_operate": True,
    }
    if row["price"]:
        answers |= {
            "origin": "DERIVED",
            "how_obtained": "derived",
            "parents": SOURCE,
            "method": "Đối soát số liệu các năm, chuẩn hóa tên nhóm và đơn vị, sắp xếp mỗi dòng một số liệu.",
            "inputs_permit_resale": True,
        }
    return answers


def _classes(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "subject": "NON_PERSONAL",
        "importance": "OTHER",
        "sharing": row["sharing"],
        "secrecy": "NONE",
        "basis": "Quyết định ban hành danh mục dữ liệu của cơ quan (minh họa)",
        "prohibited_declared": True,
        "access": "account" if row["price"] else "anyone",
        "for_state": "yes",
        "for_firms": "yes",
        "for_persons": "yes",
        "layer": "aggregate",
        "domain": "SECTOR",
        "may_leave_vietnam": row["sharing"] == "OPEN" or row["file"].startswith("tri-gia"),
        "storage_place": "Trung tâm dữ liệu của cơ quan tại Hà Nội",
        "security_level": 3,
        "retention": "Lưu lâu dài theo quy định về lưu trữ số liệu thống kê",
    }


def _quality(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "frequency": "yearly",
        "last_updated": today() - dt.timedelta(days=40),
        "late_after_days": 30,
        "temporal_from": dt.date.fromisoformat(row["from"]),
        "temporal_to": dt.date.fromisoformat(row["to"]),
        "spatial": "Cả nước",
        "accurate": 95,
        "complete": 98,
        "clean": 97,
        "live": 90,
        "standardised": 92,
        "shareable": 95,
        "declared_method": "Cơ quan tự đánh giá theo kết quả đối soát với Niên giám thống kê.",
        "limitations": "Số liệu sơ bộ có thể thay đổi; tên địa phương theo năm số liệu, trước ngày 01/07/2025.",
        "standards": "Hệ thống chỉ tiêu thống kê quốc gia",
    }


def _follow(row: dict[str, Any], revision: Revision, steward: Actor, cast: Cast) -> Listing | None:
    """Take a filled-in registration to the stage of the script; a listing where it goes that far."""
    stage = STAGES.get(row["file"], "listed")
    if stage == "draft":
        return None
    revision = submit_registration(revision_id=revision.pk, version=revision.version, declared=True, actor=steward)
    if stage == "submitted":
        return None
    reviewer = cast.staff(StaffRole.REVIEWER)
    case = take(revision_id=revision.pk, version=revision.version, actor=reviewer)
    if stage == "returned":
        return_(
            revision_id=revision.pk,
            version=case.version,
            reason_code="unclear_description",
            text="Nêu rõ khách quốc tế được tính theo lượt hay theo người.",
            fields=["description_vi"],
            actor=reviewer,
        )
    if stage in ("returned", "in_review"):
        return None
    revision = register(revision_id=revision.pk, version=case.version, actor=reviewer)
    return None if stage == "registered" else _list(row, revision, steward, cast)


def _list(row: dict[str, Any], revision: Revision, steward: Actor, cast: Cast) -> Listing:
    reviewer = cast.staff(StaffRole.REVIEWER)
    listing = create_listing(revision_id=revision.pk, actor=steward)
    listing = save_terms(listing_id=listing.pk, version=listing.version, data=_offer(row), actor=steward)
    if row["file"] in SHARED:
        listing = _share(row, listing, steward, cast)
    listing = submit_listing(listing_id=listing.pk, version=listing.version, declared=True, actor=steward)
    case = take(listing_id=listing.pk, version=listing.version, actor=reviewer)
    return list_(listing_id=listing.pk, version=case.version, actor=reviewer)


def _share(row: dict[str, Any], listing: Listing, steward: Actor, cast: Cast) -> Listing:
    """The seller names the other owner and adds the agreement both have signed."""
    key, share = SHARED[row["file"]]
    other = cast.organisations[key]
    add_agreement(
        listing_id=listing.pk, upload=paper(f"Thỏa thuận chia sẻ doanh thu: {row['title_vi']}"), actor=steward
    )
    return save_shares(
        listing_id=listing.pk,
        version=listing.version,
        own_share=WHOLE - share,
        others=[Other(1, other.tax_code or other.agency_code, share)],
        actor=steward,
    )


def _offer(row: dict[str, Any]) -> dict[str, Any]:
    if not row["price"]:
        return {"price_kind": "free", "audience": "public", "licence": LicenceTemplate.objects.get(code="HD-00")}
    return {
        "price_kind": "one_off",
        "price": row["price"],
        "vat_treatment": "VAT10",
        "price_method": "cost",
        "price_basis": "Quyết định giá sản phẩm giá trị gia tăng số 01/QĐ (minh họa)",
        "finance_opinion": "Công văn góp ý về phương án giá số 02/BTC (minh họa)",
        "is_shared": row["file"] in SHARED,
        "audience": "public",
        "licence": LicenceTemplate.objects.get(code="HD-02" if row["price"] > 4_000_000 else "HD-01"),
        "purposes": ["internal_analysis", "research", "product_development", "derived_product", "risk_assessment"],
        "territories": ["VN", "ASEAN"] if row["file"].startswith("tri-gia") else ["VN"],
        "term_months": 12,
        "is_exclusive": False,
        "onward_transfer": "none",
        "derivation": "product" if row["price"] > 4_000_000 else "internal",
        "machine_learning": True,
        "attribution": "Nguồn: Cục Thống kê, Bộ Tài chính",
        "max_users": 20,
        "delete_within_days": 30,
        "ip_restrictions": "Không tuyên bố sản phẩm là số liệu gốc.",
    }
