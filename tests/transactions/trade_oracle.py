"""What trades and their money should do, in plain Python that shares no line with the exchange's code.

Each method is one use case: it refuses with the code the exchange must refuse with, before it changes anything.
"""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

ESCROWED = ("paid", "delivering", "awaiting_acceptance")
BEFORE_CONTRACT = ("requested", "accepted", "legality_review", "returned", "cleared", "signing")
FINAL = ("completed", "withdrawn", "declined", "refused", "lapsed", "cancelled", "terminated")
# action -> where it may begin, where it leads
TABLE = {
    "accept": (("requested",), "accepted"),
    "decline": (("requested",), "declined"),
    "withdraw": (BEFORE_CONTRACT, "withdrawn"),
    "conclude": (("signing",), "contracted"),
    "ask": (("contracted",), "awaiting_payment"),
    "pay": (("awaiting_payment",), "paid"),
    "hand_over": (("delivering",), "awaiting_acceptance"),
    "complete": (("awaiting_acceptance",), "completed"),
    "refund": (ESCROWED, "terminated"),
    "split": (("delivering", "awaiting_acceptance"), "completed"),
}
STOPPED_BY_OVERLAYS = ("accept", "conclude", "ask", "hand_over", "complete")


class Refused(Exception):
    """The use case must be refused with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def half_up(amount: int, basis_points: int) -> int:
    """A tax, rounded half up by exact fractions."""
    return int(Fraction(amount * basis_points, 10_000) + Fraction(1, 2))


def shared(amount: int, parts: dict[str, int]) -> dict[str, int]:
    """An amount over parts by largest remainder, ties to the earlier."""
    whole = sum(parts.values())
    exact = {name: Fraction(amount * part, whole) for name, part in parts.items()}
    given = {name: int(one) for name, one in exact.items()}
    names = list(parts)
    by_rest = sorted(names, key=lambda name: (given[name] - exact[name], names.index(name)))
    for name in by_rest[: amount - sum(given.values())]:
        given[name] += 1
    return given


@dataclass
class Trade:
    """One order."""

    number: str
    pk: int
    owners: dict[int, int]  # who shares in its revenue, by number -> weight
    state: str = "requested"
    holds: set[str] = field(default_factory=set)
    signed: set[str] = field(default_factory=set)
    is_open: bool = False  # access
    downloads: int = 0
    left: dict[str, int] = field(default_factory=dict)  # of the settled payment
    refunds: dict[str, int] = field(default_factory=dict)
    dispute: str = ""
    ruling: tuple[str, int] = ("", 0)
    agreed: set[str] = field(default_factory=set)
    is_appealed: bool = False
    is_late: bool = False  # the days for an appeal are over
    is_ruled: bool = False


@dataclass
class Transfer:
    """One credit of the bank."""

    name: str
    amount: int
    trade: Trade | None
    state: str = "mismatched"
    reason: str = ""


class Oracle:
    """All trades of one seller and one buyer, alone or with other owners of the data, and every account."""

    def __init__(self, owners: list[int], buyer: int, price: int, quota: int) -> None:
        self.owners = sorted(owners)
        self.refundable, self.quota = f"buyer:refundable:{buyer}", quota
        fee = price * 200 // 10_000
        self.total, self.fee, self.tax = price + half_up(price, 1_000), fee, half_up(fee, 1_000)
        self.balances: Counter[str] = Counter()
        self.trades: list[Trade] = []
        self.transfers: list[Transfer] = []
        self.batches: list[list[list]] = []  # prepared: [account, amount, set off]
        self.payouts: list[list] = []  # released: [state, account, amount]

    def payable(self, owner: int) -> str:
        """What an owner has earned."""
        return f"seller:payable:{owner}"

    def owed(self, owner: int) -> str:
        """What an owner owes after refunds."""
        return f"seller:receivable:{owner}"

    # --- steps

    def step(self, trade: Trade, action: str) -> None:
        """One row of the table, or a refusal."""
        sources, target = TABLE[action]
        if trade.state not in sources:
            raise Refused("illegal_move")
        if action in STOPPED_BY_OVERLAYS and trade.dispute:
            raise Refused("disputed")
        if action in STOPPED_BY_OVERLAYS and trade.holds:
            raise Refused("held")
        trade.state = target

    def post(self, **legs: int) -> None:
        """Book named accounts."""
        self.book({name.replace("__", ":"): amount for name, amount in legs.items()})

    def book(self, legs: dict[str, int]) -> None:
        """Book a money event; it must balance, and no account with a floor may fall below zero."""
        assert sum(legs.values()) == 0, legs
        for code, amount in legs.items():
            self.balances[code] += amount
            assert self.balances[code] >= 0 or code.startswith(("bank:", "seller:receivable")), (code, legs)

    def is_stopped(self, trade: Trade) -> bool:
        """Whether an overlay lies on it."""
        return bool(trade.holds or trade.dispute)

    def follow(self, trade: Trade, state: str, target: str) -> None:
        """A step of a job: done where it is due and nothing stops it, else nothing happens."""
        if trade.state == state and not self.is_stopped(trade):
            trade.state = target

    def sign(self, trade: Trade, side: str) -> None:
        """One side confirms the contract."""
        if trade.state != "signing":
            raise Refused("illegal_move")
        if trade.holds:
            raise Refused("held")
        if side in trade.signed:
            raise Refused("already_accepted")
        trade.signed.add(side)
        if len(trade.signed) == 2:
            self.step(trade, "conclude")

    def ask(self, trade: Trade) -> None:
        """Payment is asked for; what came early is applied in the order it came."""
        if trade.state != "contracted":
            return
        self.step(trade, "ask")
        for transfer in self.transfers:
            if transfer.trade is trade and transfer.reason == "not_due" and transfer.state == "mismatched":
                self.apply(transfer, trade, f"unmatched:{transfer.name}")

    def open(self, trade: Trade) -> None:
        """Access after payment."""
        if trade.state == "paid" and not self.is_stopped(trade):
            trade.state, trade.is_open = "delivering", True

    def download(self, trade: Trade) -> None:
        """The buyer takes the data; the first time hands it over."""
        if not trade.is_open:
            raise Refused("entitlement_not_active")
        if trade.state in ("terminated", "cancelled"):
            raise Refused("order_ended")
        if trade.dispute or trade.holds:
            raise Refused("disputed" if trade.dispute else "held")
        if trade.downloads == self.quota:
            raise Refused("quota")
        trade.downloads += 1
        if trade.state == "delivering":
            self.step(trade, "hand_over")

    def complete(self, trade: Trade) -> None:
        """Accepted: the escrow is shared out."""
        self.step(trade, "complete")
        self.settle(trade, self.parts(trade))

    def lapse(self, trade: Trade) -> None:
        """Long after every limit."""
        if not self.is_stopped(trade):
            ends = {"requested": "lapsed", "returned": "lapsed", "signing": "lapsed", "awaiting_payment": "cancelled"}
            trade.state = ends.get(trade.state, trade.state)

    def overdue(self, trade: Trade) -> None:
        """The time for taking or confirming is over."""
        if trade.state == "delivering":
            self.follow(trade, "delivering", "awaiting_acceptance")
        elif trade.state == "awaiting_acceptance" and not self.is_stopped(trade):
            self.complete(trade)

    def hold(self, trade: Trade, who: str) -> None:
        """Staff stops a trade."""
        if trade.state in FINAL:
            raise Refused("order_ended")
        if who in trade.holds:
            raise Refused("already_held")
        trade.holds.add(who)

    def release(self, trade: Trade, who: str) -> None:
        """A reviewer concludes all holds, none of them their own."""
        if trade.state in FINAL or not trade.holds:
            raise Refused("not_held")
        if who in trade.holds:
            raise Refused("own_hold")
        trade.holds.clear()

    # --- money in

    def credit(self, name: str, amount: int, trade: Trade | None) -> None:
        """The bank reports a credit once."""
        transfer = Transfer(name, amount, trade)
        self.transfers.append(transfer)
        self.apply(transfer, trade, "bank:escrow")

    def apply(self, transfer: Transfer, trade: Trade | None, source: str) -> None:
        """Match it, or leave it waiting; new money is booked either way."""
        transfer.reason = self.mismatch(transfer, trade)
        if not transfer.reason:
            self.matched(transfer, trade, source)
        elif source == "bank:escrow":
            self.book({source: -transfer.amount, f"unmatched:{transfer.name}": transfer.amount})

    def mismatch(self, transfer: Transfer, trade: Trade | None) -> str:
        """Why it does not fit."""
        if trade is None:
            return "memo"
        if trade.state in ("contracted", "signing"):
            return "not_due"
        if trade.state != "awaiting_payment":
            return "late" if trade.state == "cancelled" else "twice"
        return "" if transfer.amount == self.total else "amount"

    def matched(self, transfer: Transfer, trade: Trade, source: str) -> None:
        """It pays the trade."""
        transfer.state = "matched"
        self.step(trade, "pay")
        self.book({source: -self.total, f"escrow:{trade.number}": self.total})

    def match_by_hand(self, transfer: Transfer, trade: Trade) -> None:
        """The finance officer names the order."""
        if transfer.state != "mismatched":
            raise Refused("transfer_done")
        if reason := self.mismatch(transfer, trade):
            raise Refused(f"mismatch_{reason}")
        transfer.reason = ""
        self.matched(transfer, trade, f"unmatched:{transfer.name}")

    def send_back(self, transfer: Transfer) -> None:
        """It is to be paid back."""
        if transfer.state != "mismatched":
            raise Refused("transfer_done")
        transfer.state = "to_refund"
        legs = {f"unmatched:{transfer.name}": -transfer.amount, f"remitter:refundable:{transfer.name}": transfer.amount}
        self.book(legs)

    # --- money shared out and given back

    def parts(self, trade: Trade) -> dict[str, int]:
        """What becomes of a payment."""
        weights = {self.payable(owner): trade.owners[owner] for owner in sorted(trade.owners)}
        earned = shared(self.total - self.fee - self.tax, weights)
        return {**earned, "fee:income": self.fee, "vat:payable": self.tax}

    def settle(self, trade: Trade, parts: dict[str, int]) -> None:
        """Share out what is left in escrow."""
        self.book({f"escrow:{trade.number}": -sum(parts.values()), **parts})
        trade.left = dict(parts)

    def of_payment(self, trade: Trade) -> dict[str, int]:
        """What has not gone back yet."""
        return trade.left if trade.state == "completed" else self.parts(trade)

    def refund(self, trade: Trade, amount: int | None, reference: str) -> None:
        """A reviewer gives money back."""
        if trade.dispute:
            raise Refused("disputed")
        self.give_back(trade, amount, reference)

    def give_back(self, trade: Trade, amount: int | None, reference: str) -> None:
        """From escrow, or from the sellers' accounts."""
        if reference in trade.refunds:
            if amount not in (None, trade.refunds[reference]):
                raise Refused("key_reused")
            return
        parts = self.of_payment(trade)
        if trade.state not in (*ESCROWED, "completed") or not sum(parts.values()):
            raise Refused("nothing_to_refund")
        amount = sum(parts.values()) if amount is None else amount
        if not 1 <= amount <= sum(parts.values()):
            raise Refused("refund_out_of_range")
        taken = shared(amount, parts)
        rest = {name: part - taken[name] for name, part in parts.items()}
        if trade.state == "completed":
            self.take_back(taken)
            trade.left = rest
        else:
            self.step(trade, "split" if any(rest.values()) else "refund")
            self.book({f"escrow:{trade.number}": -amount, self.refundable: amount})
            if any(rest.values()):
                self.settle(trade, rest)
        trade.refunds[reference] = amount

    def take_back(self, taken: dict[str, int]) -> None:
        """What an owner's account does not hold, that owner owes."""
        legs = Counter({self.refundable: sum(taken.values())})
        legs.subtract(taken)
        for owner in self.owners:
            missing = max(taken.get(self.payable(owner), 0) - self.balances[self.payable(owner)], 0)
            legs[self.payable(owner)] += missing
            legs[self.owed(owner)] -= missing
        self.book(dict(legs))
