"""Names of jobs and the functions behind them."""

import functools
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.utils import translation
from procrastinate import App, Blueprint, RetryStrategy

FLOORS = ("exchange", "accounts", "catalog", "transactions")
RETRY = RetryStrategy(max_attempts=6, exponential_wait=3)  # after 3, 9, 27, 81, 243 and 729 seconds
blueprint = Blueprint()
functions: dict[str, Callable[..., None]] = {}


def job(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Put a function behind a job's name `<floor>.<room>.<verb_noun>`; it may run twice without harm."""

    def put(function: Callable[..., None]) -> Callable[..., None]:
        functions[name] = function
        blueprint.task(name=name, retry=RETRY)(_prepared(name, function))
        return function

    return put


def periodic(name: str, *, cron: str, alone: bool = True) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Put a function behind the clock; a run that is still waiting is not queued a second time.

    `cron` has five fields, or six with the seconds last. One run at a time, unless it must go on beside a dead one.
    """
    if cron.split()[5:] == ["*"]:
        raise ValueError(f"{name} would run every second: the sixth field of {cron!r} is the seconds.")

    def put(function: Callable[[], None]) -> Callable[[], None]:
        functions[name] = function
        prepared = _prepared(name, function)
        task = blueprint.task(name=name, queueing_lock=name, lock=name if alone else None)(lambda timestamp: prepared())
        blueprint.periodic(cron=cron)(task)
        return function

    return put


def load() -> None:
    """Import the jobs of every room."""
    for floor in FLOORS:
        for path in sorted((Path(settings.BASE_DIR) / floor).glob("*/jobs.py")):
            importlib.import_module(f"{floor}.{path.parent.name}.jobs")


def register(app: App) -> None:
    """Give a worker all jobs; whoever only queues needs their names alone."""
    load()
    app.add_tasks_from(blueprint, namespace="")


def _prepared(name: str, function: Callable[..., None]) -> Callable[..., None]:
    """Each run begins in the default language and names itself in the log."""

    @functools.wraps(function)
    def run(*args: Any, **ids: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE), structlog.contextvars.bound_contextvars(job=name, **ids):
            function(*args, **ids)

    return run
