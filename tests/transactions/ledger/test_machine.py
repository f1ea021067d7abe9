"""The ledger against a model in plain Python: both must accept and refuse the same events and hold the same balances.

`make model` runs it much longer; LEDGER_EXAMPLES and LEDGER_STEPS choose how long.
"""

import os
from fractions import Fraction

import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.access.actor import Actor
from exchange.common.errors import DomainError
from tests.factories.transactions import OrderFactory
from tests.transactions.at_length import explore
from transactions.ledger import flows
from transactions.ledger.models import Journal
from transactions.ledger.selectors import left_of_settlement, trial_balance
from transactions.ledger.services import book, locked_balances, post, reverse

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = int(os.environ.get("LEDGER_EXAMPLES", "100"))
STEPS = int(os.environ.get("LEDGER_STEPS", "30"))
SYSTEM = Actor.system("model")
FLOORED = ("escrow:", "seller:payable:", "buyer:refundable:", "unmatched:", "remitter:refundable:")
# number -> (seller's share, fee, VAT on the fee, owners by weight)
ORDERS = {
    "A": (2_156_000, 40_000, 4_000, {1: 1}),
    "B": (1_001, 17, 2, {1: 6_667, 2: 3_333}),
    "C": (7, 0, 0, {2: 1, 3: 1, 10: 1}),
    "D": (0, 1, 0, {3: 1}),
}
NUMBERS = st.sampled_from(sorted(ORDERS))
AMOUNTS = st.one_of(st.integers(1, 30), st.integers(1, 2_300_000))
SELLERS = st.sampled_from([1, 2, 3, 10])


def shared(amount, weights):
    """Largest remainder in another way than the exchange's: exact fractions, ties to the earlier."""
    whole = sum(weights)
    exact = [Fraction(amount * weight, whole) for weight in weights]
    parts = [int(one) for one in exact]
    for place in sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))[: amount - sum(parts)]:
        parts[place] += 1
    return parts


class Model:
    """What the ledger should be: balances, events by key, what was reversed, what is left of settlements."""

    def __init__(self):
        self.balances, self.events, self.left, self.reversed = {}, {}, {}, {}

    def book(self, key, kind, legs):
        """'ok', 'again', or the code of the refusal."""
        legs = {code: amount for code, amount in legs.items() if amount}
        if len(legs) < 2 or sum(legs.values()) != 0:
            return "unbalanced"
        if key in self.events:
            return "again" if self.events[key] == (kind, legs) else "key_reused"
        if any(code.startswith(FLOORED) and self.balances.get(code, 0) + amount < 0 for code, amount in legs.items()):
            return "insufficient"
        self.events[key] = (kind, legs)
        for code, amount in legs.items():
            self.balances[code] = self.balances.get(code, 0) + amount
        return "ok"

    def parts(self, number):
        """Shares of an order's payment."""
        share, fee, tax, owners = ORDERS[number]
        each = shared(share, [owners[one] for one in sorted(owners)])
        sellers = {f"seller:payable:{one}": amount for one, amount in zip(sorted(owners), each, strict=True)}
        return sellers | {"fee:income": fee, "vat:payable": tax}


