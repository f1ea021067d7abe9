"""The oracle's disputes and payouts."""

from tests.transactions.trade_oracle import Oracle, Refused, Trade


class Ends(Oracle):
    """How a trade is disputed and how money leaves."""

    def complain(self, trade: Trade) -> None:
        """The buyer opens a dispute."""
        if trade.dispute:
            raise Refused("already_disputed")
        if trade.state not in ("awaiting_acceptance", "completed"):
            raise Refused("too_late")
        if trade.holds:
            raise Refused("held")
        if trade.is_ruled:
            raise Refused("already_settled")
        trade.dispute, trade.agreed, trade.is_appealed = "answer_due", set(), False

    def answer(self, trade: Trade) -> None:
        """The seller answers."""
        if trade.dispute != "answer_due":
            raise Refused("illegal_move")
        trade.dispute = "mediation"

    def take_complaint_back(self, trade: Trade) -> None:
        """Who opened it withdraws it."""
        if trade.dispute not in ("answer_due", "mediation"):
            raise Refused("illegal_move")
        trade.dispute = ""

    def rule(self, trade: Trade, outcome: str, part: int) -> None:
        """A reviewer decides."""
        if trade.dispute != "mediation":
            raise Refused("illegal_move")
        self.say(trade, outcome, part)
        trade.dispute, trade.is_late = "decided", False

    def say(self, trade: Trade, outcome: str, part: int) -> None:
        """What the buyer gets back by a decision."""
        left = sum(self.of_payment(trade).values())
        if outcome == "split" and not left:
            raise Refused("nothing_to_divide")
        trade.ruling = (outcome, {"buyer": left, "seller": 0, "split": part}[outcome])

    def appeal(self, trade: Trade, side: str) -> None:
        """A side that has not accepted the decision asks for another reviewer, once and in time."""
        if trade.dispute != "decided" or trade.is_appealed or side in trade.agreed or trade.is_late:
            raise Refused("illegal_move")
        trade.dispute, trade.is_appealed = "appealed", True

    def rule_again(self, trade: Trade, outcome: str, part: int, who: str, reference: str) -> None:
        """Another reviewer decides the appeal; it takes effect at once unless the trade is on hold."""
        if trade.dispute != "appealed":
            raise Refused("illegal_move")
        if who == "second":
            raise Refused("second_person")
        self.say(trade, outcome, part)
        trade.dispute = "decided"
        if not trade.holds:
            self.end(trade, reference)

    def pass_time(self, trade: Trade, reference: str) -> None:
        """All days of a stage are over: no answer means mediation, no appeal means effect."""
        if trade.dispute == "answer_due":
            trade.dispute = "mediation"
        elif trade.dispute == "decided":
            trade.is_late = True
            if not trade.holds:
                self.end(trade, reference)

    def consent(self, trade: Trade, side: str, reference: str) -> None:
        """A side accepts the decision; the second one carries it out."""
        if trade.dispute != "decided" or trade.is_appealed or side in trade.agreed:
            raise Refused("illegal_move")
        if trade.holds:
            raise Refused("held")
        trade.agreed.add(side)
        if len(trade.agreed) == 2:
            self.end(trade, reference)

    def end(self, trade: Trade, reference: str) -> None:
        """The decision takes effect."""
        trade.dispute, trade.is_ruled = "", True
        self.carry_out(trade, *trade.ruling, reference)

    def carry_out(self, trade: Trade, outcome: str, amount: int, reference: str) -> None:
        """Money and trade follow the decision."""
        if outcome == "seller" and trade.state == "awaiting_acceptance":
            self.complete(trade)
        if amount:
            self.give_back(trade, amount, reference)
        if outcome == "buyer":
            trade.is_open = False

    def due(self, *, but: list | None = None) -> dict[str, tuple[int, int]]:
        """What can be paid out: account -> (amount, set off); `but` is the batch that does not count as waiting."""
        stopped = [trade for trade in self.trades if trade.state == "completed" and self.is_stopped(trade)]
        found = {self.refundable: (self.balances[self.refundable], 0)}
        for owner in self.owners:
            code = self.payable(owner)
            free = self.balances[code] - sum(trade.left.get(code, 0) for trade in stopped)
            set_off = min(max(free, 0), -self.balances[self.owed(owner)])
            found[code] = (free - set_off, set_off)
        busy = {code for batch in self.batches if batch is not but for code, _amount, _set_off in batch}
        return {code: sums for code, sums in found.items() if sums[0] > 0 and code not in busy}

    def prepare(self) -> None:
        """Everything that can go, in one batch."""
        ready = [[code, *sums] for code, sums in self.due().items()]
        if not ready:
            raise Refused("nothing_due")
        self.batches.append(ready)

    def approve(self, number: int) -> None:
        """A second person releases a batch, if the books still agree with it."""
        batch = self.batches[number]
        present = self.due(but=batch)
        for code, amount, set_off in batch:
            now = present.get(code)
            if now is None or now[1] != set_off or now[0] < amount:
                raise Refused("payout_changed")
        del self.batches[number]
        for code, amount, set_off in batch:
            debt = {code.replace("payable", "receivable"): set_off} if set_off else {}
            self.book({code: -amount - set_off, **debt, "payout:clearing": amount})
            self.payouts.append(["released", code, amount])

    def conclude(self, payout: list, state: str) -> None:
        """The statement shows it, or the bank failed."""
        if payout[0] != "released":
            raise Refused("illegal_move")
        payout[0] = state
        self.book({"payout:clearing": -payout[2], "bank:escrow" if state == "confirmed" else payout[1]: payout[2]})
