"""Queues of work waiting for the exchange: what waits, since when, until when, and who may see it."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from statistics import median

from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.policies import may
from exchange.codes.services import days_left
from exchange.common.clock import local_day, today
from exchange.console import work
from exchange.console.work import Item

SHOWN = 25


@dataclass(frozen=True)
class Source:
    """Where a queue's rows come from and how one of them reads."""

    key: str
    name: str | Promise
    icon: str
    right: str
    rows: Callable[[], QuerySet]
    item: Callable[[object], Item]
    since: str
    address: str
    query: str = ""
    due: str = ""

    @property
    def url(self) -> str:
        """The list behind the queue."""
        return reverse(f"admin:{self.address}_changelist") + self.query

    def waiting(self) -> QuerySet:
        """Queue, due day and begin of every waiting row."""
        due = F(self.due) if self.due else Cast(Value(None), DateField())
        rows = self.rows().order_by().annotate(c_queue=Value(self.key, CharField()), c_due=due, c_since=F(self.since))
        return rows.values_list("c_queue", "c_due", "c_since")

    def nearest(self, count: int) -> list[Item]:
        """The most urgent rows, late ones first."""
        order = F(self.due).asc(nulls_last=True) if self.due else F(self.since).asc()
        return [self.item(row) for row in self.rows().order_by(order, "pk")[:count]]


SOURCES: Sequence[Source] = (
    Source(
        key="participants",
        name=_("Verification of participants"),
        icon="user",
        right="accounts.view_organisation",
        rows=work.cases,
        item=work.case_item,
        since="submitted_at",
        due="due_on",
        address="accounts_verificationcase",
        query="?queue=waiting",
    ),
    Source(
        key="registrations",
        name=_("Registration of data assets"),
        icon="cert",
        right="catalog.view_asset",
        rows=work.registrations,
        item=work.registration_item,
        since="submitted_at",
        due="due_on",
        address="catalog_revision",
        query="?queue=waiting",
    ),
    Source(
        key="listings",
        name=_("Moderation of listings"),
        icon="layers",
        right="catalog.view_asset",
        rows=work.listings,
        item=work.listing_item,
        since="submitted_at",
        due="due_on",
        address="catalog_listing",
        query="?queue=waiting",
    ),
    Source(
        key="trades",
        name=_("Legality checks"),
        icon="cart",
        right="transactions.view_order",
        rows=work.trades,
        item=work.trade_item,
        since="state_since",
        due="due_on",
        address="transactions_order",
        query="?queue=waiting",
    ),
    Source(
        key="disputes",
        name=_("Disputes"),
        icon="chat",
        right="transactions.view_order",
        rows=work.disputes,
        item=work.dispute_item,
        since="state_since",
        due="due_on",
        address="transactions_dispute",
        query="?queue=waiting",
    ),
    Source(
        key="holds",
        name=_("Orders on hold"),
        icon="clock",
        right="transactions.view_order",
        rows=work.holds,
        item=work.hold_item,
        since="raised_at",
        address="transactions_order",
        query="?queue=held",
    ),
    Source(
        key="transfers",
        name=_("Transfers without a match"),
        icon="coin",
        right="transactions.view_ledger",
        rows=work.transfers,
        item=work.transfer_item,
        since="received_at",
        address="transactions_incomingtransfer",
        query="?state__exact=mismatched",
    ),
    Source(
        key="payouts",
        name=_("Payouts to be approved"),
        icon="coin",
        right="transactions.view_ledger",
        rows=work.batches,
        item=work.batch_item,
        since="prepared_at",
        address="transactions_payoutbatch",
        query="?state__exact=prepared",
    ),
    Source(
        key="bookings",
        name=_("Bookings to be approved"),
        icon="coin",
        right="transactions.view_ledger",
        rows=work.bookings,
        item=work.booking_item,
        since="proposed_at",
        address="transactions_linebooking",
        query="?state__exact=proposed",
    ),
    Source(
        key="log",
        name=_("Differences from the log"),
        icon="log",
        right="exchange.conclude_discrepancy",
        rows=work.discrepancies,
        item=work.discrepancy_item,
        since="found_at",
        address="exchange_discrepancy",
        query="?standing=open",
    ),
)


@dataclass
class Queue:
    """A queue as it stands now; days are working days."""

    source: Source
    due: list[int | None] = field(default_factory=list)
    age: list[int] = field(default_factory=list)
    share: float = 0

    @property
    def waiting(self) -> int:
        """Rows that wait."""
        return len(self.age)

    @property
    def late(self) -> int:
        """Rows whose day has passed."""
        return sum(days is not None and days < 0 for days in self.due)

    @property
    def today(self) -> int:
        """Rows due today."""
        return sum(days == 0 for days in self.due)

    @property
    def oldest(self) -> int:
        """Age of the oldest row."""
        return max(self.age, default=0)

    @property
    def median(self) -> float:
        """Age of the middle row."""
        return median(self.age) if self.age else 0


def sources_of(actor: Actor) -> list[Source]:
    """Queues the person may read."""
    return [source for source in SOURCES if may(actor, source.right)]


def queues_of(actor: Actor) -> list[Queue]:
    """All queues of a person, counted in one query."""
    sources = sources_of(actor)
    queues = {source.key: Queue(source) for source in sources}
    if not sources:
        return []
    first, *others = [source.waiting() for source in sources]
    rows: Iterable = first.union(*others, all=True) if others else first
    day = today()
    for key, due, since in rows:
        queues[key].due.append(None if due is None else days_left(day, due))
        queues[key].age.append(max(0, days_left(local_day(since), day)) if since else 0)
    return _with_shares(list(queues.values()))


def _with_shares(queues: list[Queue]) -> list[Queue]:
    fullest = max((queue.waiting for queue in queues), default=0)
    for queue in queues:
        queue.share = 100 * queue.waiting / fullest if fullest else 0
    return queues


@dataclass(frozen=True)
class Totals:
    """All queues together."""

    waiting: int
    late: int
    today: int
    oldest: int


def totals(queues: Sequence[Queue]) -> Totals:
    """Sums over the queues."""
    return Totals(
        waiting=sum(queue.waiting for queue in queues),
        late=sum(queue.late for queue in queues),
        today=sum(queue.today for queue in queues),
        oldest=max((queue.oldest for queue in queues), default=0),
    )


def work_list(actor: Actor, *, mine: bool = False) -> list[Item]:
    """The most urgent work of all queues, late first, without deadline last."""
    day = today()
    found = reduce(lambda items, source: items + source.nearest(SHOWN), sources_of(actor), list[Item]())
    kept = [item for item in found if not mine or item.holder_id == getattr(actor.user, "pk", None)]
    return [_dated(item, day) for item in sorted(kept, key=lambda item: (item.due is None, item.due or day))[:SHOWN]]


def _dated(item: Item, day: dt.date) -> Item:
    item.days = None if item.due is None else days_left(day, item.due)
    return item
