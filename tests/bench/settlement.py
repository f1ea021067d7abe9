"""Settlements a second at 8 clients: the exchange's own way against plain SQL of the same rows.

    .venv/bin/python -m tests.bench.settlement [--clients 8] [--orders 800]

Makes a database of its own on the embedded server, copies one paid order many times, and lets processes settle
their share. Prints settlements a second, the 50th and 99th hundredth of the times, failures, and the time of a core
each took in Python (a busy machine spoils the rest). The floor beside it is the same rows written by plain SQL in one
round trip each.
"""

import argparse
import multiprocessing
import os
import secrets
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings.test")
COPY = """
INSERT INTO transactions_order ({columns}, number, log_ref, idempotency_key)
SELECT {columns}, 'SDL2026' || lpad(n::text, 6, '0') || 'B', md5('bench' || n), 'bench' || n
  FROM transactions_order, generate_series(1, %s) n WHERE id = %s RETURNING id, number
"""
PAY = """
SELECT count(*) FROM transactions_order o, LATERAL ledger_post('payment:' || o.number, 'payment', o.number, NULL, '',
    repeat('0', 64), 'bench', now(), ARRAY['bank:escrow', 'escrow:' || o.number], ARRAY['bank:escrow', 'escrow'],
    ARRAY[false, true], ARRAY[-o.total, o.total]) WHERE o.id = ANY (%s)
"""
# The rows of one settlement and its leaf, in one round trip; locks as the exchange takes them.
FLOOR = """
WITH o AS (SELECT * FROM transactions_order WHERE id = %(id)s FOR NO KEY UPDATE),
j AS (INSERT INTO transactions_journal (key, kind, order_number, reason, body_digest, made_by, made_at)
      SELECT 'settle:' || number, 'settle', number, '', repeat('0', 64), 'floor', now() FROM o RETURNING id),
a AS (SELECT a.id, a.code FROM transactions_account a, o
       WHERE a.code IN ('escrow:' || o.number, 'seller:payable:' || o.seller_id, 'fee:income', 'vat:payable')),
p AS (INSERT INTO transactions_posting (journal_id, account_id, amount)
      SELECT j.id, a.id, CASE WHEN a.code LIKE 'escrow:%%' THEN -o.total WHEN a.code LIKE 'seller%%' THEN o.seller_share
             WHEN a.code = 'fee:income' THEN o.fee ELSE o.fee_vat END FROM j, a, o RETURNING 1)
INSERT INTO exchange_entry (kind, subject, object_ref, number, previous, salt, record, leaf, leaf_hash, actor,
                            acting_for, made_at, rows)
SELECT 'payment.settle', 'transactions.order:' || o.id, o.log_ref, 1, '', decode(repeat('00', 32), 'hex'),
       convert_to(o.number, 'UTF8'), convert_to(o.number, 'UTF8'),
       encode(sha256('\\x00'::bytea || convert_to(o.number, 'UTF8')), 'hex'), 'floor', '', now(), ''::bytea
  FROM o, (SELECT count(*) FROM p) done
"""


def settle_by_service(pk: int) -> None:
    """The use case: order locked, escrow shared out, leaf committed, people told."""
    from django.db import transaction

    from accounts.access.actor import Actor
    from exchange.common.retry import retried
    from transactions.orders.models import Order
    from transactions.payments.services import settle

    @retried
    @transaction.atomic
    def run() -> None:
        settle(Order.objects.locked().select_related("seller").get(pk=pk), actor=Actor.system("bench"))

    run()


def settle_by_sql(pk: int) -> None:
    """The same rows by plain SQL."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FLOOR, {"id": pk})


START_LIMIT = 120  # seconds in which every process must stand ready; one that failed ends the whole
WARM_UP = 4  # settlements of each process that are not counted: imports, plans, connections
WAYS = {"exchange": settle_by_service, "plain SQL": settle_by_sql}


def client(database: dict, way: str, share: list[int], gate, answers) -> None:
    """One process: connects, waits for the others, settles its share, answers its times and failures."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    settings.DATABASES["default"].update(database)
    connections["default"].settings_dict.update(database)
    connections["default"].ensure_connection()
    for pk in share[:WARM_UP]:
        WAYS[way](pk)
    gate.wait()
    times, failures, used = [], [], time.process_time()
    for pk in share[WARM_UP:]:
        begun = time.perf_counter()
        try:
            WAYS[way](pk)
        except Exception as error:
            failures.append(repr(error))
        times.append(time.perf_counter() - begun)
    answers.put((times, failures, time.process_time() - used))


def measure(database: dict, way: str, keys: list[int], clients: int) -> str:
    """Let processes settle their shares at once."""
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(clients + 1, timeout=START_LIMIT), context.Queue()
    processes = [
        context.Process(target=client, args=(database, way, keys[number::clients], gate, answers))
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    gate.wait()
    begun = time.perf_counter()
    found = [answers.get() for _ in processes]
    took = time.perf_counter() - begun
    for process in processes:
        process.join()
    times = sorted(one for each, _failures, _used in found for one in each)
    failures = [failure for _times, each, _used in found for failure in each]
    used = sum(each for _times, _failures, each in found) * 1000 / len(times)
    done = len(times) - len(failures)
    p50, p99 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
    line = f"{way:10} {done / took:7.1f}/s  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  {done} done, {len(failures)} failed"
    line += f", {used:.1f} ms of a core each in Python"
    return line + (f"\n  first failure: {failures[0]}" if failures else "")


def orders(count: int) -> list[int]:
    """Paid orders of one seller, copied from one that a factory made."""
    from django.db import connection

    from tests.factories.transactions import OrderFactory
    from transactions.orders.models import Order

    one = OrderFactory(awaiting_acceptance=True)
    own = {"id", "number", "log_ref", "idempotency_key"}
    columns = ", ".join(field.column for field in Order._meta.local_concrete_fields if field.column not in own)
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(columns=columns), [count, one.pk])
        keys = [pk for pk, _number in cursor.fetchall()]
        cursor.execute(PAY, [keys])
        accounts = [f"seller:payable:{one.seller_id}", "fee:income", "vat:payable"]
        kinds = ["seller:payable", "fee:income", "vat:payable"]
        cursor.execute("SELECT ledger_lock(%s, %s, %s)", [accounts, kinds, [True, False, False]])
    return keys


def main() -> None:
    """Make the database, measure both ways, check the books, forget the database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--orders", type=int, default=800)
    given = parser.parse_args()
    from exchange.embedded import lease

    held = lease.take("bench-postgres", durable=True)
    os.environ["DATABASE_URL"] = held.server.url()
    os.environ["EXCHANGE_TEST_DATABASE"] = f"bench_{secrets.token_hex(4)}"
    import django

    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        run(name, given.orders, given.clients)
    finally:
        connection.creation.destroy_test_db(os.environ["EXCHANGE_TEST_DATABASE"], verbosity=0)
        held.give_back()


def run(name: str, count: int, clients: int) -> None:
    """Both ways in the database that stands ready."""
    from django.db import connection

    from tests.conftest import load_reference
    from transactions.ledger.selectors import total

    load_reference()
    keys = orders(2 * count)
    database = {part: connection.settings_dict[part] for part in ("HOST", "PORT", "PASSWORD", "USER")} | {"NAME": name}
    for way, share in (("exchange", keys[:count]), ("plain SQL", keys[count:])):
        sys.stdout.write(measure(database, way, share, clients) + "\n")
    sys.stdout.write(f"ledger sums to {total()}\n")


if __name__ == "__main__":
    main()
