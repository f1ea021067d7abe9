"""A second machine: another copy of the clone, an empty database server, empty folders, and the keys of the first."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from tests.faults.run import Run
from tests.journeys.portal import Portal


class Elsewhere(Portal):
    """Where a backup is restored, or a database recovered."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.told: dict[str, str] = {}  # addresses of the database, once there is one
        keys = self.instance.room("secrets")
        for path in (run.state / "secrets").iterdir():
            if not path.name.startswith("database-"):
                shutil.copy2(path, keys / path.name)

    @property
    def environment(self) -> dict[str, str]:
        """That of a person, and where the database is."""
        return super().environment | self.told

    def serve(self) -> None:
        """Start the empty database server and keep it running."""
        self.server.start()
        self.told = self.server.addresses()

    def start(self) -> None:
        """The whole portal on the database that is there."""
        self.told = {}  # it finds its own server
        super().start()

    def rest(self) -> None:
        """End the database server."""
        self.server.stop()

    def remove(self) -> None:
        """End everything and leave nothing behind."""
        if self.process is None:
            self.rest()
        super().remove()

    def sequence(self, done: Callable[[str], bool], seconds: float = 40) -> str:
        """Run the sequencer until `done` with what it said; all it said."""
        output = self.home / "sequencer.log"
        output.write_bytes(b"")
        with output.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "sequencer"],
                cwd=self.clone,
                env=self.environment | {"DJANGO_SETTINGS_MODULE": "exchange.settings.demo"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end and process.poll() is None and not done(output.read_text("utf-8", "replace")):
                time.sleep(0.2)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        return output.read_text("utf-8", "replace")
