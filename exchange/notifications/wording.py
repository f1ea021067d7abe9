"""A message in the language of its reader: subject, sentences, link."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import translate_url
from django.utils import formats
from django.utils.translation import get_language, get_language_from_path, override

from exchange.common.money import shown
from exchange.notifications.kinds import KINDS
from exchange.rules.findings import render

DAY = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
MONEY = {"amount", "price", "total"}
PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Wording:
    """What a reader sees of a message."""

    subject: str
    sentences: list[str]
    url: str


def words_of(context: Mapping[str, Any]) -> dict[str, str]:
    """Context as words of the active language: title_vi and title_en give title, days are written as people do."""
    words = {key: _word(key, value) for key, value in context.items()}
    for key in [key.removesuffix("_vi") for key in words if key.endswith("_vi")]:
        in_english = words.get(f"{key}_en", "") if get_language() == "en" else ""
        words[key] = in_english or words[f"{key}_vi"]
    return words


def _word(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in MONEY and isinstance(value, int):
        return shown(value)
    if isinstance(value, str) and DAY.match(value):
        return formats.date_format(dt.date.fromisoformat(value))
    return render(value)


def _filled(sentence: str, words: Mapping[str, str]) -> str:
    """The sentence with its words; nothing when one of them is missing."""
    if any(not words.get(name) for name in PLACE.findall(sentence)):
        return ""
    return sentence % words


def word(kind: str, context: Mapping[str, Any], url: str = "") -> Wording:
    """A message in the active language."""
    found, words = KINDS[kind], words_of(context)
    subject = " ".join((str(found.subject) % _Blank(words)).split())
    sentences = [_filled(str(sentence), words) for sentence in found.sentences]
    return Wording(subject, [sentence for sentence in sentences if sentence], _in_language(url))


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _in_language(url: str) -> str:
    """The same page in the active language; an address is only understood in its own language."""
    wanted = get_language() or settings.LANGUAGE_CODE
    with override(get_language_from_path(url) or settings.LANGUAGE_CODE):
        return translate_url(url, wanted) if url else ""
