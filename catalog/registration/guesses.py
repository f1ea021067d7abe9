"""Answers a title and the columns of a file suggest; a person accepts or changes each. Plain Python."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exchange.common.vietnamese import fold

MOST_KEYWORDS = 6
LONGEST_KEYWORD = 60
YEARS = range(1900, 2101)
EVERYWHERE = "Cả nước"
# How fine the places of a table are, the finest first, by words of its headings; in Vietnamese, as the data is.
UNITS: dict[str, tuple[str, ...]] = {
    "đến cấp xã": (" xa ", " phuong ", " ward ", " commune "),
    "đến cấp tỉnh": (" tinh ", " province "),
}
# Words of a title by theme; the theme whose word stands first in the title is suggested.
THEMES: dict[str, tuple[str, ...]] = {
    "population": ("dân số", "dân cư", "nhân khẩu", "hộ gia đình", "hôn nhân", "di cư"),
    "education": ("giáo dục", "trường", "học sinh", "sinh viên", "giáo viên", "đào tạo", "tốt nghiệp"),
    "health": ("y tế", "bệnh viện", "bệnh", "tiêm chủng", "khám chữa", "dược", "thuốc"),
    "enterprise": ("doanh nghiệp", "đầu tư", "fdi", "hợp tác xã", "vốn đăng ký"),
    "trade": ("xuất khẩu", "nhập khẩu", "xuất nhập khẩu", "thương mại", "bán lẻ", "hải quan"),
    "finance": ("ngân hàng", "tài chính", "ngân sách", "thuế", "tín dụng", "giá tiêu dùng", "cpi", "lãi suất"),
    "agriculture": ("nông nghiệp", "lúa", "cây trồng", "chăn nuôi", "thủy sản", "lâm nghiệp", "nông sản", "cà phê"),
    "environment": (
        *("môi trường", "khí tượng", "thủy văn", "lượng mưa", "nhiệt độ", "độ mặn"),
        *("không khí", "mực nước", "quan trắc", "thời tiết"),
    ),
    "land": ("đất đai", "thửa đất", "địa giới", "bản đồ", "địa chính", "đơn vị hành chính"),
    "transport": ("giao thông", "vận tải", "xe buýt", "đường bộ", "cảng biển", "hàng không", "kho vận", "tuyến xe"),
    "construction": ("xây dựng", "đô thị", "nhà ở", "quy hoạch"),
    "industry": ("công nghiệp", "khu công nghiệp"),
    "energy": ("điện năng", "năng lượng", "điện lực", "xăng dầu", "than đá"),
    "labour": ("lao động", "việc làm", "thất nghiệp", "thu nhập", "tiền lương", "an sinh", "bảo hiểm", "nghèo"),
    "science": ("khoa học", "công nghệ", "viễn thông", "internet", "sáng chế"),
    "culture": ("văn hóa", "du lịch", "thể thao", "di tích", "khách sạn", "lễ hội"),
    "government": ("hành chính", "bầu cử", "tư pháp", "công chức", "văn bản", "thủ tục"),
}
SPLIT = re.compile(
    r"\s*(?:[,;:()–]|\s-\s"
    r"|\b(?:phân theo|chia theo|theo|của|và|tại|ở|trong|từ|đến|cho|giai đoạn|năm học|năm|tháng|quý)\b"
    r"|\b\d[\d\s./-]*)\s*",
    re.IGNORECASE,
)
LISTED = re.compile(r"^(?:danh sách|bảng|số liệu|dữ liệu|thống kê|tổng hợp)(?:\s+(?:các|về))?\s+", re.IGNORECASE)
NO_WORD = re.compile(r"\W+")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True)
class ColumnFacts:
    """What is known of a column: its heading, type, least and greatest value in machine form, its meaning."""

    name: str
    type: str
    low: str = ""
    high: str = ""
    label: str = ""


def theme_of(title: str) -> str:
    """The theme whose word stands first in a title; none when no word is known."""
    words = " " + NO_WORD.sub(" ", unicodedata.normalize("NFC", title).lower()) + " "
    found = [
        (words.index(f" {word} "), theme) for theme, some in THEMES.items() for word in some if f" {word} " in words
    ]
    return min(found)[1] if found else ""


def province_of(title: str, provinces: Mapping[str, str]) -> str:
    """The code of the only province a title names (`provinces`: code and name)."""
    words = f" {re.sub(r'[^a-z0-9]+', ' ', fold(title))} "
    found = [code for code, name in provinces.items() if f" {_bare(name)} " in words]
    return found[0] if len(found) == 1 else ""


def _bare(name: str) -> str:
    """A province's name without its rank, folded: "Thành phố Hồ Chí Minh" is "ho chi minh"."""
    return re.sub(r"^(?:tinh|thanh pho|tp) ", "", re.sub(r"[^a-z0-9]+", " ", fold(name)).strip())


def keywords_of(title: str, further: Iterable[str] = ()) -> list[str]:
    """Parts of a title between the words that join them, then `further` ones, each once."""
    parts = [LISTED.sub("", part.strip()) for part in SPLIT.split(title)]
    found: dict[str, str] = {}
    for part in [*parts, *further]:
        words = " ".join(part.split())
        if 2 < len(words) <= LONGEST_KEYWORD:
            found.setdefault(fold(words), words if words.isupper() else words[0].lower() + words[1:])
    return list(found.values())[:MOST_KEYWORDS]


def period_of(columns: Iterable[ColumnFacts], title: str = "") -> tuple[dt.date, dt.date] | None:
    """The period that columns of days or years cover, else headings that are years, else the years of the title."""
    every = list(columns)
    days = [day for column in every for day in _days(column)]
    if days:
        return min(days), max(days)
    years = [int(year) for column in every for year in YEAR.findall(column.name)] or [
        int(year) for year in YEAR.findall(title)
    ]
    return (dt.date(min(years), 1, 1), dt.date(max(years), 12, 31)) if years else None


def frequency_of(columns: Iterable[ColumnFacts]) -> str:
    """How often figures by month, quarter or year come anew, by the headings; empty where no two periods stand."""
    every = list(columns)
    for word, code in (("thang|month", "monthly"), ("quy|quarter", "quarterly")):
        if any(re.search(rf"(?:^|[^a-z])(?:{word})(?:[^a-z]|$)", fold(column.name)) for column in every):
            return code
    period = period_of(column for column in every if column.type not in ("date", "datetime"))
    return "yearly" if period and period[0].year < period[1].year else ""


def _days(column: ColumnFacts) -> list[dt.date]:
    if not column.low or not column.high:
        return []
    if column.type in ("date", "datetime"):
        return [_day(column.low), _day(column.high)]
    is_year = re.search(r"(?:^|[^a-z])(?:nam|year)(?:[^a-z]|$)", fold(column.name))
    if column.type == "integer" and is_year and _is_year(column.low) and _is_year(column.high):
        return [dt.date(int(column.low), 1, 1), dt.date(int(column.high), 12, 31)]
    return []


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def _is_year(text: str) -> bool:
    return text.isdigit() and int(text) in YEARS


def finest_unit(columns: Iterable[ColumnFacts]) -> str:
    """How fine the places in a table are, by its headings: commune, then province; empty when nothing says so."""
    names = [fold(f"{column.name} | {column.label}") for column in columns]
    headings = [f" {re.sub(r'[^a-z|]+', ' ', name).replace('dia phuong', 'tinh')} " for name in names]
    for unit, words in UNITS.items():
        if any(word in heading for heading in headings for word in words):
            return unit
    return ""
