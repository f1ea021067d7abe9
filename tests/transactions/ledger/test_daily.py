"""One leaf a day commits to all balances."""

import datetime as dt
import json

import pytest

from accounts.access.actor import Actor
from exchange.common.canonical import digest_of
from exchange.common.clock import VIETNAM, today
from exchange.transparency.models import Entry
from tests.exchange.transparency.conftest import open_walls
from transactions.ledger.daily import figures, note_roots
from transactions.ledger.jobs import every_day
from transactions.ledger.models import Journal
from transactions.ledger.services import post

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, WEDNESDAY = (dt.date(2026, 3, day) for day in (2, 3, 4))


def pay(key: str, amount: int, at: dt.datetime, monkeypatch) -> Journal:
    monkeypatch.setattr("transactions.ledger.services.now", lambda: at)
    return post(key, "payment", {"bank:escrow": -amount, "escrow:SDL1": amount}, actor=Actor.system("bank"))


@pytest.fixture
def two_days(monkeypatch) -> tuple[Journal, Journal]:
    """A payment in the last minute of Monday in Viet Nam, and one in the first minute of Tuesday."""
    midnight = dt.datetime.combine(TUESDAY, dt.time.min, VIETNAM)
    minute = dt.timedelta(minutes=1)
    return pay("a", 700, midnight - minute, monkeypatch), pay("b", 30, midnight + minute, monkeypatch)


def noted() -> list[dict[str, str]]:
    entries = Entry.objects.filter(kind="ledger.root").order_by("number")
    return [json.loads(bytes(entry.record))["data"] for entry in entries]


def test_root_names_sum_counts_balances_and_events_of_the_vietnamese_day(two_days):
    monday, tuesday = two_days

    found = figures(MONDAY), figures(TUESDAY)

    assert found == (
        {
            "day": "2026-03-02",
            "sum": "0",
            "journals": "1",
            "postings": "2",
            "accounts": "2",
            "balances": digest_of({"bank:escrow": "-700", "escrow:SDL1": "700"}),
            "events": digest_of([["a", monday.body_digest]]),
        },
        {
            "day": "2026-03-03",
            "sum": "0",
            "journals": "2",
            "postings": "4",
            "accounts": "2",
            "balances": digest_of({"bank:escrow": "-730", "escrow:SDL1": "730"}),
            "events": digest_of([["b", tuesday.body_digest]]),
        },
    )


def test_each_day_is_logged_once_and_missed_days_are_made_up(two_days):
    counts = [note_roots(until=MONDAY), note_roots(until=MONDAY), note_roots(until=WEDNESDAY)]

    assert counts == [1, 0, 2]
    assert [root["day"] for root in noted()] == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert noted()[0] == figures(MONDAY)
    assert noted()[2]["events"] == digest_of([])


def test_journal_slipped_into_a_past_day_no_longer_fits_its_root(two_days, monkeypatch):
    note_roots(until=MONDAY)
    pay("c", 5, dt.datetime.combine(MONDAY, dt.time(9), VIETNAM), monkeypatch)

    assert noted()[0] != figures(MONDAY)
    open_walls(Journal)
    Journal.objects.filter(key="c").update(made_at=dt.datetime.combine(WEDNESDAY, dt.time(9), VIETNAM))
    assert noted()[0] == figures(MONDAY)


def test_clock_logs_the_day_before():
    every_day()

    assert [root["day"] for root in noted()] == [(today() - dt.timedelta(days=1)).isoformat()]