class Ledger(RuleBasedStateMachine):
    """Every step is done to both; the example is rolled back at its end, after the database checked its constraints."""

    subject = None

    @initialize()
    def begin(self):
        self.model = Model()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def both(self, key, kind, legs, number=""):
        """Book it in both; they must agree."""
        expected = self.model.book(key, kind, legs)
        try:
            with transaction.atomic():  # a refusal ends a use case
                journal = post(key, kind, legs, actor=SYSTEM, order_number=number)
            found = "ok" if journal.is_new else "again"
        except DomainError as refusal:
            found = refusal.code
        assert found == expected, (key, legs, found, expected)
        return found

    @rule(number=NUMBERS)
    def pay(self, number):
        total = sum(self.model.parts(number).values())
        self.both(f"payment:{number}", "payment", flows.paid_in("bank:escrow", f"escrow:{number}", total), number)

    @rule(number=NUMBERS, amount=AMOUNTS)
    def pay_with_a_used_key(self, number, amount):
        self.both(
            f"payment:{number}", "payment", flows.paid_in("bank:escrow", f"escrow:{number}", amount + 10**7), number
        )

    @rule(number=NUMBERS)
    def settle(self, number):
        share, fee, tax, owners = ORDERS[number]
        parts = flows.parts_of(share, fee, tax, owners)
        assert parts == self.model.parts(number)
        if self.both(f"settle:{number}", "settle", flows.settled(number, parts), number) == "ok":
            self.model.left[number] = {code: amount for code, amount in parts.items() if amount}

    @rule(number=NUMBERS, amount=AMOUNTS, key=st.integers(0, 5))
    def refund_from_escrow(self, number, amount, key):
        legs = flows.paid_in(f"escrow:{number}", "buyer:refundable:9", amount)
        self.both(f"unsettled:{number}:{key}", "cancel", legs, number)

    @rule(number=NUMBERS, amount=AMOUNTS, key=st.integers(0, 50))
    def refund_after_settling(self, number, amount, key):
        name = f"refund:{number}:{key}"
        if name in self.model.events:
            return
        left = self.model.left.get(number, {})
        assert left_of_settlement(number) == left
        if amount > sum(left.values()):
            with pytest.raises(ValueError, match="what is there"):
                flows.portion(left, amount)
            return
        ordered = flows.in_order(left)
        taken = dict(zip(ordered, shared(amount, list(ordered.values())), strict=True))
        assert flows.portion(left, amount) == taken
        expected = {"buyer:refundable:9": amount}
        for code, part in taken.items():
            covered = min(part, self.model.balances.get(code, 0)) if code.startswith("seller") else part
            expected[code] = -covered
            if code.startswith("seller"):
                expected[code.replace("payable", "receivable")] = covered - part
        legs = flows.taken_back(9, taken, locked_balances([code for code in taken if code.startswith("seller")]))
        assert legs == {code: value for code, value in expected.items() if value}
        if self.both(name, "refund", legs, number) == "ok":
            rest = {code: amount - taken[code] for code, amount in left.items()}
            self.model.left[number] = {code: amount for code, amount in rest.items() if amount}

    @rule(seller=SELLERS, amount=AMOUNTS, key=st.integers(0, 30))
    def pay_out(self, seller, amount, key):
        self.both(f"payout:{key}", "payout", flows.paid_in(f"seller:payable:{seller}", "payout:clearing", amount))

    @rule(amount=AMOUNTS, code=st.sampled_from(["escrow:A", "fee:income"]))
    def book_what_does_not_balance(self, amount, code):
        self.both("unbalanced", "payment", {"bank:escrow": -amount, code: amount + 1})

    @precondition(lambda self: self.model.events)
    @rule(data=st.data(), key=st.integers(0, 3))
    def undo(self, data, key):
        name = data.draw(st.sampled_from(sorted(name for name in self.model.events if not name.startswith("undo"))))
        kind, legs = self.model.events[name]
        if kind in ("settle", "refund"):
            return  # undone by use cases that also move the order
        done = self.model.reversed.get(name)
        expected = "again" if done else self.model.book(f"undo:{key}:{name}", "undo", {c: -a for c, a in legs.items()})
        given = {"event": "payment.correct", "subject": self.subject, "kind": "undo", "reason": "x", "actor": SYSTEM}
        try:
            with transaction.atomic():
                journal = reverse(Journal.objects.get(key=name), key=f"undo:{key}:{name}", **given)
            found = "ok" if journal.is_new else "again"
        except DomainError as refusal:
            found = refusal.code
        assert found == expected
        if found == "ok":
            self.model.reversed[name] = True

    @rule(key=st.integers(0, 3), amount=AMOUNTS)
    def book_with_a_leaf(self, key, amount):
        legs = {"bank:escrow": -amount, f"unmatched:{key}": amount}
        expected = self.model.book(f"arrival:{key}", "arrival", legs)
        given = {"subject": self.subject, "key": f"arrival:{key}", "kind": "arrival", "legs": legs, "actor": SYSTEM}
        try:
            with transaction.atomic():
                found = "ok" if book("payment.arrival", **given).is_new else "again"
        except DomainError as refusal:
            found = refusal.code
        assert found == expected

    @invariant()
    def balances_agree(self):
        if hasattr(self, "model"):
            found = {code: amount for code, amount in trial_balance() if amount}
            assert found == {code: amount for code, amount in self.model.balances.items() if amount}
            assert sum(found.values()) == 0


def test_the_ledger_does_what_the_model_does():
    Ledger.subject = OrderFactory()
    explore(Ledger, examples=EXAMPLES, steps=STEPS)
