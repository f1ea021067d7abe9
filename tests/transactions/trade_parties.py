"""The parties of the trades that are compared with the oracle, and what they do."""

import copy
import datetime as dt
from collections import Counter
from types import SimpleNamespace

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common.clock import now, today
from exchange.common.errors import DomainError
from exchange.files.services import place_of
from exchange.rules.selectors import parameters
from tests.factories.accounts import PASSWORD
from tests.factories.catalog import CSV, shared
from tests.factories.transactions import USE, acting, listed, reviewer, staff, trader
from tests.transactions.trade_ends import Ends
from tests.transactions.trade_oracle import Refused, Trade
from transactions.compliance.services import screen
from transactions.contracts.services import accept_contract, draw_up
from transactions.delivery.services import accept_by_clock, confirm_receipt, make_link, open_access, use_link
from transactions.invariants.checks import breaches
from transactions.orders import clocks, services
from transactions.orders.models import Order
from transactions.payments.models import IncomingTransfer
from transactions.payments.services import BankCredit, ask_payment, receive_transfer

CLOCK, BANK = Actor.system("clock"), Actor.system("bank")
PRICE = 1_234_567
OTHERS_SHARE = 3_333  # basis points of the second owner
REASON = {"reason_code": "other", "reason_text": "Không còn phù hợp với kế hoạch."}
GIVEN = {"purpose": "research", "territory": "VN", "storage_place": "VN", "use_description": USE}
STAGES = ("requested", "signing", "awaiting_payment", "delivering", "awaiting_acceptance", "completed")
LIMIT = len(STAGES) + 4  # trades at once: two in dispute and two of the examples
TRADES = st.integers(0, LIMIT - 1)
SIDES = st.sampled_from(["buyer", "seller"])
STEP = {
    "requested": "accept",
    "accepted": "screen",
    "cleared": "draw_up",
    "contracted": "ask",
    "paid": "open",
    "delivering": "download",
    "awaiting_acceptance": "confirm",
}


