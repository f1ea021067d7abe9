"""Clones to try the launcher on, away from the one these tests run in."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exchange.embedded.instance import Instance
from exchange.embedded.server import Server


@pytest.fixture
def clone() -> Iterator[Path]:
    """An empty clone in a folder everybody can walk into."""
    folder = Path(tempfile.mkdtemp(prefix="exchange-clone-"))
    folder.chmod(0o755)
    (folder / "clone").mkdir(mode=0o755)
    yield folder / "clone"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(clone) -> Iterator[Server]:
    """A small server of that clone; whatever a test did to it, it is gone afterwards."""
    made = Server(Instance.of(clone), durable=False)
    yield made
    made.stop()
    if not made.place.is_relative_to(clone):
        shutil.rmtree(made.place)


@pytest.fixture
def as_root() -> None:
    """Only root can change users."""
    if os.geteuid() != 0:
        pytest.skip("only root runs the server under another user")


@pytest.fixture
def modes():
    """Remember the modes of a folder and all above it; give back what changed."""

    def remember(folder: Path) -> Callable[[], list[Path]]:
        before = {part: part.stat().st_mode for part in (folder, *folder.parents)}
        return lambda: [part for part, mode in before.items() if part.stat().st_mode != mode]

    return remember
