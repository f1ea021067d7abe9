"""What every fault is given: the portal, the logins, the seed and the size of the run."""

import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.journeys.portal import Portal

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Run:
    """One run of the suite against one portal."""

    portal: Portal
    logins: list[dict[str, Any]]
    seed: int
    full: bool = False
    said: list[str] = field(default_factory=list)

    def chance(self, code: str) -> random.Random:
        """The same choices for the same seed, whatever ran before."""
        return random.Random(f"{self.seed}/{code}")  # noqa: S311 - a seed to repeat, not a secret

    def size(self, scaled: int, full: int) -> int:
        """How many: the full figure of the table, or one that fits into ten minutes."""
        return full if self.full else scaled

    @property
    def state(self) -> Path:
        """The folder of the portal's state."""
        return self.portal.instance.folder


def cpu_seconds(pid: int) -> float:
    """What a process has computed so far; nothing when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK
