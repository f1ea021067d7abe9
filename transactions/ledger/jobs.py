"""The clock's door to the ledger: its root of the day before goes into the log."""

import datetime as dt

from exchange.common.clock import today
from exchange.jobs.services import periodic
from transactions.ledger.daily import note_roots


@periodic("transactions.ledger.note_roots", cron="20 17 * * *")  # 00:20 in Viet Nam
def every_day() -> None:
    """Commit to all balances at the end of the day before, and of days that were missed."""
    note_roots(until=today() - dt.timedelta(days=1))
