"""Signs that a column speaks of persons: by what it is called and by what its values look like (R21)."""

import re
from dataclasses import dataclass

import polars as pl

from exchange.common.vietnamese import fold

SIGNS = ("personal_id", "phone", "email", "tax_code_person")
NAME_SHARE = 0.5  # so many values must look like names of persons: places bear such names too
COMMON_NAME_SHARE = 0.2  # … or these, of the sixteen families most people belong to
ADDRESS_SHARE = 0.5
FAMILIES = (
    "khương|nghiêm|nguyễn|phương|trương|chung|dương|giang|giàng|hoàng|huỳnh|khang|khuất|khổng|lương|lường|"
    "phùng|quàng|quách|quảng|thiều|thạch|trang|triệu|tráng|trịnh|tưởng|vương|đường|bàng|bành|bạch|cung|danh|"
    "diêu|diệp|doãn|giáp|hùng|hồng|khúc|kiều|liêu|liễu|mông|nghê|ngụy|nhan|nhâm|nông|nịnh|phan|phạm|quan|sùng|"
    "thào|thái|thân|thôi|thạc|thẩm|tiêu|trần|tăng|tống|uông|viên|vàng|vòng|đinh|điêu|điền|đoàn|đặng|đồng|bùi|"
    "cam|cao|chu|chế|chử|cái|hoa|hàn|hầu|hứa|kha|kim|lâm|lôi|lưu|lạc|lại|lục|mai|mạc|mẫn|ngô|nhữ|ong|phí|phó|"
    "sơn|sầm|thi|trà|tôn|ung|văn|vưu|yên|ông|đàm|đào|đới|an|cù|du|dư|hà|hạ|hồ|la|ly|lã|lê|lò|lù|lý|lư|lộ|ma|"
    "mã|sử|tô|tạ|từ|vi|võ|vũ|xa|âu|đỗ"
)
COMMON_FAMILIES = "nguyễn|trần|lê|phạm|huỳnh|hoàng|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|lý"
TITLE = r"(?:(?:ông|bà|anh|chị|cô|ths|ts|gs|pgs|bs|ks|cn)\.?\s+)*"
WORD = r"[\p{L}'’]+"
PERSON = rf"(?i)^{TITLE}(?:{FAMILIES})(?:\s+{WORD}){{1,4}}$"
COMMON_PERSON = rf"(?i)^{TITLE}(?:{COMMON_FAMILIES})(?:\s+{WORD}){{1,4}}$"
PLACES = (  # provinces, present and past, that begin like a family name
    r"(?i)^(?:an giang|cao bằng|đồng nai|đồng tháp|hà giang|hà nam|hà nội|hà tây|hà tĩnh|hồ chí minh|lâm đồng"
    r"|quảng bình|quảng nam|quảng ngãi|quảng ninh|quảng trị|sơn la|thái bình|thái nguyên|trà vinh)$"
)
# first letters of all words capital, or the whole name in capitals
CAPITALS = r"^(?:\p{Lu}[\p{L}'’.]*\s*)+$"
# birth province of the 63 codes in use when numbers were given, century and sex, year of birth
PERSONAL_ID = (
    r"(?:^|[^\d])0(?:01|02|04|06|08|10|11|12|14|15|17|19|20|22|24|25|26|27|30|31|33|34|35|36|37|38|40|42|44|45|46|48|"
    r"49|51|52|54|56|58|60|62|64|66|67|68|70|72|74|75|77|79|80|82|83|84|86|87|89|91|92|93|94|95|96)"
    r"(?:[01]\d{2}|[23][0-3]\d)\d{6}(?:[^\d]|$)"
)
PHONE = r"(?:^|[^\d])(?:\+?84|0)[ .\-]?(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9\d)(?:[ .\-]?\d){7}(?:[^\d]|$)"
EMAIL = r"[\w.+\-]+@[\w\-]+\.[\w.\-]*[A-Za-z]{2}"
TAX_CODE = r"^8\d{9}$"  # numbers of persons begin with 8; enterprises keep theirs public
ADDRESS = r"(?i)(?:^|[\s,])(?:số nhà|ngõ|ngách|hẻm|tổ dân phố|tổ)\s+\d"
HOUSE = r"^(?:[Ss]ố\s+)?\d+[\w/\-]*,?\s+(?:[Đđ]ường\s+)?\p{Lu}\p{Ll}+\s"
NAMED = {  # what a heading says, without marks
    "personal_id": (
        r"cccd|cmnd|cmt|can cuoc|chung minh|so dinh danh|dinh danh ca nhan|personal id|citizen id|passport|ho chieu"
    ),
    "tax_code_person": r"mst ca nhan|ma so thue ca nhan|personal tax",
    "phone": r"sdt|dtdd|dien thoai|so dt|phone|mobile|hotline|zalo",
    "email": r"e ?mail|thu dien tu",
    "birth_date": (r"ngay sinh|nam sinh|ngay thang nam sinh|date of birth|dob|birth ?day|birth date|birth year"),
    "person_name": (
        r"ho ten|ho va ten|ho dem|ten chu ho|chu ho|nguoi dai dien|nguoi nop|nguoi lien he|nguoi do|nguoi ky"
        r"|nguoi su dung|full ?name|first name|last name|surname|candidate name|ten nguoi|ten khach hang"
        r"|ten benh nhan|ten hoc sinh|ten sinh vien"
    ),
    "address": r"dia chi|noi o|thuong tru|tam tru|cho o|address",
}
BY_NAME = tuple((code, re.compile(rf"(?:^|[^a-z])(?:{words})(?:[^a-z]|$)")) for code, words in NAMED.items())
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@dataclass(frozen=True)
class Suspicion:
    """What a column may hold about persons, and the share of values that look so."""

    code: str = ""
    share: float = 0.0
    by: str = ""  # name, content


