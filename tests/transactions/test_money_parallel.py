"""Many at once for the same money or the same right: one winner, nothing lost, nothing made (trust D.5).

The naive twin stands in the same harness without locks and must oversell: else the harness would prove nothing.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import OperationalError, connection, transaction

from accounts.access.actor import Actor
from exchange.common.clock import now
from exchange.common.errors import DomainError
from exchange.files.services import place_of
from tests.factories.accounts import PASSWORD
from tests.factories.catalog import CSV
from tests.factories.transactions import USE, OrderFactory, accept, acting, funded, listed, reviewer, trader
from transactions.contracts.services import accept_contract
from transactions.delivery.models import Delivery, Entitlement
from transactions.delivery.services import confirm_receipt, make_link, use_link
from transactions.invariants.checks import breaches
from transactions.ledger.models import Account, Journal, Posting
from transactions.ledger.selectors import balance, total
from transactions.ledger.services import post
from transactions.orders.models import Order
from transactions.orders.services import request_order
from transactions.payments.models import IncomingTransfer
from transactions.payments.refunds import refund_order
from transactions.payments.services import BankCredit, receive_transfer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SYSTEM = Actor.system("test")
CLIENTS = 16
ROUNDS = int(os.environ.get("MONEY_ROUNDS", "6"))
KEYS = int(os.environ.get("MONEY_KEYS", "4"))
LOST = int(os.environ.get("MONEY_LOST", "15"))  # answers that never reach who asked
MIXED_SECONDS = float(os.environ.get("MONEY_SECONDS", "2"))
MONEY = {"I1", "I2", "I3", "I4", "I5", "I6", "I7"}
REASON = {"reason_code": "other", "reason_text": "Nội dung không khớp mô tả."}


def together(calls: list[Callable[[], object]], *, limit: float = 120) -> list[object]:
    """Results of calls that begin at one moment, each on a connection of its own; refusals are results too."""
    gate, results = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=60)
            results.append(call())
        except DomainError as refusal:
            results.append(refusal.code)
        except OperationalError as error:
            results.append(f"database: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=limit)
    assert len(results) == len(calls)
    return results


def in_escrow(order: Order) -> Order:
    """Put the payment of a paid order into the ledger."""
    legs = {"bank:escrow": -order.total, f"escrow:{order.number}": order.total}
    post(f"payment:{order.number}", "payment", legs, order_number=order.number, actor=SYSTEM)
    return order


def test_one_transfer_reported_by_many_is_matched_once():
    order = OrderFactory(awaiting_payment=True)
    credit = BankCredit("FT1", order.total, "VND", "0000000000", order.number, now(), "0" * 64)

    results = together([lambda: receive_transfer(credit, actor=SYSTEM)[1]] * CLIENTS)

    assert Counter(results) == {True: 1, False: CLIENTS - 1}
    assert (IncomingTransfer.objects.count(), Journal.objects.count()) == (1, 1)
    assert balance(f"escrow:{order.number}") == order.total


def test_the_last_exclusive_right_goes_to_one_of_many():
    listing = listed(is_exclusive=True)
    orders = [OrderFactory(listing=listing, signing=True) for _ in range(CLIENTS)]
    for order in orders:
        accept(order.contract, "buyer")
    seller = acting(listing.revision.asset.owner, "signatory")

    def confirm(order: Order) -> str:
        given = {"order_id": order.pk, "digest": order.contract.digest, "password": PASSWORD}
        return accept_contract(actor=seller, **given).side

    results = together([lambda order=order: confirm(order) for order in orders])

    assert Counter(results) == {"seller": 1, "exclusive_right": CLIENTS - 1}
    assert Order.objects.filter(state="contracted").count() == 1


def buy(key: str) -> str:
    """One unit of ten, through the ledger's door."""
    post(key, "sale", {"escrow:STOCK": -1, "sold": 1}, actor=SYSTEM)
    return "sold"


def naive_buy(key: str) -> str:
    """The same without locks: look, then write."""
    with transaction.atomic():
        stock, sold = Account.objects.get(code="stock"), Account.objects.get(code="sold")
        if stock.balance() < 1:
            raise DomainError("nothing left", code="insufficient")
        journal = Journal.objects.create(key=key, kind="sale", body_digest="0" * 64, made_by="naive")
        Posting.objects.create(journal=journal, account=stock, amount=-1)
        Posting.objects.create(journal=journal, account=sold, amount=1)
    return "sold"


def sell(name: str, one: Callable[[str], str], clients: int = CLIENTS, keys: int = 4) -> int:
    """Let many buy at once, each with several keys; how many units were sold."""

    def client(number: int) -> int:
        bought = 0
        for key in range(keys):
            with suppress(DomainError):
                bought += one(f"{name}:{number}:{key}") == "sold"
        return bought

    return sum(together([lambda number=number: client(number) for number in range(clients)]))


def test_ten_units_are_sold_exactly_ten_times():
    post("stock", "stock", {"source": -10, "escrow:STOCK": 10}, actor=SYSTEM)

    assert sell("sale", buy, keys=KEYS) == 10

    assert (balance("escrow:STOCK"), balance("sold"), total()) == (0, 10, 0)


