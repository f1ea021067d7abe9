"""Faults of the posting code: where, what is right there, and what stands there instead."""

from dataclasses import dataclass

LEDGER, FLOWS = "transactions/ledger/services.py", "transactions/ledger/flows.py"
ACCOUNTS, READS = "transactions/ledger/accounts.py", "transactions/ledger/selectors.py"
MONEY, REFUNDS = "exchange/common/money.py", "transactions/payments/refunds.py"
PAYMENTS, SQL = "transactions/payments/services.py", "transactions/migrations/0007_ledger_walls.py"


@dataclass(frozen=True)
class Mutant:
    """A fault: the file, the text that is right, the text that is wrong."""

    file: str
    right: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.file}: {self.right.strip()} -> {self.wrong.strip()}"


MUTANTS = (
    Mutant(LEDGER, "for code, amount in legs.items() if amount}", "for code, amount in legs.items() if amount > 0}"),
    Mutant(LEDGER, "or sum(legs.values()) != 0", "or sum(legs.values()) < 0"),
    Mutant(LEDGER, "if made[0].body_digest != event.digest:", "if False:"),
    Mutant(LEDGER, 'digest_of({"kind": self.kind, "legs"', 'digest_of({"legs"'),
    Mutant(LEDGER, "posting.account.code: -posting.amount", "posting.account.code: posting.amount"),
    Mutant(LEDGER, "if not reason:", "if False:"),
    Mutant(LEDGER, "FROM made WHERE is_new", "FROM made"),
    Mutant(LEDGER, '"journal": key}\n', '"journal": kind}\n'),
    Mutant(LEDGER, "return _book(money, entry)", "return _book(money)"),
    Mutant(LEDGER, '"reverses": journal.pk}', '"reverses": None}'),
    Mutant(LEDGER, "[kind in FLOORED for kind in kinds]", "[False for kind in kinds]"),
    Mutant(LEDGER, "[event.legs[code] for code in codes]", "[event.legs[code] for code in event.legs]"),
    Mutant(ACCOUNTS, "FLOORED = frozenset({ESCROW, PAYABLE,", "FLOORED = frozenset({ESCROW,"),
    Mutant(ACCOUNTS, "FLOORED = frozenset({ESCROW, PAYABLE, REFUNDABLE,", "FLOORED = frozenset({ESCROW, PAYABLE,"),
    Mutant(ACCOUNTS, "FLOORED = frozenset({ESCROW,", "FLOORED = frozenset({"),
    Mutant(FLOWS, "numbers = sorted(owners)", "numbers = list(owners)"),
    Mutant(FLOWS, 'return 0, int(code.rsplit(":", 1)[1])', "return 0, 0"),
    Mutant(
        FLOWS, "return (1, 0) if code == accounts.FEE else (2, 0)", "return (2, 0) if code == accounts.FEE else (1, 0)"
    ),
    Mutant(FLOWS, "not 0 <= amount <= sum(parts.values())", "not 0 <= amount"),
    Mutant(FLOWS, "any(part < 0 for part", "any(part < -10 for part"),
    Mutant(FLOWS, "amount - taken.get(code, 0)", "amount + taken.get(code, 0)"),
    Mutant(FLOWS, "return {source: -amount, target: amount}", "return {source: amount, target: -amount}"),
    Mutant(FLOWS, "accounts.escrow(number): -sum(parts.values())", "accounts.escrow(number): sum(parts.values())"),
    Mutant(FLOWS, "covered = min(amount, held.get(code, 0))", "covered = amount"),
    Mutant(FLOWS, "= covered - amount", "= amount - covered"),
    Mutant(FLOWS, "legs[code] = -covered", "legs[code] = -amount"),
    Mutant(FLOWS, "refundable(buyer_id): sum(taken.values())", "refundable(buyer_id): -sum(taken.values())"),
    Mutant(FLOWS, "return min(max(payable, 0), max(-receivable, 0))", "return max(payable, 0)"),
    Mutant(FLOWS, "max(-receivable, 0)", "max(receivable, 0)"),
    Mutant(MONEY, "(-(total * weights[i] % whole), i)", "(total * weights[i] % whole, i)"),
    Mutant(MONEY, "(-(total * weights[i] % whole), i)", "(-(total * weights[i] % whole), -i)"),
    Mutant(MONEY, "for i in order[: total - sum(parts)]:", "for i in order[: total - sum(parts) - 1]:"),
    Mutant(READS, "code.replace(accounts.RECEIVABLE, accounts.PAYABLE)", "code"),
    Mutant(READS, 'SETTLING = ("settle", "refund")', 'SETTLING = ("settle",)'),
    Mutant(REFUNDS, "is_whole = not any(rest.values())", "is_whole = True"),
    Mutant(REFUNDS, "settle(order, actor=actor, parts=rest)", "settle(order, actor=actor)"),
    Mutant(REFUNDS, "if not 1 <= amount <= left:", "if not 0 <= amount <= left:"),
    Mutant(REFUNDS, 'f"no{made + 1}"', '"no1"'),
    Mutant(REFUNDS, "if amount not in (None, booked):", "if False:"),
    Mutant(PAYMENTS, 'return "" if transfer.amount == order.total', 'return "" if transfer.amount >= order.total'),
    Mutant(PAYMENTS, "source = accounts.BANK if is_new else", "source = accounts.BANK if True else"),
    Mutant(SQL, "a.has_floor AND a.held + g.amount < 0", "a.has_floor AND a.held < 0"),
    Mutant(SQL, "j.key = p_key OR j.reverses_id = p_reverses", "j.key = p_key"),
    Mutant(SQL, "SELECT made.id, a.id, g.amount\n", "SELECT made.id, a.id, -g.amount\n"),
    Mutant(SQL, "VALUES (p_key, p_kind, p_order, p_reverses", "VALUES (p_key, p_kind, '', p_reverses"),
    Mutant(SQL, "ORDER BY a.id FOR NO KEY UPDATE", "ORDER BY a.id"),
)
