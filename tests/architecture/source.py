"""What the shape tests read: files, syntax trees, rooms and their order."""

import ast
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("exchange", "accounts", "catalog", "transactions")
NO_ROOMS = {"migrations", "management", "locale", "__pycache__"}


def python_files(*, tests: bool = False) -> list[Path]:
    """Every Python file of the floors, without migrations; with the tests on demand."""
    places = [*FLOORS, "requirements", *(["tests"] if tests else [])]
    return [
        path
        for place in places
        for path in sorted((ROOT / place).rglob("*.py"))
        if not {"migrations", "__pycache__", "node_modules"} & set(path.parts)
    ]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def rooms() -> list[Path]:
    """Every room of every floor."""
    return [
        folder
        for floor in FLOORS
        for folder in sorted((ROOT / floor).iterdir())
        if folder.is_dir() and folder.name not in NO_ROOMS and any(folder.glob("*.py"))
    ]


def strings(path: Path) -> set[str]:
    """Every text constant of a file."""
    return {
        node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def name(path: Path) -> str:
    """A path as people write it."""
    return str(path.relative_to(ROOT))


@cache
def ranks() -> dict[str, int]:
    """The height of each room, from the contracts in pyproject.toml: 0 is the lowest; neighbours stand level."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = {contract["id"]: contract["layers"] for contract in contracts if "layers" in contract}
    order: list[list[str]] = []
    for layer in reversed(layers["floors"]):
        if layer in FLOORS:
            for inner in reversed(layers[f"rooms-of-{layer}"]):
                order.append([f"{layer}.{room}" for room in _names(inner)])
        else:
            order.append(_names(layer))
    return {room: height for height, level in enumerate(order) for room in level}


def _names(layer: str) -> list[str]:
    return [part.strip(" ()") for part in layer.split("|")]
