"""A whole trade over HTTP by somebody who knows the README alone, and the same trade twice at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys import books
from tests.journeys.sessions import addresses_told, roles_in_use
from tests.journeys.trade import Trade

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("portal")]
OWN_ROLE = {"web": "exchange_web", "worker": "exchange_worker", "sequencer": "exchange_sequencer"}


def test_two_trades_at_once_end_with_the_bytes_sums_and_leaves_of_two_trades(portal, logins):
    seen: set[tuple[str, str]] = set()  # part of the portal, role of its session in the database, at every step

    def look(step):
        seen.update(roles_in_use(portal))

    trades = [
        Trade(portal.address, logins, seller="finance", buyer="buyer", name="A", before=look),
        Trade(portal.address, logins, seller="agriculture", buyer="institute", name="B", before=look),
    ]
    before = books.counts(portal)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(Trade.run, trades))

    assert books.counts(portal) == {name: before[name] + 2 * effect for name, effect in books.EFFECTS.items()}
    assert len({trade.number for trade in done}) == 2
    assert [trade.repeated for trade in done] == [[], []]
    for trade in done:
        books.assert_whole(portal, trade)
    assert seen == set(OWN_ROLE.items())  # each process only ever signed in as itself


@pytest.mark.parametrize(("part", "role"), OWN_ROLE.items())
def test_process_is_told_the_address_of_its_own_role_and_no_other(portal, part, role):
    told = [addresses_told(pid) for pid in portal.pids(part)]

    assert told
    for addresses in told:
        ((_variable, address),) = addresses.items()
        assert address.startswith(f"postgresql://{role}:")
