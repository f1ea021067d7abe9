"""Programs of the demonstration: each in a session of its own, one signal each, started again when they die."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from exchange.embedded import processes

DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG
WINDOW = 300
PATIENCE = 5  # so many deaths in that many seconds mean that starting again does not help


class Child:
    """One program, its log, and its deaths."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self.log = log
        self.process: subprocess.Popen | None = None
        self.deaths: list[float] = []
        self.rests_until = 0.0

    def start(self) -> None:
        """Start the program; Ctrl-C in the terminal does not reach it, the end of this process does."""
        with processes.open_log(self.log) as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    @property
    def is_running(self) -> bool:
        """Whether the program runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def failed(self) -> bool:
        """Whether the program ended with an error."""
        return self.process is not None and bool(self.process.poll())

    def restart(self, *, is_its_fault: bool = True) -> bool:
        """Start a program that died again; whether there is hope left. Being killed is not the program's fault."""
        moment = time.monotonic()
        self.deaths = [death for death in self.deaths if moment - death < WINDOW]
        if is_its_fault and (self.process is None or self.process.poll() != -signal.SIGKILL):
            self.deaths.append(moment)
        if len(self.deaths) > PATIENCE:
            return False
        self.start()
        return True

    def ask_to_end(self) -> None:
        """One SIGTERM: finish what is running, take nothing new."""
        if self.process is not None and self.is_running:
            self.process.terminate()

    def end(self, seconds: float) -> None:
        """Wait for the end; what does not end in time is killed with all it started."""
        if self.process is None:
            return
        processes.wait_until(lambda: not self.is_running, seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGTERM)
