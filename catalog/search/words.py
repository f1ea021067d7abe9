"""Words of a query and of a text, without marks. Pure."""

import re
from collections.abc import Iterable

from exchange.common.vietnamese import clean, fold

WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"\s*(D|CN)-?\s*(\d{4})-?\s*(\d{6})\s*\Z", re.IGNORECASE | re.ASCII)
LONGEST_QUERY = 200
MOST_WORDS = 12
LONGEST_BODY = 60_000
# In nearly every title or sentence: they say nothing about what is looked for (tech note 3, measured at 1M rows).
COMMON_PHRASES = ("bo du lieu", "du lieu", "so lieu", "thong tin", "dataset", "datasets", "data set", "data")
COMMON_WORDS = frozenset(
    "ve cua va theo cac nhung cho tu den tai trong the of in by for and on a an to from with".split()  # noqa: SIM905
)


def words(text: str) -> list[str]:
    """Words of a text, folded: 'Dân số (2025)' gives dan, so, 2025."""
    return WORD.findall(fold(text))


def marked_words(text: str) -> list[str]:
    """Words of a text in lower case with their marks, for exact matches."""
    return WORD.findall(clean(text).lower())


def body_of(parts: Iterable[str]) -> str:
    """The text a record is found by: its words, each once, in order, cut where a search vector would end."""
    found = dict.fromkeys(word for part in parts if part for word in words(part))
    return " ".join(found)[:LONGEST_BODY]


def number_of(text: str) -> str:
    """The number of a dataset or certificate typed into the search box, in its written form; else nothing."""
    match = NUMBER.match(text)
    return f"{match[1].upper()}-{match[2]}-{match[3]}" if match else ""


def telling(text: str) -> list[str]:
    """The words of a query that tell something, folded; none when it has only words that stand everywhere."""
    folded = " ".join(words(text[:LONGEST_QUERY]))
    for phrase in COMMON_PHRASES:
        folded = re.sub(rf"\b{phrase}\b", " ", folded)
    return [word for word in folded.split() if word not in COMMON_WORDS][:MOST_WORDS]


def tsquery(found: list[str]) -> str:
    """All the words, the last one as a beginning: 'dan & so:*'. Words hold letters and digits only."""
    if not found:
        return ""
    last = f"{found[-1]}:*" if len(found[-1]) > 1 else found[-1]
    return " & ".join([*found[:-1], last])
