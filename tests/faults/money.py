"""F7 and F11: webhooks a bank should not send, and transactions that the database refuses, while trades go on."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import random
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from exchange.embedded import processes
from tests.faults import checks
from tests.faults.run import Run
from tests.faults.shop import Shop, listings
from tests.faults.verdict import Outcome
from tests.journeys.trade import Trade

ACCOUNT = "0000000000"
STALE = 301


@dataclass
class Bank:
    """Signs and sends reports as the demonstration's bank does."""

    run: Run
    sent: int = 0

    def report(self, *, amount: int, memo: str, event: str, account: str = ACCOUNT, currency: str = "VND") -> bytes:
        """The body of a report."""
        moment = dt.datetime.fromtimestamp(time.time(), dt.UTC).isoformat()
        row = {"bank_transaction_id": event, "amount": amount, "currency": currency, "credit_account": account}
        return json.dumps(row | {"memo": memo, "value_time": moment}).encode()

    def send(self, body: bytes, *, age: int = 0, forge: bytes = b"", signature: str = "") -> int:
        """Send a body signed now (or `age` seconds ago), or another body under its signature; the answer."""
        message, stamp = f"msg_{hashlib.sha256(body).hexdigest()[:12]}", str(int(time.time()) - age)
        key = base64.urlsafe_b64decode(self.run.portal.instance.secret("bank"))
        mac = hmac.new(key, f"{message}.{stamp}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": stamp,
            "webhook-signature": signature or "v1," + base64.b64encode(mac).decode(),
        }
        request = urllib.request.Request(  # noqa: S310
            f"{self.run.portal.address}/payments/webhooks/bank/", data=forge or body, headers=headers, method="POST"
        )
        self.sent += 1
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code


def _state(run: Run, number: str) -> str:
    return checks.ask(run.portal, "SELECT state FROM transactions_order WHERE number = %s", number)


def _total(run: Run, number: str) -> int:
    return checks.ask(run.portal, "SELECT total FROM transactions_order WHERE number = %s", number)


def _booked(run: Run, number: str) -> int:
    question = "SELECT count(*) FROM transactions_journal WHERE order_number = %s AND kind = 'payment'"
    return checks.ask(run.portal, question, number)


def webhooks(run: Run) -> Outcome:
    """F7: duplicates at once, early, stale, mismatched, late and forged reports."""
    outcome = Outcome("F7", "payment webhooks: duplicate, early, stale, mismatched, forged", run.size(300, 1000))
    chance, bank = run.chance("F7"), Bank(run)
    dataset = listings(Trade(run.portal.address, run.logins).person("buyer", "buyer"))[0]
    waiting, early = (
        Trade(run.portal.address, run.logins, dataset=dataset, seller=seller_of(run, dataset)) for _ in "ab"
    )
    waiting.run(until="buyer signs")
    early.run(until="seller signs")
    processes.wait_until(lambda: _state(run, waiting.number) == "awaiting_payment", 60, pause=0.2)
    _early(run, outcome, bank, early)
    _mismatched(run, outcome, bank, waiting)
    _forged(run, outcome, bank, waiting, chance, outcome.planned - bank.sent - 101)
    _repeated(run, outcome, bank, waiting)
    outcome.done = bank.sent
    outcome.breaches += checks.breaches(run.portal)
    return outcome


def _early(run: Run, outcome: Outcome, bank: Bank, trade: Trade) -> None:
    """Money that comes before the last signature is parked, and applied when the order waits for it."""
    answered = bank.send(bank.report(amount=_total(run, trade.number), memo=trade.number, event="FAULT-early"))
    outcome.expect(answered == 200, f"an early report was answered {answered}")
    outcome.expect(_booked(run, trade.number) == 0, "an early report was booked before the contract")
    began = time.monotonic()
    trade.run(since="buyer signs", until="buyer signs")
    applied = processes.wait_until(lambda: _booked(run, trade.number) == 1, 60, pause=0.1)
    outcome.figures["early report applied after"] = f"{time.monotonic() - began:.1f} s"
    outcome.expect(applied, "the early report was never applied")


def _mismatched(run: Run, outcome: Outcome, bank: Bank, trade: Trade) -> None:
    """What does not fit is kept for the finance officer and books nothing."""
    total = _total(run, trade.number)
    wrong = [
        {"amount": total + 1, "memo": trade.number},
        {"amount": total - 1, "memo": trade.number},
        {"amount": total, "memo": "không có số đơn"},
        {"amount": total, "memo": trade.number, "account": "1111111111"},
        {"amount": total, "memo": trade.number, "currency": "USD"},
    ]
    before = checks.ask(run.portal, PARKED)
    answers = [bank.send(bank.report(event=f"FAULT-wrong-{number}", **row)) for number, row in enumerate(wrong)]
    queued = checks.ask(run.portal, PARKED) - before
    outcome.figures["mismatched and queued"] = f"{queued} of {len(wrong)}"
    outcome.expect(set(answers) <= {200, 422}, f"mismatched reports were answered {answers}")
    outcome.expect(queued == answers.count(200), f"{queued} of {answers.count(200)} mismatches stand in the queue")
    outcome.expect(_booked(run, trade.number) == 0, "a mismatched report was booked")


