"""Days and working days in Viet Nam. Times are stored in UTC, shown in Asia/Ho_Chi_Minh."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """The present moment, aware, UTC."""
    return timezone.now()


def today() -> dt.date:
    """The present day in Viet Nam."""
    return local_day(now())


def local_day(moment: dt.datetime) -> dt.date:
    """The Vietnamese calendar day of a moment."""
    return moment.astimezone(VIETNAM).date()


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("VN", years=year))


def is_working_day(
    day: dt.date, extra: frozenset[dt.date] = frozenset(), worked: frozenset[dt.date] = frozenset()
) -> bool:
    """Monday to Friday except public holidays (Labour Code 2019 Art. 112) and `extra`; `worked` are make-up days."""
    if day in worked:
        return True
    return day.weekday() < 5 and day not in _public_holidays(day.year) and day not in extra


def add_working_days(
    day: dt.date, count: int, extra: frozenset[dt.date] = frozenset(), worked: frozenset[dt.date] = frozenset()
) -> dt.date:
    """The day `count` working days after `day`: 20 after 15/09/2026 is 13/10/2026."""
    step = 1 if count >= 0 else -1
    left = abs(count)
    while left:
        day += dt.timedelta(days=step)
        if is_working_day(day, extra, worked):
            left -= 1
    return day


def working_days_between(
    start: dt.date, end: dt.date, extra: frozenset[dt.date] = frozenset(), worked: frozenset[dt.date] = frozenset()
) -> int:
    """Working days from `start` (exclusive) to `end` (inclusive); negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, extra, worked)
    days = (end - start).days
    return sum(is_working_day(start + dt.timedelta(days=i + 1), extra, worked) for i in range(days))


def end_of_day(day: dt.date) -> dt.datetime:
    """The last moment of a Vietnamese day, aware."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), VIETNAM)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day where that month is shorter (Civil Code 2015 Art. 147-148)."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))
