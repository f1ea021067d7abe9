"""Loaded by pytest before any settings are read: tests run on the embedded server unless DATABASE_URL names another.

Two runs at once in one clone get a database each.
"""

import fcntl
import os
from pathlib import Path

from exchange.embedded import lease
from exchange.embedded.instance import Instance

DATABASE_NAME = "EXCHANGE_TEST_DATABASE"


def _reserve(folder: Path) -> str:
    """The first database name no other run holds; the lock ends with this process."""
    for number in range(1, 100):
        handle = os.open(folder / f"test-run-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
        else:
            return f"test_exchange_{number}"
    raise RuntimeError("A hundred test runs at once in one clone: end some of them.")


if "DATABASE_URL" not in os.environ:
    lease.take("test-postgres", durable=False)
    os.environ[DATABASE_NAME] = _reserve(Instance.of().folder)
