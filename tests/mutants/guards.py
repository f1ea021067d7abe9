"""Faults in who-may-see-what: one scoping filter, gate or policy is taken out of one function.

Nothing is written to disk. The mutated module is compiled, the code object of the one function is put into the
living function (`__code__`), and taken out again afterwards, so a mutant costs no new process and no new database.
"""

import ast
import copy
import importlib
import inspect
import pkgutil
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FLOORS = ("exchange", "accounts", "catalog", "transactions")
PASSED_BY = (".migrations", ".settings", ".management", ".demo", ".embedded", ".reference", ".jobs", ".clock")
SCOPES = {"visible_to", "on_market", "of_member"}
ASKS = ("may(", "may_act(", "is_meant_for_viewer(", "may_sign(", "site_may(", "has_permission(", "has_view_permission(")
WHO = ("actor", "request", "organisation", "self.user")


@dataclass(frozen=True)
class Mutant:
    """One check taken out."""

    module: str
    function: str  # qualified name inside the module
    line: int
    kind: str
    was: str
    node: int  # index in ast.walk order of the module

    def __str__(self) -> str:
        return f"{self.kind:<8} {self.module}.{self.function}:{self.line}  {self.was}"


def mutants() -> list[Mutant]:
    """Every check that can be taken out, in a stable order."""
    return [mutant for name in _modules() for mutant in _of_module(name)]


def _modules() -> Iterator[str]:
    for floor in FLOORS:
        package = importlib.import_module(floor)
        for module in pkgutil.walk_packages(package.__path__, f"{floor}."):
            if not module.ispkg and not any(part in module.name for part in PASSED_BY):
                yield module.name


def _source(module: str) -> tuple[str, Path]:
    place = Path(str(importlib.import_module(module).__file__))
    return place.read_text("utf-8"), place


def _of_module(name: str) -> Iterator[Mutant]:
    tree = ast.parse(_source(name)[0])
    inside = dict(_functions(tree))
    for index, node in enumerate(ast.walk(tree)):
        kind = _kind(node, inside.get(id(node), ""))
        if kind and id(node) in inside:
            yield Mutant(name, inside[id(node)], node.lineno, kind, ast.unparse(node).split("\n")[0][:110], index)


def _functions(tree: ast.AST, prefix: str = "", inside: str = "") -> Iterator[tuple[int, str]]:
    """Each node inside a function, with the qualified name of the outermost one."""
    for child in ast.iter_child_nodes(tree):
        if inside:
            yield id(child), inside
            yield from _functions(child, prefix, inside)
        elif isinstance(child, ast.FunctionDef):
            for part in child.body:
                yield id(part), prefix + child.name
                yield from _functions(part, prefix, prefix + child.name)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")


def _kind(node: ast.AST, function: str) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return "require" if _called(node.value) == "require" else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _kind_of_call(node, function)
    if isinstance(node, ast.If):
        return _kind_of_branch(node, function)
    return "may" if _is_policy(node, function) else ""


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _kind_of_call(node: ast.Call, function: str) -> str:
    if _called(node) in SCOPES:
        return "scope"
    words = " ".join(ast.unparse(part) for part in [*node.args, *(k.value for k in node.keywords)])
    is_filter = _called(node) == "filter" and any(word in words for word in WHO)
    return "filter" if is_filter and "clock" not in function else ""


def _kind_of_branch(node: ast.If, function: str) -> str:
    """A branch that turns somebody away because of who they are."""
    ends = len(node.body) == 1 and isinstance(node.body[0], ast.Raise | ast.Return)
    if not ends or node.orelse:
        return ""
    if any(word in ast.unparse(node.test) + "(" for word in ASKS):
        return "guard"
    leaves = ast.unparse(node.body[0])
    return "guard" if function == "may" and leaves == "return False" else ""


def _is_policy(node: ast.AST, function: str) -> bool:
    is_may = isinstance(node, ast.Call) and _called(node) in {"may", "may_act", "may_sign"}
    name = function.rpartition(".")[2]
    return is_may and (
        name.startswith(("can_", "may_", "is_meant")) or name in {"allowed_actions", "has_view_permission"}
    )


class _Remover(ast.NodeTransformer):
    def __init__(self, target: ast.AST, kind: str) -> None:
        self.target, self.kind = target, kind

    def visit(self, node: ast.AST) -> ast.AST:
        if node is not self.target:
            return self.generic_visit(node)
        if self.kind in ("require", "guard"):
            return ast.copy_location(ast.Pass(), node)
        if self.kind == "may":
            return ast.copy_location(ast.Constant(True), node)
        made = ast.Call(func=ast.Attribute(value=node.func.value, attr="all", ctx=ast.Load()), args=[], keywords=[])
        return ast.copy_location(made, node)


def _mutated_code(mutant: Mutant) -> types.CodeType:
    source, place = _source(mutant.module)
    tree = ast.parse(source)
    target = list(ast.walk(tree))[mutant.node]
    mended = ast.fix_missing_locations(_Remover(target, mutant.kind).visit(tree))
    return _find(compile(mended, str(place), "exec"), mutant.function)


def _find(code: types.CodeType, name: str) -> types.CodeType:
    for found in code.co_consts:
        if isinstance(found, types.CodeType):
            if found.co_qualname == name:
                return found
            if name.startswith(found.co_qualname + "."):
                return _find(found, name)
    raise LookupError(name)


def living(mutant: Mutant) -> types.FunctionType:
    """The function as the program holds it, below its decorators."""
    found: object = importlib.import_module(mutant.module)
    for part in mutant.function.split("."):
        found = inspect.getattr_static(found, part)
    if isinstance(found, property):
        found = found.fget
    found = getattr(found, "__func__", found)
    found = getattr(found, "func", found) if not isinstance(found, types.FunctionType) else found
    return inspect.unwrap(found)  # type: ignore[return-value]


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """While inside, the check is missing."""
    function = living(mutant)
    sound = copy.copy(function.__code__)
    function.__code__ = _mutated_code(mutant)
    try:
        yield
    finally:
        function.__code__ = sound
