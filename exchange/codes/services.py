"""Deadlines by the working calendar, and changes to it."""

import datetime as dt

from django.db import transaction

from exchange.codes import selectors
from exchange.codes.models import Holiday
from exchange.common.clock import add_working_days, working_days_between


def due_day(start: dt.date, days: int) -> dt.date:
    """The last day of a period of working days that begins after `start`."""
    calendar = selectors.working_calendar()
    return add_working_days(start, days, calendar.off, calendar.worked)


def days_left(today: dt.date, due: dt.date) -> int:
    """Working days from today to a due day; negative when it has passed."""
    calendar = selectors.working_calendar()
    return working_days_between(today, due, calendar.off, calendar.worked)


@transaction.atomic
def set_holiday(*, day: dt.date, is_off: bool, note: str) -> Holiday:
    """A day becomes free, or a day to be worked."""
    row, _ = Holiday.objects.update_or_create(day=day, defaults={"is_off": is_off, "note": note})
    transaction.on_commit(selectors.forget)
    return row
