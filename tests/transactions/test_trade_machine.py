"""Trades and their money against an oracle in plain Python: both must accept and refuse the same use cases.

TRADE_EXAMPLES and TRADE_STEPS choose how long it runs; `make model` runs it for MODEL_MINUTES.
"""

import datetime as dt
import os
from collections import Counter
from functools import partial

import pytest
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from accounts.access.actor import Actor
from exchange.common.clock import today
from tests.factories.transactions import verdict
from tests.transactions.at_length import explore
from tests.transactions.trade_oracle import Refused, Trade, Transfer
from tests.transactions.trade_parties import CLOCK, REASON, SIDES, STAGES, TRADES, Parties, made_world
from transactions.disputes import services as disputes
from transactions.disputes.models import Dispute
from transactions.orders import overlays
from transactions.payments.models import IncomingTransfer
from transactions.payments.refunds import refund_order
from transactions.payments.services import mark_for_refund, match_by_hand
from transactions.payouts import services as payouts
from transactions.payouts.models import Payout, PayoutBatch

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = int(os.environ.get("TRADE_EXAMPLES", "100"))
STEPS = int(os.environ.get("TRADE_STEPS", "30"))
STANDING = """
SELECT number, state FROM transactions_order UNION ALL
SELECT a.code, sum(p.amount)::text FROM transactions_posting p JOIN transactions_account a ON a.id = p.account_id
GROUP BY a.code HAVING sum(p.amount) <> 0
"""
OUTCOMES, PART = st.sampled_from(["buyer", "seller", "split"]), 100_001  # PART: what a division gives back
WORDS = "Số liệu năm 2018 không khớp với từ điển dữ liệu."


