"""What a fault run may claim: planned and done, whether the victims had worked, figures, breaches, the verdict."""

from dataclasses import dataclass, field
from typing import Any

ENOUGH = 0.8  # a run that did less than this part of its plan proves nothing
PASSED, FAILED, VOID, SKIPPED = "passed", "failed", "void", "skipped"
STATUS = {PASSED: 0, SKIPPED: 0, FAILED: 1, VOID: 2}


@dataclass
class Outcome:
    """One fault of the table: what was planned, what was done, what was seen."""

    code: str
    title: str
    planned: int
    done: int = 0
    worked: int | None = None  # how many of the victims had done work before; None where there is no victim
    figures: dict[str, Any] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    skipped: str = ""  # why it could not be tried here

    @property
    def verdict(self) -> str:
        """A breach is a failure even in a run that is too small; a small run without one proves nothing."""
        if self.skipped:
            return SKIPPED
        if self.breaches:
            return FAILED
        return PASSED if not self.void else VOID

    @property
    def void(self) -> str:
        """Why the run proves nothing; empty when it does prove something."""
        if self.planned < 1 or self.done < ENOUGH * self.planned:
            return f"{self.done} of {self.planned} planned were done"
        if self.worked is not None and self.worked < ENOUGH * self.done:
            return f"only {self.worked} of {self.done} victims had worked before"
        return ""

    def expect(self, holds: bool, breach: str) -> bool:
        """Note a breach unless the promise holds."""
        if not holds:
            self.breaches.append(breach)
        return holds

    def lines(self) -> list[str]:
        """What is printed when the fault is over."""
        head = f"{self.code:<4} {self.verdict:<8} planned {self.planned}, done {self.done}"
        head += "" if self.worked is None else f", had worked {self.worked}"
        facts = [f"     {name}: {value}" for name, value in self.figures.items()]
        reasons = [self.skipped] if self.skipped else [*self.breaches[:20], *([self.void] if self.void else [])]
        return [f"{head}  ({self.title})", *facts, *(f"     ! {reason}" for reason in reasons)]

    def row(self) -> str:
        """The line of the table in docs/faults.md."""
        seen = "; ".join(f"{name} {value}" for name, value in self.figures.items())
        done = f"{self.done} of {self.planned}" if not self.skipped else "–"
        return f"| {self.code} | {self.title} | {done} | {seen or self.skipped or '–'} | {self.verdict} |"


def exit_status(outcomes: list[Outcome]) -> int:
    """0 when everything that was tried held, 1 after a breach, 2 when a run proves nothing."""
    verdicts = {outcome.verdict for outcome in outcomes}
    if FAILED in verdicts:
        return STATUS[FAILED]
    return STATUS[VOID] if VOID in verdicts or verdicts <= {SKIPPED} else 0


def percentile(values: list[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
