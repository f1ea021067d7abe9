"""Faults in what is done: the body of one use case is emptied, and a test of its room must notice."""

import ast
import importlib
import inspect
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.guards import _find
from tests.permissions.table import use_cases


def names() -> list[str]:
    """Every use case, in a stable order."""
    return sorted(use_cases())


def _emptied_code(name: str) -> types.CodeType:
    module, _, function = name.rpartition(".")
    place = Path(str(importlib.import_module(module).__file__))
    tree = ast.parse(place.read_text("utf-8"))
    target = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
    nothing = ast.Return(ast.Constant(None))
    target.body = [ast.copy_location(nothing, target.body[0])]
    return _find(compile(ast.fix_missing_locations(tree), str(place), "exec"), function)


@contextmanager
def emptied(name: str) -> Iterator[None]:
    """While inside, the use case does nothing and returns None."""
    module, _, function = name.rpartition(".")
    living = inspect.unwrap(getattr(importlib.import_module(module), function))
    sound = living.__code__
    living.__code__ = _emptied_code(name)
    try:
        yield
    finally:
        living.__code__ = sound