class Parties(RuleBasedStateMachine):
    """What buyer, seller, bank and clock do; examples begin with trades at every stage and are rolled back."""

    world = None  # who trades what, with trades at every stage, made once by the same use cases
    done: Counter = Counter()

    @initialize()
    def begin(self):
        self.oracle = copy.deepcopy(self.world.oracle)
        self.serial = 0
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        Parties.done["examples"] += 1

    def teardown(self):
        if not hasattr(self, "atomic"):
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            if self.done["examples"] % 4 == 0:
                assert not breaches()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def both(self, expected, call, *args):
        """Do it in both; they must agree on accepting or on the code of the refusal."""
        try:
            expected(*args)
            said = "ok"
        except Refused as refusal:
            said = refusal.code
        try:
            with transaction.atomic():
                call()
            found = "ok"
        except DomainError as refusal:
            found = refusal.code
        Parties.done["steps"] += 1
        Parties.done["accepted"] += found == "ok"
        assert found == said, (expected.__name__, args, found, said)

    def trade(self, number: int) -> Trade:
        return self.oracle.trades[number % len(self.oracle.trades)]

    def fresh(self) -> str:
        self.serial += 1
        return f"X{len(self.oracle.transfers)}-{self.serial}"

    # --- the two sides

    def place(self, number: int, **answers: str) -> Order:
        """Orders take turns between the offer of one owner and the one of two."""
        listing = self.world.listings[number % 2]
        given = {"listing_id": listing.pk, "idempotency_key": f"key-{number}", "actor": self.world.buyer}
        return services.request_order(**GIVEN | answers | given)

    @precondition(lambda self: len(self.oracle.trades) < LIMIT)
    @rule()
    def order(self):
        number = len(self.oracle.trades)
        placed = self.place(number)
        self.oracle.trades.append(Trade(placed.number, placed.pk, self.world.owners[number % 2]))

    @rule(number=TRADES, purpose=st.sampled_from(["research", "internal_analysis"]))
    def order_with_a_used_key(self, number, purpose):
        number %= len(self.oracle.trades)

        def again():
            assert self.place(number, purpose=purpose).number == self.oracle.trades[number].number

        self.both(self.repeated, again, purpose)

    def repeated(self, purpose):
        if purpose != GIVEN["purpose"]:
            raise Refused("key_reused")

    def say(self, action: str, trade: Trade) -> None:
        given, world = {"order_id": trade.pk}, self.world
        calls = {
            "accept": lambda: services.accept_order(actor=world.steward, **given),
            "decline": lambda: services.decline_order(actor=world.steward, **REASON, **given),
            "withdraw": lambda: services.withdraw_order(actor=world.buyer, **REASON, **given),
        }
        self.both(self.oracle.step, calls[action], trade, action)

    def system(self, action: str, trade: Trade) -> None:
        pk = trade.pk
        calls = {"screen": screen, "draw_up": draw_up, "ask": ask_payment, "open": open_access}
        follows = {"screen": ("accepted", "cleared"), "draw_up": ("cleared", "signing")}
        expected = self.oracle.follow if action in follows else getattr(self.oracle, action)
        self.both(expected, lambda: calls[action](order_id=pk, actor=CLOCK), trade, *follows.get(action, ()))

    def sign(self, trade: Trade, side: str) -> None:
        order = Order.objects.get(number=trade.number)
        digest = order.contract.digest if hasattr(order, "contract") else ""
        given = {"order_id": order.pk, "digest": digest, "password": PASSWORD, "actor": self.world.signatories[side]}
        self.both(self.oracle.sign, lambda: accept_contract(**given), trade, side)

    def download(self, trade: Trade) -> None:
        if not trade.is_open and trade.state not in ("completed", "terminated"):
            return
        given = {"order_id": trade.pk, "session_key": "s", "actor": self.world.buyer}
        if trade.is_open or trade.downloads:
            self.both(self.oracle.download, lambda: use_link(token=make_link(**given), **given), trade)

    def confirm(self, trade: Trade) -> None:
        pk = trade.pk
        self.both(self.oracle.complete, lambda: confirm_receipt(order_id=pk, actor=self.world.buyer), trade)

    @rule(number=TRADES, times=st.integers(1, 4))
    def go_on(self, number, times):
        """The next step of a trade, whatever it is."""
        trade = self.trade(number)
        for _time in range(times):
            self.forward(trade)

    def forward(self, trade: Trade) -> None:
        if trade.state == "signing":
            self.sign(trade, "seller" if "buyer" in trade.signed else "buyer")
        elif trade.state == "awaiting_payment":
            self.credit(trade, self.oracle.total)
        elif trade.state in STEP:
            self.act(STEP[trade.state], trade)

    def act(self, action: str, trade: Trade) -> None:
        if action in ("accept", "decline", "withdraw"):
            self.say(action, trade)
        elif action in ("screen", "draw_up", "ask", "open"):
            self.system(action, trade)
        else:
            getattr(self, action)(trade)

    @rule(
        number=TRADES,
        action=st.sampled_from(["decline", "withdraw", *STEP.values(), "lapse", "overdue"]),
    )
    def try_anything(self, number, action):
        self.act(action, self.trade(number))

    @rule(number=TRADES, side=SIDES)
    def confirm_the_contract(self, number, side):
        self.sign(self.trade(number), side)

    def lapse(self, trade: Trade) -> None:
        pk, long_ago = trade.pk, now() - dt.timedelta(days=120)
        Order.objects.filter(pk=pk).update(state_since=long_ago, due_on=long_ago.date())
        self.both(self.oracle.lapse, lambda: clocks.act_on(order_id=pk, actor=CLOCK), trade)

    def overdue(self, trade: Trade) -> None:
        pk = trade.pk
        Order.objects.filter(pk=pk).update(due_on=today() - dt.timedelta(days=1))
        self.both(self.oracle.overdue, lambda: accept_by_clock(order_id=pk, actor=CLOCK), trade)

    def bank(self, name: str, amount: int, memo: str, digest: str = "0") -> IncomingTransfer:
        credit = BankCredit(name, amount, "VND", "0000000000", memo, now(), digest * 64)
        return receive_transfer(credit, actor=BANK)[0]

    def credit(self, trade: Trade | None, amount: int) -> None:
        transfer = self.bank(self.fresh(), amount, trade.number if trade else "tien du lieu")
        self.oracle.credit(str(transfer.pk), amount, trade)
        found = self.oracle.transfers[-1]
        assert (transfer.state, transfer.mismatch) == (found.state, found.reason)

    def one_of(self, data, things):
        return things[data.draw(st.integers(0, len(things) - 1))]


def made_world() -> SimpleNamespace:
    """Parties, staff and trades at every stage, made by the use cases the machine drives."""
    seller, other, buyer = (trader(with_bank=True) for _ in range(3))
    alone, jointly = (listed(price=PRICE, revision__asset__owner=seller) for _ in range(2))
    shared(jointly, {other: OTHERS_SHARE})
    for listing in (alone, jointly):
        place = place_of(listing.revision.files.get().stored)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(CSV)
    return SimpleNamespace(
        listings=(alone, jointly),
        owners=({seller.pk: 1}, {seller.pk: 10_000 - OTHERS_SHARE, other.pk: OTHERS_SHARE}),
        buyer=acting(buyer, "buyer"),
        steward=acting(seller, "steward"),
        signatories={"buyer": acting(buyer, "signatory"), "seller": acting(seller, "signatory")},
        staff={"operator_reviewer": reviewer(), "second": reviewer(), "supervisor": staff(StaffRole.SUPERVISOR)},
        officers=[staff(StaffRole.FINANCE), staff(StaffRole.FINANCE)],
        oracle=Ends([seller.pk, other.pk], buyer.pk, PRICE, quota=parameters(today()).get("delivery_quota")),
    )
