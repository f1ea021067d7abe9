"""The child that reads files: confined, watched, ended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.datasets import reading
from catalog.datasets.reading import Limits, Request, Unreadable, read

HOUSE = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.slow


def in_child(code: str) -> str:
    """What a confined process prints."""
    start = "from catalog.datasets.reader import confinement as c\nc.limit_resources()\nassert c.cut_off()\n"
    done = subprocess.run([sys.executable, "-c", start + code], cwd=HOUSE, capture_output=True, text=True, check=False)  # noqa: S603
    return (done.stdout + done.stderr).strip().splitlines()[-1]


@pytest.fixture
def asked(tmp_path):
    """The answer of the child about some bytes."""

    def ask(content: bytes, name: str = "bang.csv", limits: Limits = reading.LIMITS, **request):
        path = tmp_path / "content"
        path.write_bytes(content)
        with path.open("rb") as stream:
            return read(stream, Request(name=name, **request), limits)

    return ask


def test_child_describes_a_table(asked):
    answer = asked("mã;số\n007;1,5\n".encode())

    assert answer["walled"] is True
    assert [(c["name"], c["type"]) for c in answer["columns"]] == [("mã", "text"), ("số", "decimal")]


def test_child_knows_no_django_and_no_environment():
    code = "import sys; from catalog.datasets.reader import reply; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.unlink('/nonexistent')",
        "import os; os.kill(os.getppid(), 0)",
    ],
)
def test_child_is_cut_off(attempt):
    assert in_child(attempt).startswith("PermissionError")


def test_child_writes_no_file(tmp_path):
    target = tmp_path / "x"

    last = in_child(f"f = open({str(target)!r}, 'w'); f.write('x' * 100000); f.flush()")

    assert "File too large" in last
    assert target.stat().st_size == 0


def test_child_has_no_secrets(asked, monkeypatch):
    seen = {}
    start = subprocess.Popen

    def watch(*args, **kwargs):
        seen.update(kwargs["env"])
        return start(*args, **kwargs)

    monkeypatch.setattr(reading.subprocess, "Popen", watch)
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    asked(b"a,b\n1,2\n")

    assert set(seen) == {"PATH", "LANG", "POLARS_MAX_THREADS", "MALLOC_ARENA_MAX"}


def test_refusal_carries_code_and_values(asked):
    with pytest.raises(Unreadable) as refused:
        asked(b"a,b\n1,\x002\n")

    assert (refused.value.code, refused.value.values) == ("nul_bytes", {"line": 2})


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(seconds=0.05), "time"), (Limits(resident=8 << 20), "memory"), (Limits(answer=50), "died")],
)
def test_child_that_costs_too_much_is_killed(asked, limits, code):
    with pytest.raises(Unreadable) as refused:
        asked(b"a,b\n" + b"1,2\n" * 2000, limits=limits)

    assert refused.value.code == code


def test_child_that_dies_leaves_a_code_and_no_process(asked, monkeypatch):
    begun = []
    start = reading._start

    def doomed(fd):
        child = start(fd)
        begun.append(child.pid)
        child.kill()
        return child

    monkeypatch.setattr(reading, "_start", doomed)
    with pytest.raises(Unreadable) as refused:
        asked(b"a,b\n1,2\n")

    assert refused.value.code == "died"
    with pytest.raises(ProcessLookupError):
        os.kill(begun[0], 0)
