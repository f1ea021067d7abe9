"""`make faults SEED=1`: hurts a portal of its own and says what it outlived.

python -m tests.faults --seed 1            every fault, sized for about ten minutes on two idle cores
python -m tests.faults --seed 1 --full     the sizes of the table
python -m tests.faults --seed 1 --only F2,F7
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable

from tests.faults import crashes, cuts, limits, money, restores, rot, space
from tests.faults.run import Run
from tests.faults.verdict import Outcome, exit_status
from tests.journeys.portal import Portal

FAULTS: dict[str, Callable[[Run], Outcome]] = {
    "F1": crashes.web_workers,
    "F2": crashes.database,
    "F3": crashes.background,
    "F4": cuts.every_step,
    "F7": money.webhooks,
    "F9": limits.uploads,
    "F11": money.clashes,
    "F12": limits.connections,
    "F5": space.full,
    "F13": restores.restored,
    "F14": restores.as_of,
    "F15": rot.bytes_flipped,
}
HEAD = "| fault | how | done | seen | verdict |\n|---|---|---|---|---|"


def say(text: str) -> None:
    """Tell the person at the keyboard."""
    print(text, flush=True)  # noqa: T201


def main() -> int:
    """Run the chosen faults in the order of the table; the exit status says what it proves."""
    parser = argparse.ArgumentParser(prog="tests.faults")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    chosen = [code for code in FAULTS if not options.only or code in options.only.split(",")]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whoever ends it finds nothing left behind
    portal, began = Portal(), time.monotonic()
    try:
        cuts.install(portal)
        portal.start()
        portal.wait()
        say(f"Seed {options.seed}, {'full' if options.full else 'scaled'} run; portal ready after {_since(began)}.")
        logins = json.loads(portal.manage("demo_accounts", "--json"))
        outcomes = [_one(code, Run(portal, logins, options.seed, options.full)) for code in chosen]
    finally:
        portal.remove()
    say(f"\nSeed {options.seed}, {_since(began)} in all.\n\n{HEAD}")
    for outcome in outcomes:
        say(outcome.row())
    return exit_status(outcomes)


def _one(code: str, run: Run) -> Outcome:
    began = time.monotonic()
    run.portal.recover(120)
    try:
        outcome = FAULTS[code](run)
    except Exception as problem:
        outcome = Outcome(code, "broke off", 1, breaches=[f"broke off: {problem!r}"[:1500]])
    outcome.figures["took"] = _since(began)
    for line in outcome.lines():
        say(line)
    return outcome


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
