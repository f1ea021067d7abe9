"""The daily root: one leaf a day commits to every balance of the ledger, so that no past day can be told otherwise."""

import datetime as dt
import json
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Sum

from exchange.common.canonical import digest_of
from exchange.common.clock import VIETNAM
from exchange.transparency.models import Entry
from exchange.transparency.services import Machine, locked_system, record_system
from transactions.ledger.models import Journal, Posting

KIND, ABOUT = "ledger.root", "ledger"
CLOCK = Machine("system:clock")


def figures(day: dt.date) -> dict[str, str]:
    """What the ledger holds at the end of a day in Viet Nam: sum, counts, hashes of all balances and of the day."""
    begin = dt.datetime.combine(day, dt.time.min, VIETNAM)
    end = begin + dt.timedelta(days=1)
    postings = Posting.objects.filter(journal__made_at__lt=end)
    sums = postings.order_by().values_list("account__code").annotate(sum=Sum("amount"))
    balances = {code: str(amount) for code, amount in sums if amount}
    journals = Journal.objects.filter(made_at__lt=end)
    of_the_day = journals.filter(made_at__gte=begin).order_by("key").values_list("key", "body_digest")
    return {
        "day": day.isoformat(),
        "sum": str(sum(map(int, balances.values()))),
        "journals": str(journals.count()),
        "postings": str(postings.count()),
        "accounts": str(len(balances)),
        "balances": digest_of(balances),
        "events": digest_of([list(row) for row in of_the_day]),
    }


@transaction.atomic
def note_roots(*, until: dt.date) -> int:
    """Log the root of every day up to `until` that has none yet, oldest first; a second run logs nothing."""
    locked_system(ABOUT)
    days = list(_days_after(_last_day(), until))
    for day in days:
        record_system(KIND, about=ABOUT, actor=CLOCK, data=figures(day))
    return len(days)


def _last_day() -> dt.date | None:
    last = Entry.objects.filter(kind=KIND).exclude(record=b"").order_by("-pk").first()
    return dt.date.fromisoformat(json.loads(bytes(last.record))["data"]["day"]) if last else None


def _days_after(last: dt.date | None, until: dt.date) -> Iterator[dt.date]:
    """The days without a root; where none was ever noted, `until` alone."""
    day = until if last is None else last + dt.timedelta(days=1)
    while day <= until:
        yield day
        day += dt.timedelta(days=1)
