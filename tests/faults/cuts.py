"""F4: the process dies before and after the commit of every step of an order.

The portal's copy is given one more app that watches what is written: where a failpoint is armed for a kind of event,
the process that writes it is killed before its transaction is committed, or right after.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults import checks
from tests.faults.money import seller_of
from tests.faults.run import Run
from tests.faults.shop import listings
from tests.faults.verdict import Outcome
from tests.journeys.books import EVENTS
from tests.journeys.portal import Portal
from tests.journeys.trade import Trade

KINDS = sorted({*EVENTS, "entitlement.open"})
APP = """
import os
import signal
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.db import transaction
from django.db.backends.signals import connection_created


class Failpoints(AppConfig):
    name = "failpoints"

    def ready(self):
        connection_created.connect(_watch)


def _watch(connection, **kwargs):
    if _cut not in connection.execute_wrappers:
        connection.execute_wrappers.append(_cut)


def _cut(execute, sql, params, many, context):
    result = execute(sql, params, many, context)
    # an entry of its own, or one stored in the same statement as the money it speaks of
    if isinstance(sql, str) and "INSERT INTO exchange_entry " in sql.replace('"', ""):
        for word in filter(lambda value: isinstance(value, str) and "." in value and "/" not in value, params or ()):
            if _takes(word, "before"):
                os.kill(os.getpid(), signal.SIGKILL)
            if _takes(word, "after"):
                transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
    return result


def _takes(kind, when):
    try:
        (Path(settings.STATE_DIR) / "failpoints" / f"{kind}-{when}").unlink()
    except OSError:
        return False
    return True
"""


def install(portal: Portal) -> None:
    """Put the app into the copied clone; without an armed failpoint it does nothing."""
    (portal.clone / "failpoints").mkdir()
    (portal.clone / "failpoints" / "__init__.py").write_text("", encoding="ascii")
    (portal.clone / "failpoints" / "apps.py").write_text(APP, encoding="ascii")
    settings = portal.clone / "exchange" / "settings" / "demo.py"
    settings.write_text(
        settings.read_text("utf-8") + '\nINSTALLED_APPS = [*INSTALLED_APPS, "failpoints.apps.Failpoints"]\n', "utf-8"
    )


def _arm(run: Run) -> Path:
    folder = run.state / "failpoints"
    folder.mkdir(exist_ok=True)
    for kind in KINDS:
        for when in ("before", "after"):
            (folder / f"{kind}-{when}").touch()
    return folder


def every_step(run: Run) -> Outcome:
    """Each failpoint strikes once, in whichever of two trades comes there first; both trades end as always."""
    outcome = Outcome("F4", "cut before and after the commit of every step", 2 * len(KINDS))
    buyers = ("buyer", "institute")
    dataset = listings(Trade(run.portal.address, run.logins).person("buyer", "buyer"))[0]
    seller = seller_of(run, dataset)
    trades = [Trade(run.portal.address, run.logins, dataset=dataset, seller=seller, buyer=buyer) for buyer in buyers]
    for trade in trades:  # signed in before anything dies
        for role, organisation in (("buyer", trade.buyer), ("signatory", trade.buyer), ("signatory", seller)):
            trade.person(role, organisation)
        trade.person("steward", seller)
    folder, began = _arm(run), time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Trade.run, trades))
    left = sorted(path.name for path in folder.iterdir())
    for name in left:
        (folder / name).unlink()
    outcome.done = outcome.planned - len(left)
    run.portal.recover()
    outcome.figures |= {
        "both trades done after": f"{time.monotonic() - began:.0f} s",
        "steps done again": sum(len(trade.repeated) for trade in trades),
    }
    if left:
        outcome.figures["did not strike"] = ", ".join(left)
    outcome.breaches += [f"a person saw {line}" for trade in trades for line in trade.broken]
    outcome.breaches += checks.breaches_of_log(run.portal, []) + checks.breaches(run.portal)
    return outcome