PARKED = "SELECT count(*) FROM transactions_incomingtransfer WHERE state = 'mismatched'"


def _forged(run: Run, outcome: Outcome, bank: Bank, trade: Trade, chance: random.Random, count: int) -> None:
    """A report changed by a byte, signed for another body, or out of its time is refused."""
    good = bank.report(amount=_total(run, trade.number), memo=trade.number, event="FAULT-forged")
    rows = checks.ask(run.portal, "SELECT count(*) FROM transactions_incomingtransfer")
    answers: dict[int, int] = {}
    for number in range(max(count, 20)):
        answer = _forgery(bank, good, chance, number)
        answers[answer] = answers.get(answer, 0) + 1
    outcome.figures["forged, changed or stale"] = f"{sum(answers.values())} sent, answered {answers}"
    outcome.expect(set(answers) <= {401}, f"forged reports were answered {answers}")
    more = checks.ask(run.portal, "SELECT count(*) FROM transactions_incomingtransfer") - rows
    outcome.expect(more == 0, f"{more} forged reports were kept")
    outcome.expect(_state(run, trade.number) == "awaiting_payment", "a forged report moved the order")


def _forgery(bank: Bank, good: bytes, chance: random.Random, number: int) -> int:
    if number % 4 == 0:
        return bank.send(good, age=chance.choice([-1, 1]) * chance.randint(STALE + 5, 100_000))
    if number % 4 == 1:
        return bank.send(good, signature="v1," + base64.b64encode(chance.randbytes(32)).decode())
    place = chance.randrange(len(good))
    changed = good[:place] + bytes([good[place] ^ chance.randint(1, 127)]) + good[place + 1 :]
    return bank.send(good, forge=changed)


def _repeated(run: Run, outcome: Outcome, bank: Bank, trade: Trade) -> None:
    """The right report a hundred times at once books once; the same money again goes to the queue."""
    body = bank.report(amount=_total(run, trade.number), memo=trade.number, event="FAULT-once")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: bank.send(body), range(100)))
    again = bank.send(bank.report(amount=_total(run, trade.number), memo=trade.number, event="FAULT-again"))
    outcome.figures["duplicates at once"] = f"100, booked {_booked(run, trade.number)}"
    outcome.expect(set(answers) == {200}, f"duplicates were answered {sorted(set(answers))}")
    outcome.expect(again == 200, f"the second transfer was answered {again}")
    outcome.expect(_booked(run, trade.number) == 1, f"booked {_booked(run, trade.number)} times")
    kept = checks.ask(run.portal, "SELECT count(*) FROM transactions_incomingtransfer WHERE memo = %s", trade.number)
    outcome.figures["transfers kept of that order"] = kept


def seller_of(run: Run, dataset: str) -> str:
    """The key of the organisation that sells a dataset."""
    name = checks.ask(
        run.portal,
        "SELECT o.name_vi FROM accounts_organisation o JOIN catalog_asset a ON a.owner_id = o.id WHERE a.number = %s",
        dataset,
    )
    return next(row["organisation_key"] for row in run.logins if row["organisation"] == name)


CLASH = """
CREATE SEQUENCE IF NOT EXISTS fault_turn;
CREATE OR REPLACE FUNCTION fault_clash() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE turn bigint;
BEGIN
  IF current_setting('fault.asked', true) = 'yes' THEN RETURN NEW; END IF;  -- a transaction is asked once
  PERFORM set_config('fault.asked', 'yes', true);
  turn := nextval('public.fault_turn');
  IF turn % 4 = 1 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END IF;
  IF turn % 4 = 3 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40P01'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER fault_clash BEFORE INSERT ON transactions_orderevent
  FOR EACH ROW EXECUTE FUNCTION fault_clash();
"""


def clashes(run: Run) -> Outcome:
    """F11: every second transaction that moves an order is refused as a deadlock or a serialization failure."""
    outcome = Outcome("F11", "40001 and 40P01 in every second transaction", run.size(40, 500))
    with run.portal.database() as database:
        database.execute(CLASH)
    try:
        with Shop(run.portal, run.logins, run.chance("F11"), buyers=1) as shop:
            processes.wait_until(lambda: _raised(run) >= outcome.planned - 6 or bool(shop.crashes), 1800, pause=0.3)
        trade = Trade(run.portal.address, run.logins, dataset=shop.listings[0], seller=seller_of(run, shop.listings[0]))
        trade.run()
    finally:
        outcome.done = _raised(run)
        with run.portal.database() as database:
            database.execute("DROP TRIGGER fault_clash ON transactions_orderevent; DROP FUNCTION fault_clash()")
            database.execute("DROP SEQUENCE fault_turn")
    outcome.figures |= {"orders acknowledged": len(shop.acked), "seen by a person": shop.repeated + len(trade.repeated)}
    outcome.expect(shop.repeated == 0, f"{shop.repeated} clashes reached a buyer")
    outcome.expect(trade.repeated == [], f"clashes reached people at {trade.repeated}")
    outcome.breaches += shop.breaches() + checks.breaches(run.portal)
    return outcome


def _raised(run: Run) -> int:
    turns = checks.ask(run.portal, "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM fault_turn")
    return (turns + 1) // 2
