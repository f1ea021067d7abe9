"""The order of Vietnamese words: đ after d, ă and â after a; marks of tone count only between equal letters."""

import unicodedata

import polars as pl

from exchange.common.vietnamese import MARKS

# Letters that follow another one; the sign after it stands behind every letter a word can go on with.
LETTERS = {
    "ă": "a\uf8f0",
    "â": "a\uf8f1",
    "đ": "d\uf8f0",
    "ê": "e\uf8f0",
    "ô": "o\uf8f0",
    "ơ": "o\uf8f1",
    "ư": "u\uf8f0",
}
TONES = "\u0300\u0309\u0303\u0301\u0323"  # the order of dictionaries: none, huyền, hỏi, ngã, sắc, nặng
BEYOND_ASCII = r"[^\x00-\x7f]"


def _toneless(letter: str) -> str:
    """A letter without its mark of tone, still with the mark that makes it another letter."""
    kept = [sign for sign in unicodedata.normalize("NFD", letter) if sign not in TONES]
    return unicodedata.normalize("NFC", "".join(kept))


TONED = {
    letter: _toneless(letter)
    for vowel in "aăâeêioôơuưy"
    for tone in TONES
    for letter in [unicodedata.normalize("NFC", vowel + tone)]
}
PLAIN = {letter: LETTERS.get(base, base) for letter, base in TONED.items()} | LETTERS


def key(text: str) -> tuple[str, str, str]:
    """What two texts are ordered by: letters, then tones, then capitals."""
    low = unicodedata.normalize("NFC", text).lower()
    tones = "".join(sign for sign in unicodedata.normalize("NFD", low) if sign in TONES or not MARKS.match(sign))
    ranked = "".join(chr(1 + TONES.index(sign)) if sign in TONES else sign for sign in tones)
    return "".join(PLAIN.get(letter, letter) for letter in low), ranked, text


def ends(values: pl.Series) -> list[str]:
    """The first and the last of some texts."""
    if not values.str.contains(BEYOND_ASCII).any():
        return [values.min(), values.max()]  # type: ignore[list-item]  # texts, and there is at least one
    texts = values.unique()
    letters = texts.str.to_lowercase().str.replace_many(list(PLAIN), list(PLAIN.values()))
    found = []
    for most, choose in ((letters.min(), min), (letters.max(), max)):
        found.append(choose(texts.filter(letters == most).to_list(), key=key))
    return found
