"""The matrix is worth something only if it notices: a check taken out of the code makes a line fail.

Ten seeded faults on every run; `make mutants` plants more and lets the rooms' own tests look at what is left.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest

from tests.mutants import guards
from tests.permissions import table
from tests.permissions.ask import letters_of, letters_of_call
from tests.permissions.probe import Prober
from tests.permissions.world import PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
COUNT = int(os.environ.get("MUTANTS", "10"))
SEED = int(os.environ.get("MUTANT_SEED", "7"))
# Gates behind a row the market of the matrix cannot hold (a link of somebody who lost the role, a stop of all trade),
# or beside a second gate that alone keeps strangers out (papers of a dispute). The tests of their rooms hold them:
# test_a_link_ends_with_the_role_it_was_made_in, test_nobody_else_lifts_a_stop,
# test_rows_of_papers_are_shown_to_those_who_see_the_order.
ROOMS_TELL = {
    "transactions.delivery.services.use_link",
    "transactions.halts.services.lift",
    "transactions.disputes.models.EvidenceQuerySet.visible_to",
}
REPORT = os.environ.get("MUTANT_REPORT", "")


@cache
def routes() -> list[table.Route]:
    return table.routes()


@cache
def use_cases() -> dict:
    return table.use_cases()


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def near(module: str, other: str) -> int:
    """0 the same room, 1 the same floor, 2 elsewhere."""
    if room(module) == room(other):
        return 0
    return 1 if module.split(".")[0] == other.split(".")[0] else 2


def home(route: table.Route) -> str:
    """The module of the view behind an address; a console page lives with its register."""
    view = getattr(route.callback, "view_class", None) or getattr(route.callback, "cls", None)
    owner = getattr(route.callback, "model_admin", None)
    return (type(owner).__module__ if owner else None) or (view or route.callback).__module__


Question = tuple[str, Callable[[], bool]]


def questions(prober: Prober, module: str) -> Iterator[Question]:
    """Every expectation of a floor, nearest room first: its name, and how to ask whether it holds."""
    lines = table.lines()
    calls = [(near(module, name), name, line) for line in lines for name in use_cases() if line.speaks_of(name)]
    pages = [(near(module, home(r)), r, line) for line in lines for r in routes() if line.speaks_of(r.name)]
    for distance in range(2):
        for _near, name, line in (call for call in calls if call[0] == distance):
            for what in line.objects:
                yield f"{name} {what}", partial(call_holds, prober, name, line, what)
        for _near, route, line in (page for page in pages if page[0] == distance):
            for what in line.objects:
                yield f"{route.name} {line.method} {what}", partial(page_holds, prober, route, line, what)


def call_holds(prober: Prober, name: str, line: table.Line, what: str) -> bool:
    return letters_of_call(prober, use_cases()[name], what) == line.letters


def page_holds(prober: Prober, route: table.Route, line: table.Line, what: str) -> bool:
    return letters_of(prober, route, line.method, what) == {who: line.letters[who] for who in PEOPLE}


def caught_by(prober: Prober, mutant: guards.Mutant) -> str:
    """The first expectation that fails while the check is missing, and holds again once it is back."""
    with guards.planted(mutant):
        name, holds = next((q for q in questions(prober, mutant.module) if not q[1]()), ("", None))
    assert holds is None or holds(), f"{name} fails without any fault: nothing is proved by it"
    return name


def chosen() -> list[tuple[int, guards.Mutant]]:
    every = list(enumerate(guards.mutants()))
    if not REPORT:  # on every run: faults addresses and use cases can show
        every = [(number, mutant) for number, mutant in every if is_quickly_seen(mutant)]
    found = random.Random(SEED).sample(every, min(COUNT + len(ROOMS_TELL), len(every)))  # noqa: S311
    if not REPORT:
        found = [(number, mutant) for number, mutant in found if f"{mutant.module}.{mutant.function}" not in ROOMS_TELL]
    return found[:COUNT]


def is_quickly_seen(mutant: guards.Mutant) -> bool:
    """Gates of use cases, and what the rows of a room show to whom: lines of the same room tell at once."""
    if mutant.kind == "require":
        return f"{mutant.module}.{mutant.function}" in use_cases()
    return mutant.kind == "filter" and mutant.module.endswith(".models")


@pytest.mark.skipif(bool(REPORT), reason="make mutants writes a report instead")
@pytest.mark.parametrize("mutant", [m for _number, m in chosen()] if not REPORT else [], ids=str)
def test_a_check_taken_out_is_noticed(prober, mutant):
    assert caught_by(prober, mutant), f"nothing noticed that this check is missing: {mutant}"


@pytest.mark.skipif(not REPORT, reason="only make mutants asks for a report")
def test_report(prober):
    rows = []
    for number, mutant in chosen():
        function = f"{mutant.module}.{mutant.function}"
        rows.append({"number": number, "mutant": str(mutant), "function": function, "by": caught_by(prober, mutant)})
        Path(REPORT).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    assert rows
