"""What a steward types into the pages of a registration, by the names of the fields."""

import datetime as dt
from typing import Any

ANSWERS: dict[str, Any] = {
    # what it is
    "title_vi": "Độ mặn sông Tiền theo giờ",
    "title_en": "Salinity of the Tien river by the hour",
    "summary_vi": "Độ mặn đo tại các trạm trên sông Tiền.",
    "summary_en": "Salinity measured at stations on the Tien river.",
    "kind": "derived_product",
    "theme": "environment",
    "keywords": "độ mặn, sông Tiền, trạm đo",
    "description_vi": (
        "## Phạm vi\n\nCác trạm đo trên sông Tiền trong năm 2025, mỗi giờ một số liệu cho mỗi trạm.\n\n"
        "## Phương pháp\n\nĐo tự động theo quy chuẩn, kiểm tra thủ công hằng tháng tại từng trạm.\n\n"
        "## Hạn chế\n\nMột số giờ thiếu số liệu do bảo trì thiết bị."
    ),
    "description_en": "## Coverage\n\nStations on the Tien river in 2025.",
    "steward_name": "Cán bộ quản lý dữ liệu (minh họa)",
    "contact_mailbox": "dulieu@demo.example",
    "system_of_record": "Hệ thống quan trắc",
    # where it comes from
    "origin": "DERIVED",
    "how_obtained": "derived",
    "legal_basis": "Nghị định 48/2020/NĐ-CP, Điều 9",
    "parents": "Số liệu của trạm đo tự động",
    "method": "Tổng hợp theo giờ và đối soát từng trạm đo.",
    "inputs_permit_resale": "on",
    "rights": ["right_hold", "right_use", "right_operate"],
    # class and protection
    "subject": "NON_PERSONAL",
    "importance": "OTHER",
    "sharing": "OPEN",
    "secrecy": "NONE",
    "basis": "1234/QĐ (minh họa)",
    "prohibited_declared": "on",
    "access": "account",
    "for_state": "yes",
    "for_firms": "yes",
    "for_persons": "yes",
    "layer": "aggregate",
    "domain": "SECTOR",
    "storage_place": "Trung tâm dữ liệu Hà Nội",
    "security_level": "3",
    "retention": "Lưu 10 năm",
    # quality
    "frequency": "yearly",
    "last_updated": f"{dt.date(2025, 12, 31):%d/%m/%Y}",
    "late_after_days": 30,
    "temporal_from": "01/01/2025",
    "temporal_to": "31/12/2025",
    "spatial": "Sông Tiền, từng trạm",
    "limitations": "Một số giờ thiếu số liệu.",
    **dict.fromkeys(("accurate", "complete", "clean", "live", "standardised", "shareable"), 95),
    "declared_method": "Tự đánh giá theo kết quả kiểm tra hằng tháng.",
    # offer
    "price_kind": "one_off",
    "audience": "public",
    "price": 8_200_000,
    "vat_treatment": "VAT10",
    "price_method": "cost",
    "price_basis": "Quyết định 01/QĐ (minh họa)",
    "finance_opinion": "Công văn 02/BTC (minh họa)",
    "purposes": ["internal_analysis", "research"],
    "territories": ["VN"],
    "term_months": 12,
    "onward_transfer": "none",
    "derivation": "internal",
    "attribution": "Nguồn: trạm đo sông Tiền",
    "max_users": 20,
    "delete_within_days": 30,
}
ORDER: dict[str, Any] = {
    "purpose": "internal_analysis",
    "territory": "VN",
    "storage_place": "VN",
    "use_description": "Phân tích độ mặn trong nội bộ để lập kế hoạch năm 2027 (minh họa).",
}
PRICE_PAID = 9_020_000  # price and 10 percent VAT


def table(name: str, lines: int = 240) -> bytes:
    """A table of hourly figures; its bytes differ with the name."""
    rows = [f"{name}-{i % 5},2025-01-{1 + i // 24 % 28:02d} {i % 24:02d}:00,{i * 7 % 19}" for i in range(lines)]
    return ("tram,gio,do_man\n" + "\n".join(rows) + "\n").encode()


def paper(title: str) -> bytes:
    """A small PDF that differs with its title."""
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n% " + title.encode()
