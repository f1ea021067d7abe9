"""Every name in the queue has a function, and every function is asked for."""

import ast
import importlib.util
import re

import pytest

from exchange.jobs import registry
from tests.architecture.source import FLOORS, name, python_files, tree

SALTS = {"accounts.membership.invitation"}  # names of signatures, not of jobs
NAME = re.compile(rf"({'|'.join(FLOORS)})\.[a-z_]+\.[a-z_]+")


@pytest.fixture(scope="module", autouse=True)
def _all_jobs():
    registry.load()


def _names() -> dict[str, set[str]]:
    """Texts that look like a job's name and are no module, with the files they stand in."""
    found: dict[str, set[str]] = {}
    for path in python_files():
        if "settings" in path.parts:
            continue
        registered = {
            id(argument)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"job", "periodic"}
            for argument in node.args
        }
        texts = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Constant) and id(node) not in registered]
        for text in (node.value for node in texts if isinstance(node.value, str)):
            if NAME.fullmatch(text) and text not in SALTS and not _is_module(text):
                found.setdefault(text, set()).add(name(path))
    return found


def _is_module(text: str) -> bool:
    try:
        return importlib.util.find_spec(text) is not None
    except ModuleNotFoundError:
        return False


def test_every_job_that_is_queued_exists():
    unknown = {job: files for job, files in _names().items() if job not in registry.functions}

    assert unknown == {}


def test_every_job_is_queued_or_run_by_the_clock():
    by_clock = {task.task.name for task in registry.blueprint.periodic_registry.periodic_tasks.values()}

    assert set(registry.functions) - by_clock - set(_names()) == set()


def test_jobs_are_named_after_their_room():
    strange = {
        job
        for job, function in registry.functions.items()
        if not function.__module__.startswith(job.rpartition(".")[0])
    }

    assert strange == set()
