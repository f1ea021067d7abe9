"""File names people give: kept as labels, never used as places. Pure."""

import re

from exchange.common.vietnamese import clean, fold

LONGEST = 120
FORBIDDEN = re.compile(r'[/\\:*?"<>|\n\t]+')


def clean_name(name: str) -> str:
    """A name without folders, control signs and direction marks, short enough, its ending kept."""
    last = re.split(r"[/\\]", name)[-1]
    kept = FORBIDDEN.sub("_", clean(last)).strip(" .") or "file"
    stem, ending = split(kept)
    return stem[: LONGEST - len(ending)].rstrip(" .") + ending


def split(name: str) -> tuple[str, str]:
    """Stem and ending (with its dot); an ending is at most ten letters or digits."""
    match = re.fullmatch(r"(.+)(\.[A-Za-z0-9]{1,10})", name)
    return (match[1], match[2]) if match else (name, "")


def ending(name: str) -> str:
    """The ending in lower case, with its dot: '.csv'."""
    return split(clean_name(name))[1].lower()


def ascii_name(name: str) -> str:
    """The name in plain letters, for programs that cannot read the other form (RFC 6266)."""
    stem, tail = split(name)
    return (re.sub(r"[^A-Za-z0-9_.\- ]+", "_", fold(stem)).strip(" ._") or "file") + tail.lower()
