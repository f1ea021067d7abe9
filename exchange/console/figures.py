"""Figures of the first page, counted from the log and the orders: decisions, waiting times, trade."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from statistics import median, quantiles

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from exchange.codes.services import days_left
from exchange.common.charts import Series, columns, line_chart
from exchange.common.clock import VIETNAM, local_day
from exchange.transparency.models import Entry
from transactions.orders.selectors import completed_since, traded

WEEKS = 12
SENT = (
    "case.submit",
    "case.resubmit",
    "asset.submit",
    "asset.resubmit",
    "listing.submit",
    "listing.resubmit",
    "order.screen",
    "order.supplement",
)
APPROVED = ("case.verify", "asset.register", "listing.list", "order.clear")
REFUSED = (
    "case.return",
    "case.reject",
    "asset.return",
    "asset.reject",
    "listing.return",
    "listing.reject",
    "order.return",
    "order.refuse",
)


@dataclass(frozen=True)
class Week:
    """What people decided in one week, and how many working days each case had waited."""

    monday: dt.date
    approved: int
    refused: int
    waits: tuple[int, ...]

    @property
    def name(self) -> str:
        """The day the week began."""
        return f"{self.monday:%d/%m}"

    @property
    def decided(self) -> int:
        """Decisions of the week."""
        return self.approved + self.refused

    @property
    def median(self) -> float:
        """Waiting time of the middle case."""
        return median(self.waits) if self.waits else 0

    @property
    def slow(self) -> float:
        """Waiting time nine of ten cases stayed within."""
        return quantiles(self.waits, n=10, method="inclusive")[-1] if len(self.waits) > 1 else self.median


def weeks(day: dt.date) -> list[Week]:
    """The last weeks, this one last; decisions of jobs are left out."""
    monday = day - dt.timedelta(days=day.weekday())
    first = monday - dt.timedelta(weeks=WEEKS - 1)
    counts: dict[dt.date, list[int]] = defaultdict(lambda: [0, 0])
    waits: dict[dt.date, list[int]] = defaultdict(list)
    for kind, decided, sent in _decisions(first):
        begin = decided - dt.timedelta(days=decided.weekday())
        counts[begin][kind in REFUSED] += 1
        if sent is not None:
            waits[begin].append(max(0, days_left(sent, decided)))
    mondays = [first + dt.timedelta(weeks=i) for i in range(WEEKS)]
    return [Week(each, counts[each][0], counts[each][1], tuple(waits[each])) for each in mondays]


def _decisions(first: dt.date) -> list[tuple[str, dt.date, dt.date | None]]:
    """Kind, day of the decision, day the case had last been sent: two queries over the log."""
    start = dt.datetime.combine(first, dt.time.min, VIETNAM)
    made = Entry.objects.filter(kind__in=(*APPROVED, *REFUSED), made_at__gte=start).exclude(actor__startswith="system:")
    rows = list(made.values_list("kind", "object_ref", "number", "made_at"))
    sent: dict[str, list[tuple[int, dt.date]]] = defaultdict(list)
    before = Entry.objects.filter(kind__in=SENT, object_ref__in={ref for _kind, ref, _number, _at in rows})
    for ref, number, made_at in before.order_by("number").values_list("object_ref", "number", "made_at"):
        sent[ref].append((number, local_day(made_at)))
    return [
        (kind, local_day(at), next((day for n, day in reversed(sent[ref]) if n < number), None))
        for kind, ref, number, at in rows
    ]


def completed_value(first: dt.date) -> tuple[int, int]:
    """Number of the trades completed since a day, and what was traded, before VAT, in dong."""
    done = completed_since(dt.datetime.combine(first, dt.time.min, VIETNAM))
    return done.count(), traded(done)


def _names(found: list[Week]) -> list[str]:
    """Every second week named, the last one always."""
    return [week.name if (len(found) - 1 - at) % 2 == 0 else "" for at, week in enumerate(found)]


def flow_chart(found: list[Week]) -> SafeString:
    """Decisions a week."""
    label = _("%(count)s decisions by people in the last %(weeks)s weeks.") % {
        "count": sum(week.decided for week in found),
        "weeks": len(found),
    }
    top = max(week.decided for week in found)
    return columns(
        _names(found),
        [
            Series(_("Approved"), [week.approved for week in found]),
            Series(_("Returned or refused"), [week.refused for week in found], colour=2),
        ],
        label=label,
        ceiling=-(-top // 4) * 4 or 4,
        width=620,
        height=230,
    )


def wait_chart(found: list[Week]) -> SafeString:
    """Waiting time a week."""
    label = _("Working days a case waited for its decision: middle case %(median)s, nine of ten within %(slow)s.") % {
        "median": f"{found[-1].median:g}",
        "slow": f"{found[-1].slow:g}",
    }
    top = max(week.slow for week in found)
    return line_chart(
        [week.name for week in found],
        [
            Series(_("Middle case"), [week.median for week in found], area=True),
            Series(_("Nine of ten"), [week.slow for week in found], colour=2, dashed=True),
        ],
        label=label,
        ceiling=-(-top // 4) * 4 or 4,
        width=620,
        height=230,
    )