def named(name: str) -> str:
    """What a heading promises, or an empty text."""
    text = re.sub(r"[^a-z0-9]+", " ", fold(name))
    return next((code for code, pattern in BY_NAME if pattern.search(text)), "")


def counts(values: pl.Series) -> dict[str, int]:
    """How many of the cleaned, present values look like each sign that any text may carry."""
    long = values.filter(values.str.len_bytes() >= 9)
    found = {
        "personal_id": _count(long, PERSONAL_ID),
        "phone": _count(long, PHONE),
        "email": _count(long.filter(long.str.contains("@", literal=True)), EMAIL),
    }
    taxes = long.filter(long.str.contains(TAX_CODE))
    found["tax_code_person"] = sum(map(_is_tax_code, taxes.head(5000).to_list())) if taxes.len() else 0
    return found


def _count(values: pl.Series, pattern: str) -> int:
    return int(values.str.contains(pattern).sum()) if values.len() else 0


def _is_tax_code(code: str) -> bool:
    return 10 - sum(w * int(d) for w, d in zip(TAX_WEIGHTS, code, strict=False)) % 11 == int(code[9])


def look_counts(values: pl.Series) -> dict[str, int]:
    """How many values look like names of persons or like addresses: dearer to tell, so asked of a sample."""
    if not values.len():
        return {"person_name": 0, "address": 0}
    written = values.str.contains(CAPITALS) & ~values.str.contains(PLACES)
    people = int((written & values.str.contains(PERSON)).sum())
    common = int((written & values.str.contains(COMMON_PERSON)).sum())
    address = values.str.contains(ADDRESS) | values.str.contains(HOUSE)
    enough = people >= values.len() * NAME_SHARE or common >= values.len() * COMMON_NAME_SHARE
    return {"person_name": people if enough else 0, "address": int(address.sum())}


def judge(
    name: str, present: int, found: dict[str, int], sampled: int, looks: dict[str, int], rate: float
) -> Suspicion:
    """The strongest suspicion about a column, or none."""
    if not present:
        return Suspicion(named(name), 0.0, "name") if named(name) else Suspicion()
    shares = {code: count / present for code, count in found.items()}
    shares |= {code: count / sampled if sampled else 0.0 for code, count in looks.items()}
    by_content = [
        code for code in ("personal_id", "email", "phone", "tax_code_person") if shares[code] >= max(rate, 1e-9)
    ]
    promised = named(name)
    if promised:
        return Suspicion(promised, shares.get(promised, 1.0), "name")
    if by_content:
        code = max(by_content, key=lambda c: shares[c])
        return Suspicion(code, shares[code], "content")
    if shares["person_name"] > 0:
        return Suspicion("person_name", shares["person_name"], "content")
    if shares["address"] >= ADDRESS_SHARE and looks["address"] >= 3:
        return Suspicion("address", shares["address"], "content")
    return Suspicion()
