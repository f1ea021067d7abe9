"""Small files, small functions, rooms that say what they are for (style guide 2, 5, 6, 12, 21)."""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from tests.architecture.source import FLOORS, ROOT, name, python_files, ranks, rooms, strings, tree

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
NO_NAMES = {"utils", "helpers", "misc", "manager", "managers", "base"}
SETTINGS = {"exchange/settings/base.py"}  # one list of every setting, by the style guide's own word


def test_no_file_is_longer_than_a_reader_can_hold():
    long = {
        name(path): count
        for path in python_files()
        if (count := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_no_function_is_longer_than_a_page():
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


@pytest.mark.parametrize("room", rooms(), ids=name)
def test_room_says_in_one_line_what_it_is_for(room):
    text = ast.get_docstring(tree(room / "__init__.py")) or ""

    assert text
    assert "\n" not in text.strip()


def test_every_module_says_what_it_is_for():
    silent = [
        name(path) for path in python_files(tests=True) if not ast.get_docstring(tree(path)) and path.read_text("utf-8")
    ]

    assert silent == []


def test_nothing_is_called_by_a_name_that_says_nothing():
    found = {name(path) for path in python_files() if NO_NAMES & {path.stem, *path.relative_to(ROOT).parts[:-1]}}

    assert found - SETTINGS == set()


def test_every_app_has_one_last_migration():
    leaves = [app for app, _ in MigrationLoader(None).graph.leaf_nodes() if app in FLOORS]

    assert sorted(leaves) == sorted(FLOORS)


def test_foreign_keys_look_down():
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "related_model", None) and field.concrete and _looks_up(model, field.related_model)
    ]

    assert upward == []


def test_a_foreign_key_that_looks_up_is_noticed():
    order, offer = apps.get_model("transactions.Order"), apps.get_model("catalog.Listing")

    assert _looks_up(offer, order)
    assert not _looks_up(order, offer)


def _room(model) -> str:
    return ".".join(model.__module__.split(".")[:2])


def _looks_up(model, target) -> bool:
    here, there = _room(model), _room(target)
    if here == there or here.split(".")[0] not in FLOORS or target._meta.label == settings.AUTH_USER_MODEL:
        return False
    return there.split(".")[0] in FLOORS and ranks()[there] >= ranks()[here]


def test_no_work_hides_behind_signals():
    hidden = [
        f"{name(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and re.search(r"\bsignals\b|django\.dispatch", f"{node.module}"))
        or (isinstance(node, ast.Import) and any("signals" in alias.name for alias in node.names))
    ]

    assert hidden == []


def test_nothing_is_left_to_do():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    texts = [*python_files(), *(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.[cj]s*")]
    found = [name(path) for path in texts if marks.search(path.read_text("utf-8")) and path.name != "test_shape.py"]

    assert found == []


def test_runtime_packages_are_used():
    import importlib.metadata
    import tomllib

    source = "\n".join(path.read_text("utf-8") for path in [*python_files(), *(ROOT / "templates").rglob("*.html")])
    modules: dict[str, set[str]] = {}
    for module, packages in importlib.metadata.packages_distributions().items():
        for package in packages:
            modules.setdefault(re.sub(r"[-_.]+", "-", package).lower(), set()).add(module)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split(r"[\[<>=~! ;]", line)[0].lower() for line in project["dependencies"]}
    # Used by name alone: the driver behind Django's backend, the hasher, time zones, what allauth's factor imports.
    implied = {"tzdata", "argon2-cffi", "fido2"}
    unused = {
        package
        for package in wanted - implied
        if not any(
            re.search(rf"\b(import|from) {module}\b|[\"']{module}\b", source) for module in modules.get(package, ())
        )
    }

    assert unused == set()


@pytest.mark.parametrize("path", [path for path in python_files() if path.name == "services.py"], ids=name)
def test_use_cases_know_no_request(path):
    arguments = {
        argument.arg
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        for argument in (*node.args.args, *node.args.kwonlyargs)
    }

    assert "request" not in arguments
    assert strings(path) is not None
