"""Words of a query and of a text, without marks. Pure."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from exchange.common.vietnamese import clean, fold

WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"\s*(D|CN)-?\s*(\d{4})-?\s*(\d{6})\s*\Z", re.IGNORECASE | re.ASCII)
LONGEST_QUERY = 200
MOST_WORDS = 12
LONGEST_BODY = 60_000
LONGEST_PHRASE = 7
SYNONYMS = Path(__file__).parent / "synonyms.json"
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


@cache
def synonyms() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Ways of saying the same, folded: every phrase with all phrases it may be said by, none longer than needed."""
    known: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for group in json.loads(SYNONYMS.read_text(encoding="utf-8")):
        phrases = [tuple(phrase.split()) for phrase in group]
        shortest = tuple(phrase for phrase in phrases if not any(set(other) < set(phrase) for other in phrases))
        known |= dict.fromkeys(phrases, shortest)
    return known


@dataclass(frozen=True)
class Term:
    """A word or phrase of a query: as it was typed, and by what else the same may be said."""

    typed: tuple[str, ...]
    said: tuple[tuple[str, ...], ...]

    def query(self, *, is_last: bool) -> str:
        """What PostgreSQL looks for; the last word of a query may be only begun."""
        choices = [_all(phrase) for phrase in self.said if not (is_last and phrase == self.typed)]
        choices = [_all(self.typed, is_begun=True), *choices] if is_last else choices
        if len(choices) == 1:
            return choices[0]
        return f"({' | '.join(f'({choice})' if '&' in choice else choice for choice in choices)})"


def terms(found: list[str]) -> list[Term]:
    """The words in order, the longest phrases that have synonyms taken as one."""
    known, said, at = synonyms(), [], 0
    while at < len(found):
        length = next((n for n in range(LONGEST_PHRASE, 0, -1) if tuple(found[at : at + n]) in known), 1)
        phrase = tuple(found[at : at + length])
        said.append(Term(phrase, known.get(phrase, (phrase,))))
        at += len(phrase)
    return said


def tsquery(found: list[str]) -> str:
    """All the words or their synonyms, the last one also as a beginning: 'lua & ma:*'. Letters and digits only."""
    said = terms(found)
    last = len(said) - 1
    return " & ".join(term.query(is_last=at == last) for at, term in enumerate(said))


def _all(phrase: tuple[str, ...], *, is_begun: bool = False) -> str:
    *first, last = phrase
    return " & ".join([*first, f"{last}:*" if is_begun and len(last) > 1 else last])
