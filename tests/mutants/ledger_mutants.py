"""Faults planted into the posting code one by one; at least 95 % must be noticed by the tests of money.

    .venv/bin/python tests/mutants/ledger_mutants.py            # all, with a table
    .venv/bin/python tests/mutants/ledger_mutants.py 3 17       # these

One process imports everything and makes the database once; each fault is planted into a copy of the process (fork),
which runs the tests of money and ends at the first that fails. Nothing on disk changes. A stored function with a fault
stands in the test database for as long as its copy runs.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutants.ledger_faults import MUTANTS, SQL, Mutant  # noqa: E402 - the root has just been put on the path

GOAL = 0.95
SECONDS = float(os.environ.get("LEDGER_MUTANT_SECONDS", "240"))  # of one fault; a hanging test counts as noticed
SHORT = {"LEDGER_EXAMPLES": "12", "LEDGER_STEPS": "25", "MONEY_ROUNDS": "1"}
TESTS = (  # the quick ones first
    "tests/transactions/ledger/test_flows.py",
    "tests/transactions/pricing/test_quote.py",
    "tests/transactions/ledger/test_services.py",
    "tests/transactions/payments/test_refunds.py",
    "tests/transactions/payments/test_services.py",
    "tests/transactions/ledger/test_machine.py",
    "tests/transactions/test_money_parallel.py",
)
COMMITS = TESTS[-1]


def changed(mutant: Mutant) -> str:
    """The text of the file with the fault."""
    text = (ROOT / mutant.file).read_text("utf-8")
    if text.count(mutant.right) == 0:
        raise SystemExit(f"Void: {mutant.file} no longer holds: {mutant.right}")
    return text.replace(mutant.right, mutant.wrong, 1)


def plant(mutant: Mutant) -> None:
    """Put the code and the constants of the changed file into the module that runs; a file without effect is void."""
    name = mutant.file.removesuffix(".py").replace("/", ".")
    live, wrong = sys.modules[name], ModuleType(name)
    exec(compile(changed(mutant), str(ROOT / mutant.file), "exec"), wrong.__dict__)  # noqa: S102 - our own file
    planted = sum(_put(live, word, getattr(wrong, word)) for word in list(vars(wrong)) if hasattr(live, word))
    if planted == 0:
        raise SystemExit(f"Void: {mutant} changes nothing")


def _put(live: ModuleType, word: str, new: Any) -> bool:
    old = getattr(live, word)
    if isinstance(old, FunctionType) and old.__module__ == live.__name__:
        return _put_code(_innermost(old), _innermost(new))
    if isinstance(old, type) and old.__module__ == live.__name__:
        pairs = [(_code_of(vars(old)[name]), _code_of(vars(new)[name])) for name in vars(new) if name[:2] != "__"]
        return sum(_put_code(kept, wrong) for kept, wrong in pairs if kept and wrong) > 0
    if not isinstance(old, (frozenset, tuple, str, int)) or old == new or word.startswith("__"):
        return False
    for module in list(sys.modules.values()):  # whoever imported the constant by its name has it too
        if getattr(module, word, None) is old:
            setattr(module, word, new)
    return True


def _put_code(old: FunctionType, new: FunctionType) -> bool:
    is_other = old.__code__ != new.__code__ or old.__defaults__ != new.__defaults__
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    return is_other


def _code_of(member: Any) -> FunctionType | None:
    """The function behind a method or a property; nothing behind a value."""
    for place in ("fget", "func", "__func__"):
        member = getattr(member, place, member)
    return _innermost(member) if isinstance(member, FunctionType) else None


def _innermost(function: Callable) -> FunctionType:
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function  # type: ignore[return-value]


def store(text: str) -> None:
    """Put the two stored functions of a migration into the test database."""
    space: dict = {}
    exec(compile(text, SQL, "exec"), space)  # noqa: S102 - the project's own migration
    with connection.cursor() as cursor:
        for name in ("LOCK", "POST"):
            cursor.execute(space[name].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    connection.close()


def load() -> None:
    """The reference data again."""
    from tests.conftest import load_reference  # needs settings, which pytest brings

    load_reference()


class Runner:
    """In place of pytest's own loop: every fault in a copy of the process that stands ready."""

    def __init__(self, numbers: list[int]) -> None:
        self.numbers, self.noticed = numbers, {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Make the database with the first test that needs one, then run the copies."""
        from pytest_django.plugin import blocking_manager_key

        unblocked = session.config.stash[blocking_manager_key].unblock
        session.items.sort(
            key=lambda item: TESTS.index(item.nodeid.partition("::")[0])
        )  # as they are named: no commits
        first = next(item for item in session.items if "test_services" in item.nodeid)
        run(session, [first])
        first._initrequest()  # type: ignore[attr-defined] - it runs again in the copies
        with unblocked():
            connection.close()
            if by := self.copy(session, None):
                raise SystemExit(f"Void: {by} does not pass without a fault")
            for number in self.numbers:
                by = self.noticed[number] = self.planted(session, MUTANTS[number])
                say(f"{number:2} {'caught  ' if by else 'SURVIVED'} {MUTANTS[number]}\n            {by}")
        return True

    def planted(self, session: pytest.Session, mutant: Mutant) -> str:
        """The test that noticed the fault, or nothing; the stored functions are right again after it."""
        if mutant.file != SQL:
            return self.copy(session, mutant)
        store(changed(mutant))
        try:
            return self.copy(session, mutant)
        finally:
            store((ROOT / SQL).read_text("utf-8"))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Why a test failed without a fault; copies say it to nobody."""
        if report.failed:
            say(report.longreprtext)

    def copy(self, session: pytest.Session, mutant: Mutant | None) -> str:
        """Run the tests in a copy of this process: the one that failed, or nothing. What it prints is not shown."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            for out in (1, 2):
                os.dup2(os.open(os.environ.get("LEDGER_MUTANT_OUT", os.devnull), os.O_WRONLY), out)
            os.write(writing, find(session, mutant).encode())
            os._exit(0)
        os.close(writing)
        ended = waited(child)
        with os.fdopen(reading) as pipe:
            found = pipe.read()
        if not ended:
            call_command("flush", interactive=False, verbosity=0)
            load()
            return f"(stopped after {SECONDS:.0f} seconds)"
        if found.startswith("Void") or not found:
            raise SystemExit(f"{mutant}: {found or 'the copy broke off'}")
        return "" if found == "-" else found


def find(session: pytest.Session, mutant: Mutant | None) -> str:
    """Plant the fault and run tests until one fails: its name, '-' where none does, 'Void…' where nothing was said."""
    try:
        if mutant is not None and mutant.file != SQL:
            plant(mutant)
        found = run(session, session.items)
        if not found or found.startswith(COMMITS):
            load()  # tests that commit empty the tables
        return found or "-"
    except BaseException as error:  # the copy must always say how it ended
        return f"Void: {error!r}"


def run(session: pytest.Session, items: list[pytest.Item]) -> str:
    """Run tests one after another; the name of the first that fails."""
    failed = session.testsfailed
    other = next(item for item in session.items if item is not items[-1])
    for item, following in zip(items, [*items[1:], other], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed > failed:
            return item.nodeid
    return ""


def waited(child: int) -> bool:
    """Whether the copy ended by itself in its time."""
    last = time.monotonic() + SECONDS
    while time.monotonic() < last:
        if os.waitpid(child, os.WNOHANG)[0]:
            return True
        time.sleep(0.05)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return False


def say(text: str) -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(numbers: list[int]) -> int:
    """The table, and whether enough was noticed."""
    os.chdir(ROOT)
    os.environ |= SHORT
    runner, begun = Runner(numbers or list(range(len(MUTANTS)))), time.monotonic()
    pytest.main(["-p", "no:cacheprovider", "-q", "-s", "--no-header", "--no-summary", *TESTS], plugins=[runner])
    planned, done = len(runner.numbers), len(runner.noticed)
    killed = sum(bool(by) for by in runner.noticed.values())
    say(
        f"\nFaults in the posting code: {planned} planned, {done} done, {killed} noticed "
        f"({killed / max(done, 1):.1%}, goal {GOAL:.0%}) in {time.monotonic() - begun:.0f} seconds."
    )
    if done < planned:
        say("Void: not every planned fault was planted.")
    return 0 if done == planned and killed >= GOAL * planned else 1


if __name__ == "__main__":
    raise SystemExit(main([int(one) for one in sys.argv[1:]]))
