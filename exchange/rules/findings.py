"""Verdicts and findings: kept as JSON, read in the language of the reader.

A message is kept as its English source and its parameters; it is translated when it is shown.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, override

from exchange.codes.selectors import label

Message = str | Promise


class Verdict(StrEnum):
    """What a rule says, from harmless to final."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    WARN = "WARN"
    DUE = "DUE"
    HOLD = "HOLD"
    BLOCK = "BLOCK"

    @property
    def label(self) -> Message:
        """The verdict in a word or two."""
        return VERDICT_LABELS[self]

    @property
    def weight(self) -> int:
        """Place in the order from harmless to final."""
        return list(Verdict).index(self)


VERDICT_LABELS: dict[Verdict, Message] = {
    Verdict.PASS: gettext_lazy("Passed"),
    Verdict.WARN: gettext_lazy("Take note"),
    Verdict.DUE: gettext_lazy("Deadline"),
    Verdict.HOLD: gettext_lazy("Needs a decision"),
    Verdict.BLOCK: gettext_lazy("Not allowed"),
}


@dataclass(frozen=True)
class Term:
    """A code of a closed list inside a message; shown with the label of the reader's language."""

    list: str
    code: str


def plain(value: Any) -> Any:
    """A value as JSON can hold it; translatable text is kept as its source."""
    if isinstance(value, Promise):
        with override(None):
            return {"text": str(value)}
    if isinstance(value, Term):
        return {"list": value.list, "code": value.code}
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return _plain_many(value)


def _plain_many(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def source(message: Message) -> str:
    """The English source of a message."""
    if isinstance(message, Promise):
        with override(None):
            return str(message)
    return message


@dataclass(frozen=True)
class Finding:
    """The answer of one rule, as it is stored; `message` reads in the active language."""

    rule: str
    verdict: Verdict
    text: str
    article: str
    fields: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence for people, in the active language."""
        return gettext(self.text) % {key: render(value) for key, value in self.params.items()}

    @property
    def basis(self) -> str:
        """The instrument and article the rule rests on, in the active language."""
        return gettext(self.article)

    @property
    def is_passed(self) -> bool:
        """Whether the rule holds."""
        return self.verdict == Verdict.PASS

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "rule": self.rule,
            "verdict": str(self.verdict),
            "text": self.text,
            "article": self.article,
            "fields": list(self.fields),
            "params": dict(self.params),
            "detail": dict(self.detail),
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> "Finding":
        """A finding read back."""
        return cls(
            rule=row["rule"],
            verdict=Verdict(row["verdict"]),
            text=row["text"],
            article=row["article"],
            fields=tuple(row["fields"]),
            params=row["params"],
            detail=row["detail"],
        )


def render(value: Any) -> str:
    """A stored parameter as words of the active language."""
    if isinstance(value, list):
        return ", ".join(render(item) for item in value)
    if isinstance(value, Mapping) and "text" in value:
        return gettext(value["text"])
    if isinstance(value, Mapping) and "list" in value:
        return label(value["list"], value["code"])
    return str(value)
