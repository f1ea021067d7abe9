"""What a trade left behind: looked up in the database, behind the portal's back, and in the published log."""

import base64
import hashlib
import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import psycopg

from tests.journeys.answers import PRICE_PAID
from tests.journeys.portal import Portal
from tests.journeys.trade import Trade

EVENTS = [
    *("order.request", "order.accept", "order.screen", "order.clear", "order.draw_up"),
    *("contract.accept", "contract.accept", "order.conclude", "order.ask_payment", "order.pay", "payment.match"),
    *("order.deliver", "delivery.made", "order.hand_over", "order.complete", "payment.settle"),
]
MOVES = [event.removeprefix("order.") for event in EVENTS if event.startswith("order.")]
COUNTS = {
    "orders": "SELECT count(*) FROM transactions_order",
    "journals": "SELECT count(*) FROM transactions_journal",
    "transfers": "SELECT count(*) FROM transactions_incomingtransfer",
    "entitlements": "SELECT count(*) FROM transactions_entitlement",
}
EFFECTS = {"orders": 1, "journals": 2, "transfers": 1, "entitlements": 1}  # of one trade, from order to settlement


def counts(portal: Portal) -> dict[str, int]:
    """How many of each there are."""
    with portal.database() as database:
        return {name: one(database, question) for name, question in COUNTS.items()}


def one(database: psycopg.Connection, question: str, *values: Any) -> Any:
    """The one figure a question asks for."""
    row = database.execute(question, values).fetchone()
    return row[0] if row else None


def money_of(portal: Portal, number: str) -> dict[str, int]:
    """Sums of an order's postings by account; all accounts of the exchange together under an empty name."""
    with portal.database() as database:
        rows = database.execute(
            "SELECT a.code, sum(p.amount)::bigint FROM transactions_posting p"
            " JOIN transactions_account a ON a.id = p.account_id JOIN transactions_journal j ON j.id = p.journal_id"
            " WHERE j.order_number = %s GROUP BY a.code",
            [number],
        ).fetchall()
        return dict(rows) | {"": int(one(database, "SELECT coalesce(sum(amount), 0) FROM transactions_posting"))}


def moves_of(portal: Portal, number: str) -> list[str]:
    """Transitions of an order, as its own history keeps them."""
    with portal.database() as database:
        return [
            row[0]
            for row in database.execute(
                "SELECT e.action FROM transactions_orderevent e JOIN transactions_order o ON o.id = e.order_id"
                " WHERE o.number = %s ORDER BY e.id",
                [number],
            )
        ]


def checkpoint(portal: Portal) -> tuple[int, bytes]:
    """Size and root of the checkpoint published now."""
    lines = _fetch(portal, "checkpoint").decode().split("\n")
    return int(lines[1]), base64.b64decode(lines[2])


def wait_until_published(portal: Portal, seconds: float = 60) -> float:
    """Until every entry stands in the published log; how long it took, or -1 when it did not."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with portal.database() as database:
            entries = one(database, "SELECT count(*) FROM exchange_entry")
        if checkpoint(portal)[0] >= entries:
            return time.monotonic() - began
        time.sleep(0.3)
    return -1


def published(portal: Portal) -> list[bytes]:
    """Every leaf of the public log, from the files anybody can fetch; the signed root is computed from them again."""
    size, signed = checkpoint(portal)
    leaves = leaves_of(lambda name: _fetch(portal, name), size)
    assert root(leaves) == signed
    return leaves


def leaves_of(read: Callable[[str], bytes], size: int) -> list[bytes]:
    """The leaves of a tree from its entry bundles, wherever they are read from."""
    leaves: list[bytes] = []
    while len(leaves) < size:
        width = min(256, size - len(leaves))
        leaves += _entries(read(f"tile/entries/{_name(len(leaves) // 256)}" + (f".p/{width}" if width < 256 else "")))
    return leaves


def _fetch(portal: Portal, name: str) -> bytes:
    with urllib.request.urlopen(f"{portal.address}/transparency/log/{name}", timeout=30) as answer:  # noqa: S310
        return answer.read()


def _name(number: int) -> str:
    return f"{number:03d}" if number < 1000 else f"x{number // 1000:03d}/{number % 1000:03d}"


def _entries(bundle: bytes) -> list[bytes]:
    found, place = [], 0
    while place < len(bundle):
        length = int.from_bytes(bundle[place : place + 2], "big")
        found.append(bundle[place + 2 : place + 2 + length])
        place += 2 + length
    return found


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word by word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def canonical(value: Any) -> bytes:
    """RFC 8785 for what the exchange hashes: text, whole numbers, keys in ASCII (docs/hashes.md)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def assert_opens(opening: dict[str, Any], leaves: list[bytes]) -> None:
    """Record and salt give the commitment of the leaf, and the leaf stands in the published log exactly once."""
    record = canonical(opening["record"])
    assert hashlib.sha256(bytes.fromhex(opening["salt"]) + record).hexdigest() == opening["leaf"]["c"]
    leaf = canonical(opening["leaf"])
    assert hashlib.sha256(b"\0" + leaf).hexdigest() == opening["leaf_hash"]
    assert leaves.count(leaf) == 1


def assert_money(portal: Portal, trade: Trade) -> None:
    """Nothing invented, nothing left in escrow, the seller's claim as the page says it."""
    share = trade.share()
    fee = PRICE_PAID - share
    money = money_of(portal, trade.number)
    assert money.pop("") == 0
    assert money.pop("bank:escrow") == -PRICE_PAID
    assert money.pop(f"escrow:{trade.number}") == 0
    assert money.pop("fee:income") + money.pop("vat:payable") == fee
    assert list(money.values()) == [share]
    assert next(iter(money)).startswith("seller:payable:")
    assert share == 8_839_600


def assert_bytes(trade: Trade) -> str:
    """The very bytes that were uploaded came back, and the certificate and its leaf name them."""
    digest = hashlib.sha256(trade.file).hexdigest()
    words, opening = trade.certificate_page()
    assert hashlib.sha256(trade.received).hexdigest() == digest
    assert digest in words
    assert opening["record"]["data"]["file"] == digest
    return digest


def assert_log(portal: Portal, trade: Trade, digest: str, *, deliveries: int = 1) -> None:
    """One leaf for each transition and no other, each chained to the one before, all of them public."""
    openings, leaves = trade.openings(), published(portal)
    for opening in [*openings, trade.certificate_page()[1]]:
        assert_opens(opening, leaves)
    kinds = [opening["leaf"]["t"] for opening in openings]
    assert [kind for kind in kinds if kind != "delivery.made"] == [one for one in EVENTS if one != "delivery.made"]
    assert 1 <= kinds.count("delivery.made") <= deliveries
    assert [opening["leaf"]["n"] for opening in openings] == list(range(1, len(openings) + 1))
    assert [opening["leaf"]["p"] for opening in openings[1:]] == [one["leaf_hash"] for one in openings[:-1]]
    assert moves_of(portal, trade.number) == MOVES
    handed = [one["record"]["data"] for one in openings if one["leaf"]["t"] == "delivery.made"]
    assert {row["file_sha256"] for row in handed} == {digest}


def assert_whole(portal: Portal, trade: Trade, *, deliveries: int = 1) -> None:
    """Everything a finished trade promises."""
    assert wait_until_published(portal) >= 0
    digest = assert_bytes(trade)
    assert_money(portal, trade)
    assert_log(portal, trade, digest, deliveries=deliveries)
    assert trade.broken == []