def test_the_naive_twin_oversells_in_the_same_harness():
    sold = []
    for run in range(5):
        Account.objects.get_or_create(code="sold", defaults={"kind": "sold"})
        stock, _ = Account.objects.get_or_create(code="stock", defaults={"kind": "stock"})
        post(f"stock:{run}", "stock", {"source": -(10 - stock.balance()), "stock": 10 - stock.balance()}, actor=SYSTEM)
        sold.append(sell(f"naive:{run}", naive_buy))
        if sold[-1] > 10:
            break
    assert max(sold) > 10, sold


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_confirming_refunding_and_splitting_at_once_have_one_winner(round_):
    order = in_escrow(OrderFactory(awaiting_acceptance=True))
    buyer, judges = acting(order.buyer, "buyer"), [reviewer(), reviewer()]

    results = together(
        [
            lambda: confirm_receipt(order_id=order.pk, actor=buyer).state,
            lambda: refund_order(order_id=order.pk, amount=None, actor=judges[0], reference="a", **REASON).kind,
            lambda: refund_order(order_id=order.pk, amount=1_000, actor=judges[1], reference="b", **REASON).kind,
        ]
    )

    order.refresh_from_db()
    refunded = balance(f"buyer:refundable:{order.buyer_id}")
    assert not [found for found in results if str(found).startswith("database")]
    assert balance(f"escrow:{order.number}") == 0
    assert Journal.objects.filter(key=f"settle:{order.number}").count() == (order.state == "completed")
    assert refunded in {0, 1_000, order.total}
    assert order.state == "completed" or refunded == order.total
    assert not [found for found in breaches() if found.invariant in MONEY]


def test_the_downloads_of_a_contract_are_counted_once_each(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    order = funded(delivering=True)
    Entitlement.objects.update(quota=5)
    place = place_of(order.listing.revision.files.get().stored)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(CSV)
    given = {"order_id": order.pk, "session_key": "s", "actor": acting(order.buyer, "buyer")}
    tokens = [make_link(**given) for _ in range(CLIENTS)]

    results = together([lambda token=token: use_link(token=token, **given).pk for token in tokens])

    entitlement = Entitlement.objects.get()
    assert Counter(results) == {entitlement.pk: 5, "quota": CLIENTS - 5}
    assert (entitlement.used, Delivery.objects.count()) == (5, 5)


@contextmanager
def answer_lost() -> Iterator[None]:
    """The connection breaks once, right after the database has committed: nobody hears that it worked."""

    def commit() -> None:
        del connection._commit  # once only: the retry's own commit is heard
        connection._commit()
        connection.connection.close()
        connection.connection = None
        raise OperationalError("the connection broke after the commit")

    connection._commit = commit
    with pytest.raises(OperationalError, match="broke after the commit"):
        yield


@pytest.mark.parametrize("kind", ["order", "transfer", "ledger"])
def test_whoever_asks_again_after_a_lost_answer_gets_the_first_effect(kind):
    listing, buyer = listed(), acting(trader(), "buyer")
    asked = {"listing_id": listing.pk, "actor": buyer, "purpose": "research", "territory": "VN"}
    asked |= {"storage_place": "VN", "use_description": USE}
    calls = {
        "order": lambda key: request_order(idempotency_key=key, **asked).pk,
        "transfer": lambda key: (
            receive_transfer(BankCredit(key, 5, "VND", "0000000000", "tien du lieu", now(), "0" * 64), actor=SYSTEM)[
                0
            ].pk
        ),
        "ledger": lambda key: post(key, "arrival", {"bank:escrow": -5, "unmatched:0": 5}, actor=SYSTEM).pk,
    }
    counted = {"order": Order, "transfer": IncomingTransfer, "ledger": Journal}[kind]
    retried = set()

    for number in range(LOST):
        with answer_lost():
            calls[kind](f"lost:{number}")
        retried.add(calls[kind](f"lost:{number}"))

    assert (len(retried), counted.objects.count()) == (LOST, LOST)
    assert balance("bank:escrow") == {"order": 0, "transfer": -5, "ledger": -5}[kind] * LOST


def test_random_flows_at_once_keep_the_books_and_no_deadlock_reaches_anybody():
    seed = int(os.environ.get("SEED", "1"))
    orders = [in_escrow(OrderFactory(awaiting_acceptance=True)) for _ in range(6)]
    orders += [OrderFactory(awaiting_payment=True) for _ in range(4)]
    judge, until = reviewer(), time.monotonic() + MIXED_SECONDS
    buyers = {order.pk: acting(order.buyer, "buyer") for order in orders}

    def credit(order: Order, chance: random.Random) -> object:
        name, more = f"FT{chance.randrange(10**9)}", chance.choice([0, 0, -1])
        given = BankCredit(name, order.total + more, "VND", "0000000000", order.number, now(), "0" * 64)
        return receive_transfer(given, actor=SYSTEM)

    steps = [
        credit,
        lambda order, chance: confirm_receipt(order_id=order.pk, actor=buyers[order.pk]),
        lambda order, chance: refund_order(
            order_id=order.pk, amount=chance.choice([None, 1, 1_000, 500_000]), actor=judge, **REASON
        ),
        lambda order, chance: post(
            f"out:{chance.randrange(10**9)}",
            "payout",
            {f"seller:payable:{order.seller_id}": -1_000, "payout:clearing": 1_000},
            actor=SYSTEM,
        ),
    ]

    def client(number: int) -> int:
        chance, done = random.Random(seed * 100 + number), 0  # noqa: S311 - a seeded choice
        while time.monotonic() < until:
            with suppress(DomainError):
                chance.choice(steps)(chance.choice(orders), chance)
                done += 1
        return done

    results = together([lambda number=number: client(number) for number in range(8)], limit=MIXED_SECONDS + 120)

    assert [found for found in results if not isinstance(found, int)] == []
    assert sum(results) > 0
    assert not [found for found in breaches() if found.invariant in MONEY]
