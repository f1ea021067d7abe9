"""kill -9 at any step of a trade: the walk is taken up where it was, and ends with the same bytes, sums and leaves.

`make test` walks once and kills each part on the way; `make journeys` kills each part at every step of a walk.
"""

import os
import threading
import time
import zlib

import pytest

from tests.journeys import books
from tests.journeys.portal import Portal
from tests.journeys.trade import Trade

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("portal")]
STEPS = [name for name, _step in Trade("", []).steps]
VICTIMS = ("web", "web-worker", "worker", "sequencer", "postgres")
PATIENCE = 60  # seconds a part may take to stand again on a busy machine
ALL = os.environ.get("KILLS") == "all"
SAMPLE = [{"upload": "worker", "order": "web-worker", "pay": "postgres", "download": "web", "confirm": "sequencer"}]
CASES = [dict.fromkeys(STEPS, victim) for victim in VICTIMS] if ALL else SAMPLE


class Killer:
    """Kills a part a moment after a step began: the same moment each time, another one for each step."""

    def __init__(self, portal: Portal, plan: dict[str, str]) -> None:
        self.portal, self.plan = portal, plan
        self.killed: dict[str, int] = {}
        self.threads: list[threading.Thread] = []

    def __call__(self, step: str) -> None:
        """Told by the walk that a step begins."""
        if step in self.plan:
            thread = threading.Thread(target=self._strike, args=[step])
            thread.start()
            self.threads.append(thread)

    def _strike(self, step: str) -> None:
        time.sleep(zlib.crc32(step.encode()) % 300 / 1000)
        until, self.killed[step] = time.monotonic() + PATIENCE, 0
        while not self.killed[step] and time.monotonic() < until:  # it may still be dead from the step before
            self.killed[step] = len(self.portal.kill(self.plan[step]))
            time.sleep(0.1)

    def join(self) -> None:
        """Wait for the last strike."""
        for thread in self.threads:
            thread.join()


@pytest.mark.parametrize("plan", CASES, ids=lambda plan: "-".join(dict.fromkeys(plan.values())))
def test_a_trade_outlives_the_death_of_every_part(portal, logins, plan):
    portal.recover()
    killer = Killer(portal, plan)
    before = books.counts(portal)

    trade = Trade(portal.address, logins, name="K", before=killer).run()
    killer.join()
    portal.recover()

    assert killer.killed.keys() == plan.keys()
    assert all(killer.killed.values())
    assert books.counts(portal) == {name: before[name] + effect for name, effect in books.EFFECTS.items()}
    books.assert_whole(portal, trade, deliveries=1 + len(trade.repeated))
