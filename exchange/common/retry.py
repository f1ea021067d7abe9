"""Trying a use case again when the database asked for it: a deadlock or a serialization failure is nobody's fault."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, transaction

P = ParamSpec("P")
R = TypeVar("R")
CLASHES = {"40P01", "40001"}  # deadlock, serialization failure: nothing of the transaction was kept
MOST = 3
log = structlog.get_logger(__name__)


def is_clash(error: BaseException) -> bool:
    """Whether the database asks for the same again; a lost connection is none: it may have been committed."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in CLASHES


def retried(use_case: Callable[P, R]) -> Callable[P, R]:
    """Run a whole transaction again, at most three times in all; inside a transaction the outer one decides."""

    @functools.wraps(use_case)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if transaction.get_connection().in_atomic_block:
            return use_case(*args, **kwargs)
        for attempt in range(1, MOST):
            try:
                return use_case(*args, **kwargs)
            except OperationalError as error:
                if not is_clash(error):
                    raise
                log.warning("transaction_retried", use_case=use_case.__name__, attempt=attempt)
                time.sleep(random.uniform(0.005, 0.03) * attempt)  # noqa: S311 - spreads the tries
        return use_case(*args, **kwargs)

    return run
