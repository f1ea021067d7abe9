"""Vietnamese text without marks, for search and addresses. `fold` equals the SQL function vn_fold."""

import re
import unicodedata

MARKS = re.compile("[\u0300-\u036f]")
NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case without marks, đ as d: 'Dữ liệu Đất đai' -> 'du lieu dat dai'."""
    bare = MARKS.sub("", unicodedata.normalize("NFD", text).lower())
    return MARKS.sub("", unicodedata.normalize("NFD", bare)).replace("đ", "d").replace("Đ", "d")


def clean(text: str) -> str:
    """NFC text without control characters and surplus blanks at the ends; line breaks stay."""
    kept = "".join(
        c
        for c in unicodedata.normalize("NFC", text)
        if c in "\n\t" or unicodedata.category(c)[0] != "C" or c == "\u200d"
    )
    return kept.strip()


def slugify_vi(text: str) -> str:
    """Words of a title joined by hyphens, ASCII only."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:80].strip("-")


def same_letters(one: str, other: str) -> bool:
    """Whether two spellings of a name agree but for marks, case, blanks and punctuation."""
    return NOT_LETTERS.sub("", fold(one)) == NOT_LETTERS.sub("", fold(other))
