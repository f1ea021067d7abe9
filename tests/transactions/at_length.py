"""State machines run for a number of examples, or for as long as MODEL_MINUTES allow; what was tried is printed."""

import os
import sys
import time

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

MINUTES = float(os.environ.get("MODEL_MINUTES", "0"))  # 0: until every example has run
AT_ONCE = 20 if MINUTES else 1_000_000  # the time is looked at between lots


def explore(machine: type[RuleBasedStateMachine], *, examples: int, steps: int) -> None:
    """Run examples in lots, each with a seed of its own, until all are done or the time is over."""
    begun, done = time.monotonic(), 0
    while done < examples and (not MINUTES or time.monotonic() - begun < 60 * MINUTES):
        lot = min(AT_ONCE, examples - done)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=lot,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
        done += lot
    words = f"{machine.__name__}: {done} of {examples} examples of at most {steps} steps"
    sys.stdout.write(f"\n{words} in {time.monotonic() - begun:.0f} seconds\n")
