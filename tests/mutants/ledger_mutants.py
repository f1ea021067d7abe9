"""Faults planted into the posting code one by one; at least 95 % must be noticed by the tests of money.

    .venv/bin/python tests/mutants/ledger_mutants.py            # all, with a table
    .venv/bin/python tests/mutants/ledger_mutants.py 3 17       # these

Nothing on disk changes: the module is compiled from changed text, the stored function is replaced for each test.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOAL = 0.95
LEDGER, FLOWS = "transactions/ledger/services.py", "transactions/ledger/flows.py"
ACCOUNTS, READS = "transactions/ledger/accounts.py", "transactions/ledger/selectors.py"
MONEY, REFUNDS = "exchange/common/money.py", "transactions/payments/refunds.py"
PAYMENTS, SQL = "transactions/payments/services.py", "transactions/migrations/0007_ledger_walls.py"
TESTS = (
    ["tests/transactions/ledger/test_flows.py", "tests/transactions/pricing/test_quote.py"],  # no database: at once
    ["tests/transactions/ledger/test_services.py"],
    ["tests/transactions/payments/test_refunds.py"],
    ["tests/transactions/ledger/test_machine.py"],
    ["tests/transactions/payments/test_services.py", "tests/transactions/test_money_parallel.py"],
)


@dataclass(frozen=True)
class Mutant:
    """A fault: the file, the text that is right, the text that is wrong."""

    file: str
    right: str
    wrong: str


MUTANTS = (
    Mutant(LEDGER, "for code, amount in legs.items() if amount}", "for code, amount in legs.items() if amount > 0}"),
    Mutant(LEDGER, "or sum(legs.values()) != 0", "or sum(legs.values()) < 0"),
    Mutant(LEDGER, "if made[0].body_digest != event.digest:", "if False:"),
    Mutant(LEDGER, 'digest_of({"kind": self.kind, "legs"', 'digest_of({"legs"'),
    Mutant(LEDGER, "posting.account.code: -posting.amount", "posting.account.code: posting.amount"),
    Mutant(LEDGER, "if not reason:", "if False:"),
    Mutant(LEDGER, "FROM made WHERE is_new)", "FROM made)"),
    Mutant(LEDGER, '"journal": key}', '"journal": kind}'),
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


def module_of(file: str) -> str:
    """The dotted name of a file."""
    return file.removesuffix(".py").replace("/", ".")


def changed(mutant: Mutant) -> str:
    """The text of the file with the fault."""
    text = (ROOT / mutant.file).read_text("utf-8")
    if mutant.right not in text:
        raise SystemExit(f"{mutant.file} no longer holds: {mutant.right}")
    return text.replace(mutant.right, mutant.wrong, 1)


class Planted(importlib.machinery.SourceFileLoader):
    """Compiles the changed text in place of the file."""

    text = ""

    def get_code(self, fullname: str):
        """The module with its fault; no cache is read or written."""
        return compile(self.text, self.path, "exec", dont_inherit=True)


class Finder(importlib.abc.MetaPathFinder):
    """Answers for one module only."""

    def __init__(self, mutant: Mutant) -> None:
        self.name, self.mutant = module_of(mutant.file), mutant

    def find_spec(self, fullname: str, path=None, target=None):
        """The module of the mutant."""
        if fullname != self.name:
            return None
        loader = Planted(fullname, str(ROOT / self.mutant.file))
        loader.text = changed(self.mutant)
        return importlib.util.spec_from_file_location(fullname, loader.path, loader=loader)


CHOSEN = os.environ.get("LEDGER_MUTANT", "")
if CHOSEN and MUTANTS[int(CHOSEN)].file != SQL:
    sys.meta_path.insert(0, Finder(MUTANTS[int(CHOSEN)]))


def functions(text: str) -> list[str]:
    """The two stored functions as CREATE OR REPLACE."""
    space: dict = {}
    exec(compile(text, SQL, "exec"), space)  # noqa: S102 - the project's own migration
    return [space[name].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") for name in ("LOCK", "POST")]


@pytest.fixture(autouse=True)
def _stored_functions_with_a_fault(request: pytest.FixtureRequest) -> Iterator[None]:
    """The stored functions with the fault, for one test; the right ones stand again after it."""
    marker = request.node.get_closest_marker("django_db")
    has_database = {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker(
        "django_db"
    )
    if not CHOSEN or MUTANTS[int(CHOSEN)].file != SQL or not has_database:
        yield
        return
    from django.db import connection

    request.getfixturevalue("transactional_db" if marker and marker.kwargs.get("transaction") else "db")
    _replace(connection, functions(changed(MUTANTS[int(CHOSEN)])))
    yield
    if not connection.needs_rollback:
        _replace(connection, functions((ROOT / SQL).read_text("utf-8")))


def _replace(connection, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def noticed(number: int) -> str:
    """The first test that fails with the fault planted, or nothing."""
    env = {**os.environ, "LEDGER_MUTANT": str(number), "LEDGER_EXAMPLES": "25", "MONEY_ROUNDS": "1"}
    for tests in TESTS:
        command = [sys.executable, "-m", "pytest", "-p", "tests.mutants.ledger_mutants", "-x", "-q", "--tb=no", *tests]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        if failed:
            return failed[0].split(" - ")[0].split(" ", 1)[1]
        if done.returncode != 0:
            raise SystemExit(f"mutant {number}: the tests did not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return ""


def main() -> int:
    """The table, and whether enough was noticed."""
    numbers = [int(one) for one in sys.argv[1:]] or range(len(MUTANTS))
    caught = 0
    for number in numbers:
        mutant, by = MUTANTS[number], noticed(number)
        caught += bool(by)
        words = f"{mutant.file}: {mutant.right.strip()} -> {mutant.wrong.strip()}"
        sys.stdout.write(f"{number:2} {'caught  ' if by else 'SURVIVED'} {words}\n            {by}\n")
        sys.stdout.flush()
    share = caught / len(numbers)
    sys.stdout.write(
        f"{caught} of {len(numbers)} faults in the posting code were noticed ({share:.1%}, goal {GOAL:.0%}).\n"
    )
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
