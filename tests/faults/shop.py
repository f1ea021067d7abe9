"""Load: buyers who order, note what was acknowledged, and send the same form again while no answer comes."""

import random
import re
import threading
import time
from typing import Any
from urllib.parse import quote_plus

from tests.faults.checks import ask
from tests.journeys.answers import ORDER
from tests.journeys.portal import Portal
from tests.journeys.trade import LOST, Trade
from tests.journeys.walker import Walker

LONGEST = 180  # seconds after which a buyer gives up, and says so
HELD = "SELECT string_agg(number, ',') FROM transactions_order WHERE idempotency_key = %s"


class Shop:
    """Several buyers at once, from `open` to `close`."""

    def __init__(self, portal: Portal, logins: list[dict[str, Any]], chance: random.Random, buyers: int = 3) -> None:
        self.portal, self.chance = portal, chance
        self.walkers = [Trade(portal.address, logins).person("buyer", "buyer") for _ in range(buyers)]
        self.listings = listings(self.walkers[0])
        self.acked: dict[str, str] = {}  # key of the form -> number of the order the buyer saw
        self.repeated = self.lost = 0
        self.seconds: list[float] = []
        self.statuses: dict[int, int] = {}
        self.crashes: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._buy, args=[walker]) for walker in self.walkers]

    def __enter__(self) -> "Shop":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _buy(self, walker: Walker) -> None:
        try:
            while not self._over.is_set():
                self._order(walker, self.chance.choice(self.listings))
        except Exception as problem:
            self.crashes.append(repr(problem))

    def _order(self, walker: Walker, listing: str) -> None:
        """One order; the form is sent until an answer says what became of it."""
        form = self._persist(lambda: walker.get(f"/datasets/{listing}/order/") and walker.main_form())
        key, began = form.values["idempotency_key"][0], time.monotonic()
        while True:
            try:
                walker.submit(form, **ORDER)
            except LOST:
                self.repeated += 1
                if time.monotonic() - began > LONGEST:
                    raise
                time.sleep(0.2)
                continue
            break
        self.seconds.append(time.monotonic() - began)
        self.statuses[walker.page.status] = self.statuses.get(walker.page.status, 0) + 1
        found = re.search(r"/orders/([A-Z0-9]+)/", walker.page.url)
        if found:
            self.acked[key] = found[1]

    def _persist(self, look: Any) -> Any:
        end = time.monotonic() + 120
        while True:
            try:
                return look()
            except (*LOST, LookupError):
                self.lost += 1
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def breaches(self) -> list[str]:
        """Every acknowledged order exists once under its key, and every buyer was served to the end."""
        found = [f"a buyer gave up: {crash}" for crash in self.crashes]
        found += [f"a buyer saw {line}" for walker in self.walkers for line in walker.broken]
        found += [f"{count} answers {status}" for status, count in self.statuses.items() if status != 200]
        for key, number in self.acked.items():
            held = ask(
                self.portal, "SELECT string_agg(number, ',') FROM transactions_order WHERE idempotency_key = %s", key
            )
            if held != number:
                found.append(f"the order {number} was acknowledged, the database holds {held}")
        return found

    def figures(self) -> dict[str, Any]:
        """How much was going on."""
        return {"orders acknowledged": len(self.acked), "forms sent again": self.repeated}


def listings(walker: Walker) -> list[str]:
    """Datasets of the catalogue that can be ordered for a price."""
    found: list[str] = []
    for word in ("doanh thu", "chăn nuôi", "công nghiệp"):
        walker.get(f"/catalogue/?q={quote_plus(word)}")
        numbers = dict.fromkeys(re.findall(r"/datasets/(D-\d{4}-\d{6})/", " ".join(walker.links)))
        for number in numbers:
            walker.get(f"/datasets/{number}/")
            if walker.link(f"/datasets/{number}/order/") and number not in found:
                walker.get(f"/datasets/{number}/order/")
                if any(form.kinds.get("idempotency_key") for form in walker.forms):
                    found.append(number)
    return found
