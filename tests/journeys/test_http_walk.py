"""A whole trade over HTTP by somebody who knows the README alone, and the same trade twice at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys import books
from tests.journeys.trade import Trade

pytestmark = pytest.mark.slow


def test_two_trades_at_once_end_with_the_bytes_sums_and_leaves_of_two_trades(portal, logins):
    trades = [
        Trade(portal.address, logins, seller="finance", buyer="buyer", name="A"),
        Trade(portal.address, logins, seller="agriculture", buyer="institute", name="B"),
    ]
    before = books.counts(portal)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(Trade.run, trades))

    assert books.counts(portal) == {name: before[name] + 2 * effect for name, effect in books.EFFECTS.items()}
    assert len({trade.number for trade in done}) == 2
    assert [trade.repeated for trade in done] == [[], []]
    for trade in done:
        books.assert_whole(portal, trade)
