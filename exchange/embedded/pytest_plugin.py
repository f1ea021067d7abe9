"""Loaded by pytest before any settings are read: tests run on the embedded server unless DATABASE_URL names another.

Two runs at once in one clone get a database each.
"""

import fcntl
import os
import shutil
from pathlib import Path

from exchange.embedded import lease
from exchange.embedded.instance import Instance

DATABASE_NAME = "EXCHANGE_TEST_DATABASE"
STATE_FOLDER = "EXCHANGE_TEST_STATE"


def _reserve(folder: Path) -> int:
    """The first number no other run holds; the lock ends with this process."""
    for number in range(1, 100):
        handle = os.open(folder / f"test-run-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
        else:
            return number
    raise RuntimeError("A hundred test runs at once in one clone: end some of them.")


def _start() -> None:
    folder = Instance.of().folder
    number = _reserve(folder)
    state = folder / f"test-run-{number}"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(mode=0o700)
    held = lease.take("test-postgres", durable=False)
    os.environ["DATABASE_URL"] = held.server.url()  # tests make and change tables: they are the owner
    os.environ |= {DATABASE_NAME: f"test_exchange_{number}", STATE_FOLDER: str(state)}


if "DATABASE_URL" not in os.environ:
    _start()