class Trades(Parties):
    """What staff, finance officers and people in dispute do, and what must hold after every step."""

    @rule(number=TRADES, who=st.sampled_from(["operator_reviewer", "supervisor"]))
    def hold(self, number, who):
        trade = self.trade(number)
        given = {"order_id": trade.pk, "reason_text": WORDS, "actor": self.world.staff[who]}
        self.both(self.oracle.hold, lambda: overlays.hold_order(**given), trade, who)

    @rule(number=TRADES, who=st.sampled_from(["operator_reviewer", "second"]))
    def release(self, number, who):
        trade = self.trade(number)
        given = {"order_id": trade.pk, "conclusion": WORDS, "actor": self.world.staff[who]}
        self.both(self.oracle.release, lambda: overlays.release_hold(**given), trade, who)

    # --- money

    @rule(
        number=TRADES, more=st.sampled_from([-1, 0, 0, 0, 1, 5_000_000]), is_named=st.sampled_from([True, True, False])
    )
    def pay(self, number, more, is_named):
        self.credit(self.trade(number) if is_named else None, self.oracle.total + more)

    @precondition(lambda self: self.oracle.transfers)
    @rule(data=st.data(), digest=st.sampled_from("01"))
    def report_a_transfer_again(self, data, digest):
        transfer = self.one_of(data, self.oracle.transfers)
        stored = IncomingTransfer.objects.get(pk=transfer.name)
        assert self.bank(stored.bank_transaction_id, stored.amount, stored.memo, digest).pk == stored.pk

    @precondition(lambda self: self.oracle.transfers)
    @rule(data=st.data(), number=TRADES)
    def match(self, data, number):
        transfer, trade = self.one_of(data, self.oracle.transfers), self.trade(number)
        given = {
            "transfer_id": transfer.name,
            "order_number": trade.number,
            "note": "",
            "actor": self.world.officers[0],
        }
        self.both(self.oracle.match_by_hand, lambda: match_by_hand(**given), transfer, trade)

    @precondition(lambda self: self.oracle.transfers)
    @rule(data=st.data())
    def send_back(self, data):
        transfer: Transfer = self.one_of(data, self.oracle.transfers)
        given = {"transfer_id": transfer.name, "note": WORDS, "actor": self.world.officers[0]}
        self.both(self.oracle.send_back, lambda: mark_for_refund(**given), transfer)

    @rule(
        number=TRADES,
        amount=st.one_of(st.none(), st.sampled_from([0, 1_000, 300_001, 2_000_000]), st.integers(1, 1_400_000)),
        reference=st.sampled_from("abc"),
    )
    def refund(self, number, amount, reference):
        trade = self.trade(number)
        given = {"order_id": trade.pk, "amount": amount, "reference": reference} | REASON
        actor = self.world.staff["operator_reviewer"]
        self.both(self.oracle.refund, lambda: refund_order(actor=actor, **given), trade, amount, reference)

    # --- disputes

    def latest(self, trade: Trade) -> Dispute:
        return Dispute.objects.filter(order__number=trade.number).order_by("-pk").first()

    @rule(number=TRADES, goes_on=st.booleans())
    def complain(self, number, goes_on):
        trade = self.trade(number)
        self.object_to(trade)
        if goes_on and trade.dispute == "answer_due":
            self.answer(trade)

    def start(self, stage: str) -> Trade:
        """A new trade, taken to a stage."""
        self.order()
        trade = self.oracle.trades[-1]
        while trade.state != stage:
            self.forward(trade)
        return trade

    def object_to(self, trade: Trade) -> None:
        given = {"order_id": trade.pk, "reason_code": "content_differs", "text": WORDS}
        self.both(self.oracle.complain, lambda: disputes.open_dispute(actor=self.world.buyer, **given), trade)

    def quarrel(self, trade: Trade, *, is_decided: bool) -> None:
        """A trade whose dispute is in mediation, or decided in part."""
        self.object_to(trade)
        self.answer(trade)
        if is_decided:
            self.rule_on(trade, "split")

    def answer(self, trade: Trade) -> None:
        given = {"dispute_id": self.latest(trade).pk, "text": WORDS, "actor": self.world.steward}
        self.both(self.oracle.answer, lambda: disputes.answer(**given), trade)

    def disputed(self) -> list[Trade]:
        return [trade for trade in self.oracle.trades if trade.dispute]

    @precondition(lambda self: self.disputed())
    @rule(data=st.data(), action=st.sampled_from(["answer", "withdraw"]))
    def answer_or_withdraw(self, data, action):
        trade = self.one_of(data, self.disputed())
        if action == "answer":
            self.answer(trade)
            return
        given = {"dispute_id": self.latest(trade).pk, "reason_code": "mended", "text": WORDS}
        call = disputes.withdraw
        self.both(self.oracle.take_complaint_back, lambda: call(actor=self.world.buyer, **given), trade)

    @precondition(lambda self: self.disputed())
    @rule(data=st.data(), outcome=OUTCOMES)
    def decide(self, data, outcome):
        self.rule_on(self.one_of(data, self.disputed()), outcome)

    def rule_on(self, trade: Trade, outcome: str) -> None:
        if self.is_too_small(trade, outcome):
            return
        said = verdict(outcome, PART)
        given = {"dispute_id": self.latest(trade).pk, "verdict": said, "actor": self.world.staff["second"]}
        self.both(self.oracle.rule, lambda: disputes.decide(**given), trade, outcome, PART)

    @precondition(lambda self: self.disputed())
    @rule(data=st.data(), sides=st.sampled_from([["buyer"], ["seller"], ["buyer", "seller"]]))
    def agree(self, data, sides):
        trade = self.one_of(data, self.disputed())
        dispute = self.latest(trade)
        ruling = getattr(dispute.rulings.order_by("-pk").first(), "number", "")
        for side in sides:
            given = {"dispute_id": dispute.pk, "ruling": ruling, "is_accepted": True}
            call = partial(disputes.respond, actor=self.world.signatories[side], **given)
            expected = self.oracle.consent if trade.dispute else self.over
            self.both(expected, call, trade, side, f"dispute:{dispute.pk}")

    @precondition(lambda self: self.disputed())
    @rule(data=st.data(), side=SIDES, who=st.sampled_from(["", "", "second", "operator_reviewer"]), outcome=OUTCOMES)
    def appeal(self, data, side, who, outcome):
        trade = self.one_of(data, self.disputed())
        given, speaker = (
            {"reason_code": "other", "text": WORDS},
            {"buyer": self.world.buyer, "seller": self.world.steward},
        )
        pk = self.latest(trade).pk
        call = partial(disputes.appeal, dispute_id=pk, actor=speaker[side], **given)
        self.both(self.oracle.appeal, call, trade, side)
        if who:
            self.decide_again(trade, outcome, who)

    def decide_again(self, trade: Trade, outcome: str, who: str) -> None:
        if self.is_too_small(trade, outcome):
            return
        pk = self.latest(trade).pk
        given = {"dispute_id": pk, "verdict": verdict(outcome, PART), "actor": self.world.staff[who]}
        call = partial(disputes.decide_appeal, **given)
        self.both(self.oracle.rule_again, call, trade, outcome, PART, who, f"dispute:{pk}")

    @precondition(lambda self: self.disputed())
    @rule(data=st.data(), who=st.sampled_from(["second", "operator_reviewer"]), outcome=OUTCOMES)
    def decide_an_appeal(self, data, who, outcome):
        self.decide_again(self.one_of(data, self.disputed()), outcome, who)

    @precondition(lambda self: self.disputed())
    @rule(data=st.data())
    def let_days_pass(self, data):
        trade = self.one_of(data, self.disputed())
        pk = self.latest(trade).pk
        Dispute.objects.filter(pk=pk).update(due_on=today() - dt.timedelta(days=1))
        self.both(self.oracle.pass_time, lambda: disputes.act_on(dispute_id=pk, actor=CLOCK), trade, f"dispute:{pk}")

    def is_too_small(self, trade: Trade, outcome: str) -> bool:
        """Whether less is left than a division would give back."""
        return outcome == "split" and 0 < sum(self.oracle.of_payment(trade).values()) <= PART

    def over(self, *_given):
        raise Refused("illegal_move")

    # --- money out

    @precondition(lambda self: self.oracle.due() or self.serial % 4 == 0)  # often nothing is due: tried now and then
    @rule(is_approved=st.booleans())
    def prepare(self, is_approved):
        self.both(self.oracle.prepare, lambda: payouts.prepare_batch(actor=self.world.officers[0]))
        if is_approved and self.oracle.batches:
            self.approve(len(self.oracle.batches) - 1)

    @precondition(lambda self: self.oracle.batches)
    @rule(data=st.data(), is_approved=st.booleans())
    def decide_on_a_batch(self, data, is_approved):
        number = data.draw(st.integers(0, len(self.oracle.batches) - 1))
        if is_approved:
            self.approve(number)
            return
        pk = self.waiting()[number]
        self.both(
            self.oracle.batches.pop, lambda: payouts.refuse_batch(batch_id=pk, reason=WORDS, actor=self.second), number
        )

    @property
    def second(self) -> Actor:
        return self.world.officers[1]

    def waiting(self) -> list[int]:
        return list(PayoutBatch.objects.filter(state="prepared").order_by("pk").values_list("pk", flat=True))

    def approve(self, number: int) -> None:
        pk = self.waiting()[number]
        self.both(self.oracle.approve, lambda: payouts.approve_batch(batch_id=pk, actor=self.second), number)

    @precondition(lambda self: self.oracle.payouts)
    @rule(data=st.data(), state=st.sampled_from(["confirmed", "failed"]))
    def hear_of_a_payout(self, data, state):
        place = data.draw(st.integers(0, len(self.oracle.payouts) - 1))
        said = self.oracle.payouts[place]
        earlier = sum(payout[1] == said[1] for payout in self.oracle.payouts[:place])
        sent = Payout.objects.exclude(state__in=["held", "dropped"]).filter(account_code=said[1])
        stored = sent.order_by("batch__decided_at", "pk")[earlier]
        given = {"amount": stored.amount, "reference": stored.reference, "actor": self.world.officers[0]}
        calls = {
            "confirmed": lambda: payouts.confirm_payout(**given),
            "failed": lambda: payouts.fail_payout(payout_id=stored.pk, reason=WORDS, actor=self.world.officers[0]),
        }
        self.both(self.oracle.conclude, calls[state], said, state)

    @invariant()
    def they_agree(self):
        if not hasattr(self, "oracle"):
            return
        with connection.cursor() as cursor:
            cursor.execute(STANDING)
            found = dict(cursor.fetchall())
        states = {trade.number: trade.state for trade in self.oracle.trades}
        assert found == states | {code: str(amount) for code, amount in self.oracle.balances.items() if amount}


def test_trades_do_what_the_oracle_does(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    Parties.world, Parties.done = made_world(), Counter()
    walker = Trades()
    walker.oracle, walker.serial = Parties.world.oracle, 0
    for stage in STAGES:
        walker.start(stage)
        walker.they_agree()
    for stage, is_decided in (("awaiting_acceptance", False), ("completed", True)):
        walker.quarrel(walker.start(stage), is_decided=is_decided)

    explore(Trades, examples=EXAMPLES, steps=STEPS)

    assert Parties.done["accepted"] > Parties.done["examples"]  # it did not only refuse
    print(dict(Parties.done))  # noqa: T201 - how much was tried
