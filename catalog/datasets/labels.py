"""Meanings proposed for columns from their headings. Plain Python."""

import re
from collections.abc import Iterable

from exchange.common.vietnamese import fold

KNOWN = {
    "stt": "Số thứ tự",
    "tt": "Số thứ tự",
    "nam": "Năm",
    "year": "Năm",
    "thang": "Tháng",
    "month": "Tháng",
    "quy": "Quý",
    "ngay": "Ngày",
    "date": "Ngày",
    "tinh": "Tỉnh, thành phố",
    "province": "Tỉnh, thành phố",
    "ma tinh": "Mã tỉnh",
    "province code": "Mã tỉnh",
    "xa": "Xã, phường",
    "ward": "Xã, phường",
    "ma xa": "Mã xã",
    "ward code": "Mã xã",
    "lat": "Vĩ độ",
    "latitude": "Vĩ độ",
    "lon": "Kinh độ",
    "lng": "Kinh độ",
    "longitude": "Kinh độ",
    "ghi chu": "Ghi chú",
    "note": "Ghi chú",
    "population": "Dân số",
    "dan so": "Dân số",
}
UNIT = re.compile(r"\(([^()]{1,40})\)\s*$")
YEAR = re.compile(r"(?:19|20)\d{2}")


def proposed_meaning(name: str, among: Iterable[str] = ()) -> str:
    """A meaning in Vietnamese when the heading already says it, else nothing: people know better.

    Words without marks ("Nam - 2017") are Vietnamese where other headings of the file (`among`) are.
    """
    if YEAR.fullmatch(name):
        return f"Năm {name}"
    known = KNOWN.get(re.sub(r"[_\-.\s]+", " ", fold(name)).strip())
    if known:
        return known
    is_words = not name.isascii() or (" " in name and not name.startswith("cot_"))
    says_it = has_marks(name) or any(has_marks(other) for other in among)
    return UNIT.sub("", name).strip() if is_words and says_it else ""


def has_marks(name: str) -> bool:
    """Whether a heading carries Vietnamese marks."""
    return fold(name) != name.lower()


def proposed_unit(name: str) -> str:
    """The unit a heading carries in brackets: "Vốn (triệu USD)" gives "triệu USD"."""
    found = UNIT.search(name)
    return found[1].strip() if found else ""
