"""The one table of expectations, `permissions.csv`, and all addresses and use cases it must speak about.

A line: route, method, objects, then one letter for each person (see `probe.LETTERS`). A route may be a pattern:
`(a|b)` for alternatives, `*` for anything. Objects are names of `world.py`; `record` is the row of a register;
several names stand side by side when their letters agree. A method without a line must be closed to everybody.
Use cases stand in the same table under their dotted name with the method CALL.
"""

import csv
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from tests.permissions.world import PEOPLE

PLACE = Path(__file__).with_name("permissions.csv")
COLUMNS = ["route", "method", "objects", *PEOPLE, "job"]
USE_CASES = (".services", ".overlays", ".clocks", ".bookings", ".sharing")  # modules of rooms that hold use cases
FLOORS = ("exchange", "accounts", "catalog", "transactions")


@dataclass(frozen=True)
class Route:
    """An address as the resolver knows it; nameless ones of Django's admin get a name here."""

    name: str
    template: str
    parameters: tuple[str, ...]
    callback: Callable

    def path(self, kwargs: dict[str, object]) -> str:
        """The address with its parameters filled in."""
        values = {key: str(value) for key, value in kwargs.items()}
        return "/" + re.sub(
            r"\(\?P<(\w+)>.+?\)(?=[-/$]|$)|<(?:\w+:)?(\w+)>", lambda m: values[m[1] or m[2]], self.clean
        )

    @property
    def clean(self) -> str:
        """The template without anchors."""
        return self.template.replace("^", "").replace("$", "")


@dataclass(frozen=True)
class Line:
    """One expectation."""

    pattern: str
    method: str
    objects: tuple[str, ...]
    letters: dict[str, str]

    @cached_property
    def _names(self) -> re.Pattern[str]:
        """Compiled once: the table is asked about each of hundreds of names by dozens of tests."""
        alternatives = re.escape(self.pattern).replace(r"\(", "(").replace(r"\)", ")").replace(r"\|", "|")
        return re.compile(alternatives.replace(r"\*", "[^:.]*"))

    def speaks_of(self, name: str) -> bool:
        """Whether the line is about this route or use case."""
        return self._names.fullmatch(name) is not None


def lines() -> list[Line]:
    """All lines of the table."""
    with PLACE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    assert rows[0] == COLUMNS, f"the head of permissions.csv must be {','.join(COLUMNS)}"
    return [
        Line(row[0], row[1], tuple(row[2].split()), dict(zip(COLUMNS[3:], row[3:], strict=True))) for row in rows[1:]
    ]


def written(name: str, method: str, objects: list[str], letters: dict[str, str]) -> str:
    """A line as it stands in the table."""
    return ",".join([name, method, " ".join(objects), *(letters.get(who, "") for who in COLUMNS[3:])])


def routes() -> list[Route]:
    """Every address of the site, the console and the interfaces for programs included."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: list, prefix: str, names: tuple[str, ...]) -> Iterator[Route]:
    for entry in patterns:
        template = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, template, (*names, entry.namespace) if entry.namespace else names)
        elif isinstance(entry, URLPattern):
            name = ":".join((*names, entry.name or _nameless(template)))
            found = re.findall(r"\(\?P<(\w+)>|<(?:\w+:)?(\w+)>", template)
            yield Route(name, template, tuple(a or b for a, b in found), entry.callback)


def _nameless(template: str) -> str:
    """Django's admin leaves two addresses without a name: moved rows, and everything else."""
    parts = template.split("/")
    return f"{parts[1]}_{parts[2]}_moved" if "<path:object_id>" in template else "elsewhere"


def use_cases() -> dict[str, Callable]:
    """Every public use case of the rooms: it takes an actor, and everything by name."""
    found = {}
    for floor in FLOORS:
        package = importlib.import_module(floor)
        for module in pkgutil.walk_packages(package.__path__, f"{floor}."):
            if any(part in module.name for part in USE_CASES):
                found |= dict(_of_module(importlib.import_module(module.name)))
    return found


def _of_module(module) -> Iterator[tuple[str, Callable]]:
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("_") or function.__module__ != module.__name__:
            continue
        parameters = inspect.signature(function).parameters
        if "actor" in parameters and all(p.kind == p.KEYWORD_ONLY for p in parameters.values()):
            yield f"{module.__name__}.{name}", function
