"""What the log costs, and how fast it is: orders at 8 clients, publication under that load, receipts to both parties.

    .venv/bin/python -m tests.bench.logged [--clients 8] [--orders 40] [--rounds 2] [--payments 40]

Makes a database of its own on the embedded server and starts a sequencer and a worker beside it. Then, by turns:
processes place orders through the use case with the log on; through the same use case with record() emptied; and by
plain SQL of the same rows, the floor. While the log is on, the time from an entry to the checkpoint that publishes it
is taken. Before that, payments are reported two a second, and the time is taken until proof and opening have left
by mail to both sides. Prints each figure beside its goal; exit status 0 only when all are kept.
"""

import argparse
import importlib
import multiprocessing
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings.test")
START_LIMIT, CALM_LIMIT = 150, 90  # seconds until every process stands ready, and until the last entry is published
WARM_UP = 2  # orders of each client that are not counted
SHARE, PUBLISHED, RECEIVED = 0.60, 2.0, 5.0  # goals: part of the throughput, and seconds at the 99th hundredth
PACE = 0.5  # seconds between two payments
ON, EMPTIED, FLOOR = "log on", "record() emptied", "plain SQL"
ANSWERS = {
    "purpose": "research",
    "territory": "VN",
    "storage_place": "VN",
    "use_description": "Phân tích nội bộ để lập kế hoạch sản xuất của năm sau.",
}
SAME_ROWS = """
WITH o AS (INSERT INTO transactions_order ({order}, number, log_ref, idempotency_key)
           SELECT {order}, 'SQL' || %(key)s, md5(%(key)s), %(key)s FROM transactions_order WHERE id = %(id)s
           RETURNING id, log_ref),
e AS (INSERT INTO transactions_orderevent ({event}, order_id)
      SELECT {prefixed}, o.id FROM o, transactions_orderevent t WHERE t.order_id = %(id)s LIMIT 1)
INSERT INTO exchange_entry ({entry}, subject, object_ref, leaf_hash, leaf)
SELECT {of_entry}, 'transactions.order:' || o.id, o.log_ref,
       encode(sha256('\\x00'::bytea || convert_to(o.log_ref, 'UTF8')), 'hex'), convert_to(o.log_ref, 'UTF8')
  FROM o, exchange_entry t WHERE t.subject = 'transactions.order:%(id)s' AND t.number = 1
"""
LATENCIES = """
SELECT extract(epoch FROM c.signed_at - e.made_at)::float8
  FROM exchange_entry e JOIN exchange_leaf l ON l.entry_id = e.id, LATERAL (
       SELECT signed_at FROM exchange_checkpoint c WHERE c.year = l.year AND c.size > l.index ORDER BY size LIMIT 1) c
 WHERE e.id > %s AND e.kind = 'order.request' ORDER BY 1
"""
MAILED = """
SELECT extract(epoch FROM max(m.mailed_at) - e.made_at)::float8, count(*), count(m.mailed_at)
  FROM exchange_entry e JOIN exchange_message m ON m.kind = 'order.receipt' AND (m.context ->> 'entry')::bigint = e.id
 WHERE e.id > %s AND e.kind = 'order.pay' GROUP BY e.id, e.made_at ORDER BY 1
"""


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def connect(database: dict[str, Any]) -> None:
    """Start Django in a child process on the database of this run."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    settings.DATABASES["default"].update(database)
    connections["default"].settings_dict.update(database)


def sequence(database: dict[str, Any], ending: Any) -> None:
    """The sequencer as its own process, until told to end."""
    connect(database)
    from exchange.transparency import outbox

    stop = threading.Event()
    threading.Thread(target=lambda: (ending.wait(), stop.set()), daemon=True).start()
    outbox.watch(stop)


def work(database: dict[str, Any]) -> None:
    """The worker as its own process; it ends with a signal."""
    connect(database)
    from django.core.management import call_command

    call_command("worker", grace=1.0)


def empty_record() -> None:
    """Let every module that records do nothing instead."""
    import transactions.orders.services  # the use case, with everything it calls
    from exchange.transparency import services
    from exchange.transparency.models import Entry

    real = services.record
    for module in list(sys.modules.values()):
        if getattr(module, "record", None) is real:
            module.record = lambda *_args, **_kinds: Entry(pk=0)  # type: ignore[attr-defined]
    assert transactions.orders.services.record is not real


def by_service(share: dict[str, int], key: str) -> None:
    """The use case: a buyer places one order."""
    from accounts.access.actor import Actor
    from accounts.organisations.models import Organisation
    from accounts.users.models import User
    from transactions.orders.services import request_order

    user, buyer = User.objects.get(pk=share["user"]), Organisation.objects.get(pk=share["buyer"])
    actor = Actor(user=user, organisation=buyer, roles=frozenset({"buyer"}))
    request_order(listing_id=share["listing"], idempotency_key=key, actor=actor, **ANSWERS)


def by_sql(share: dict[str, int], key: str) -> None:
    """The rows of one order, its event and its entry in one round trip."""
    from django.db import connection, models

    order, event, entry = (
        importlib.import_module(f"{place}.models").__dict__[name]
        for place, name in (
            ("transactions.orders", "Order"),
            ("transactions.orders", "OrderEvent"),
            ("exchange.transparency", "Entry"),
        )
    )

    def columns(model: type[models.Model], *own: str, prefix: str = "") -> str:
        names = [field.column for field in model._meta.local_concrete_fields if field.column not in {"id", *own}]
        return ", ".join(f"{prefix}{name}" for name in names)

    made = {"number", "log_ref", "idempotency_key"}
    told = {"subject", "object_ref", "leaf_hash", "leaf"}
    statement = SAME_ROWS.format(
        order=columns(order, *made),
        event=columns(event, "order_id"),
        prefixed=columns(event, "order_id", prefix="t."),
        entry=columns(entry, *told),
        of_entry=columns(entry, *told, prefix="t."),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"id": share["template"], "key": key[-20:]})


def client(database: dict[str, Any], way: str, share: dict[str, int], count: int, gate: Any, answers: Any) -> None:
    """One process: waits for the others, places its orders, answers its times and failures."""
    connect(database)
    act = by_sql if way == FLOOR else by_service
    if way == EMPTIED:
        empty_record()
    run = secrets.token_hex(6)
    for number in range(WARM_UP):
        act(share, f"{run}w{number}")
    gate.wait()
    times, failures = [], []
    for number in range(count):
        begun = time.perf_counter()
        try:
            act(share, f"{run}n{number}")
        except Exception as error:
            failures.append(repr(error))
        times.append(time.perf_counter() - begun)
    answers.put((times, failures))


def throughput(database: dict[str, Any], way: str, shares: list[dict[str, int]], count: int) -> tuple[float, str]:
    """Orders a second with one process for each share, and the line to print."""
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(len(shares) + 1, timeout=START_LIMIT), context.Queue()
    each = [context.Process(target=client, args=(database, way, share, count, gate, answers)) for share in shares]
    for process in each:
        process.start()
    gate.wait()
    begun = time.perf_counter()
    found = [answers.get() for _ in each]
    took = time.perf_counter() - begun
    for process in each:
        process.join()
    times = sorted(one for own, _failures in found for one in own)
    failures = [failure for _times, own in found for failure in own]
    done = (len(times) - len(failures)) / took
    line = f"{way:17} {done:7.1f}/s  p50 {at(times, 0.5) * 1000:6.1f} ms  p99 {at(times, 0.99) * 1000:6.1f} ms"
    return done, line + (f"  {len(failures)} FAILED: {failures[0]}" if failures else "")


def at(ordered: list[float], part: float) -> float:
    """The value below which a part of the ordered values lies."""
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else float("inf")


def rows(statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What the database answers."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.fetchall()


def last_entry() -> int:
    """The newest entry of the log."""
    return int(rows("SELECT coalesce(max(id), 0) FROM exchange_entry")[0][0])


def wait_for(statement: str) -> None:
    """Wait until a question to the database is answered with true."""
    until = time.monotonic() + CALM_LIMIT
    while not rows(statement)[0][0] and time.monotonic() < until:
        time.sleep(0.2)


NOTHING_WAITS = "SELECT NOT EXISTS (SELECT 1 FROM exchange_pending)"
WORKER_WORKS = "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'succeeded')"


def shares_of(clients: int) -> list[dict[str, int]]:
    """A listing, a buyer and an order to copy for each client."""
    from tests.factories.transactions import acting, listed, trader
    from transactions.orders.models import Order

    found = []
    for number in range(clients):
        buyer = trader()
        person = acting(buyer, "buyer").user
        assert person is not None
        share = {"listing": listed().pk, "buyer": buyer.pk, "user": person.pk}
        by_service(share, f"template{number}")
        found.append(share | {"template": Order.objects.order_by("-pk").values_list("pk", flat=True)[0]})
    return found


def order_to_pay() -> Any:
    """An order that waits for its payment, with the leaf a factory leaves out (else the worker stops all trade)."""
    from django.db import transaction

    from accounts.access.actor import Actor
    from exchange.transparency.services import record
    from tests.factories.transactions import OrderFactory

    with transaction.atomic():
        order = OrderFactory(awaiting_payment=True)
        told = {"number": order.number, "before": "concluded", "after": order.state}
        record("order.ask_payment", subject=order, actor=Actor.system("bench"), data=told)
    return order


def receipts(payments: int) -> tuple[list[float], int]:
    """Report payments at an even pace; seconds from each to the last mail of its receipt, and how many have none."""
    from django.conf import settings

    from accounts.access.actor import Actor
    from exchange.common.clock import now
    from transactions.payments.services import BankCredit, receive_transfer

    orders = [order_to_pay() for _ in range(payments)]
    start, account = last_entry(), settings.ESCROW_ACCOUNT["number"]
    for order in orders:
        transfer, digest = f"bench-{order.pk}", secrets.token_hex(32)
        credit = BankCredit(transfer, order.total, "VND", account, order.number, now(), digest)
        receive_transfer(credit, actor=Actor.system("bank"))
        time.sleep(PACE)
    until = time.monotonic() + CALM_LIMIT
    while time.monotonic() < until:
        found = rows(MAILED, start)
        if len(found) == payments and all(total == mailed for _seconds, total, mailed in found):
            break
        time.sleep(0.5)
    whole = [seconds for seconds, total, mailed in found if total == mailed and total > 1]
    return whole, payments - len(whole)


def run(database: dict[str, Any], given: argparse.Namespace) -> bool:
    """Everything in the database that stands ready; whether all goals are kept."""
    context = multiprocessing.get_context("spawn")
    shares, ending = shares_of(given.clients), context.Event()
    sequencer = context.Process(target=sequence, args=(database, ending))
    sequencer.start()
    worker = context.Process(target=work, args=(database,))
    worker.start()
    wait_for(WORKER_WORKS)  # it checks the books of all time first
    mailed, without = receipts(given.payments)  # first: orders without leaves would make the worker stop all trade
    worker.terminate()
    worker.join(30)
    speeds: dict[str, list[float]] = {ON: [], EMPTIED: [], FLOOR: []}
    latencies: list[float] = []
    for _round in range(given.rounds):
        for way in speeds:
            wait_for(NOTHING_WAITS)
            start = last_entry()
            done, line = throughput(database, way, shares, given.orders)
            speeds[way].append(done)
            say(line)
            if way == ON:
                wait_for(NOTHING_WAITS)
                latencies += [seconds for (seconds,) in rows(LATENCIES, start)]
    ending.set()
    sequencer.join(20)
    return verdict(speeds, sorted(latencies), sorted(mailed), without)


def verdict(speeds: dict[str, list[float]], latencies: list[float], mailed: list[float], without: int) -> bool:
    """Print each figure beside its goal."""
    on, emptied, floor = (max(speeds[way]) for way in (ON, EMPTIED, FLOOR))
    slow, late = at(latencies, 0.99), at(mailed, 0.99)
    say(f"log on / emptied  {on / emptied:7.0%}  goal {SHARE:.0%}; {on / floor:.0%} of plain SQL")
    for name, found, goal in (("append→published", latencies, PUBLISHED), ("receipts by mail", mailed, RECEIVED)):
        say(f"{name:17} p50 {at(found, 0.5):.2f} s  p99 {at(found, 0.99):.2f} s of {len(found)}  goal {goal:.0f} s")
    say(f"load              {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; payments without receipts: {without}")
    return on / emptied >= SHARE and slow <= PUBLISHED and late <= RECEIVED and not without


def main() -> None:
    """Make the database, measure, forget the database."""
    parser = argparse.ArgumentParser(description="What the log costs and how fast it is.")
    for name, value in (("clients", 8), ("orders", 40), ("rounds", 2), ("payments", 40)):
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    from exchange.embedded import lease

    held = lease.take("bench-postgres", durable=True)
    state = Path(tempfile.mkdtemp(prefix="bench-log-"))
    os.environ["DATABASE_URL"] = held.server.url()
    os.environ["EXCHANGE_TEST_DATABASE"] = f"bench_{secrets.token_hex(4)}"
    os.environ["EXCHANGE_TEST_STATE"] = str(state)
    import django

    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        from tests.conftest import load_reference

        load_reference()
        parts = {part: connection.settings_dict[part] for part in ("HOST", "PORT", "PASSWORD", "USER")}
        kept = run(parts | {"NAME": name}, given)
    finally:
        connection.creation.destroy_test_db(os.environ["EXCHANGE_TEST_DATABASE"], verbosity=0)
        held.give_back()
        shutil.rmtree(state, ignore_errors=True)
    sys.exit(not kept)


if __name__ == "__main__":
    main()
