"""What a case page of the console shows. Rooms fill it; the template only lays it out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise

from exchange.common.fields import DongField

Text = str | Promise


@dataclass(frozen=True)
class Fact:
    """One line of the main facts."""

    label: Text
    value: Text
    note: Text = ""
    is_hash: bool = False


@dataclass(frozen=True)
class Paper:
    """A paper of the case; it opens through the checked, logged viewer."""

    file_id: str
    name: str
    what: Text
    size: int
    digest: str
    media_type: str = ""


@dataclass(frozen=True)
class Party:
    """Somebody with a part in the case, where that is known from, and what follows."""

    name: str
    relation: Text
    source: Text = ""
    tone: str = ""
    judgement: Text = ""


@dataclass(frozen=True)
class Step:
    """A step of the course: done, now or wait."""

    state: str
    name: Text
    when: dt.datetime | dt.date | None = None
    who: Text = ""


@dataclass(frozen=True)
class Earlier:
    """A decision made before: on this case, or on one like it."""

    number: str
    when: dt.datetime
    what: Text
    tone: str
    result: Text
    ground: Text = ""
    url: str = ""


@dataclass(frozen=True)
class Money:
    """Frozen figures of an order: what the buyer pays, and who gets it. Both columns have the same sum."""

    total: Sequence[tuple[Text, int]]
    split: Sequence[tuple[Text, int]]
    rows: Sequence[tuple[Text, Text, Text]] = ()


Pairs = Sequence[tuple[str, Text]]


@dataclass(frozen=True)
class Option:
    """A decision the service would accept now, with what has to be said along with it."""

    code: str  # approve, return, reject, hold, release, reassign
    label: Text
    note: Text = ""
    holds: Pairs = ()
    reasons: Pairs = ()
    fields: Pairs = ()
    articles: Pairs = ()
    people: Pairs = ()
    outcomes: Pairs = ()
    amount: Text = ""  # label of a sum in dong, where one has to be said

    @property
    def asks(self) -> bool:
        """Whether more than a text is needed."""
        return bool(self.holds or self.reasons or self.fields or self.articles or self.people or self.outcomes)


@dataclass(frozen=True)
class Decision:
    """The panel of one decision; a case may have two."""

    key: str
    title: Text
    version: int
    options: Sequence[Option] = ()
    submit: Text = ""
    can_take: bool = False
    conflict: Text = ""
    clear: Text = ""
    eyes_why: Text = ""
    eyes: Sequence[Step] = ()
    closed: Text = ""  # why there is nothing to decide


@dataclass
class Case:
    """Everything a person reads before deciding."""

    kind: Text
    title: str
    number: str
    lead: Text
    tone: str
    state: Text
    stage: Text
    holder: Text = ""
    due: dt.date | None = None
    days: int | None = None
    klass: tuple[str, str, str] = ("", "", "")
    facts: Sequence[Fact] = ()
    evaluation: object | None = None
    papers: Sequence[Paper] = ()
    parties: Sequence[Party] = ()
    money: Money | None = None
    course: Sequence[Step] = ()
    earlier: Sequence[Earlier] = ()
    decisions: Sequence[Decision] = ()
    pack_url: str = ""  # where everything about the case is taken away in one file, for whom that is open
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def open_findings(self) -> list:
        """Findings that ask for something, the worst first."""
        results = self.evaluation.results if self.evaluation else []  # type: ignore[attr-defined]
        return sorted((row for row in results if not row.is_passed), key=lambda row: -row.verdict.weight)

    @property
    def passed(self) -> list:
        """Findings that hold."""
        results = self.evaluation.results if self.evaluation else []  # type: ignore[attr-defined]
        return [row for row in results if row.is_passed]


@dataclass(frozen=True)
class Answer:
    """What was posted in a decision panel; parts of a choice carry its code in their names."""

    key: str = ""
    decision: str = ""
    version: int = -1
    cleared: tuple[str, ...] = ()
    reason_code: str = ""
    fields: tuple[str, ...] = ()
    article: str = ""
    text: str = ""
    to: str = ""
    outcome: str = ""
    sum: str = ""  # as it was typed

    @property
    def amount(self) -> int | None:
        """The sum in whole dong; None when none was typed or it cannot be read."""
        try:
            return DongField(required=False).clean(self.sum)
        except ValidationError:
            return None

    @classmethod
    def of(cls, data: QueryDict) -> "Answer":
        """From a posted form; anything that is no number counts as an old version."""
        decision, version = data.get("decision", "")[:40], data.get("version", "")
        return cls(
            key=data.get("key", "")[:40],
            decision=decision,
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1,
            cleared=tuple(data.getlist(f"cleared.{decision}")),
            reason_code=data.get(f"reason_code.{decision}", "")[:40],
            fields=tuple(data.getlist(f"fields.{decision}")),
            article=data.get(f"article.{decision}", "")[:100],
            text=data.get("text", "")[:10_000],
            to=data.get(f"to.{decision}", "")[:20],
            outcome=data.get(f"outcome.{decision}", "")[:20],
            sum=data.get(f"amount.{decision}", "")[:40],
        )
