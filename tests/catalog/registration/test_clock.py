"""Returned cases are remembered twice and then lapse."""

import datetime as dt

import pytest

from catalog.assets.states import RevisionState
from catalog.offers.states import ListingState
from catalog.registration import services
from catalog.registration.services import clock as room_clock
from catalog.registration.services.clock import CLOCK
from exchange.codes.services import due_day
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def on_day(monkeypatch):
    """The clock shows a day."""

    def show(day: dt.date) -> None:
        monkeypatch.setattr(room_clock, "today", lambda: day)

    return show


@pytest.fixture
def returned(owner, steward):
    revision = RevisionFactory(asset__owner=owner, in_review=True, submitted_by=steward.user)
    revision.state, revision.due_on = RevisionState.RETURNED, due_day(MONDAY, 30)
    revision.save()
    return revision


@pytest.mark.parametrize(
    ("days", "reminders", "state"),
    [(9, 0, "returned"), (10, 1, "returned"), (20, 2, "returned"), (30, 2, "returned"), (31, 2, "lapsed")],
)
def test_reminders_and_lapse_by_working_days(days, reminders, state, returned, on_day, steward):
    for passed in range(days + 1):
        on_day(due_day(MONDAY, passed))
        services.run_clocks()

    returned.refresh_from_db()
    assert returned.state == state
    assert Message.objects.filter(recipient=steward.user, kind="registration.reminder").count() == reminders


def test_running_twice_on_a_day_reminds_once(returned, on_day):
    on_day(due_day(MONDAY, 12))

    assert services.remind_or_lapse(revision_id=returned.pk, actor=CLOCK) == "reminded"
    assert services.remind_or_lapse(revision_id=returned.pk, actor=CLOCK) == ""


def test_a_lapse_is_logged_and_told(returned, on_day, steward):
    on_day(due_day(MONDAY, 31))

    services.run_clocks()

    entry = Entry.objects.get()
    assert (entry.kind, entry.actor) == ("asset.lapse", "system:clock")
    assert Message.objects.filter(recipient=steward.user, kind="registration.lapsed").exists()


def test_returned_offers_lapse_too(owner, on_day):
    listing = ListingFactory(revision=RevisionFactory(asset__owner=owner, registered=True), in_review=True, priced=True)
    listing.state, listing.due_on = ListingState.RETURNED, due_day(MONDAY, 30)
    listing.save()
    on_day(due_day(MONDAY, 31))

    services.run_clocks()

    listing.refresh_from_db()
    assert listing.state == ListingState.LAPSED


def test_what_is_not_returned_is_left_alone(owner, on_day):
    revision = RevisionFactory(asset__owner=owner, submitted=True, due_on=MONDAY)
    on_day(dt.date(2030, 1, 1))

    services.run_clocks()

    assert services.remind_or_lapse(revision_id=revision.pk, actor=CLOCK) == ""
    revision.refresh_from_db()
    assert revision.state == RevisionState.SUBMITTED
