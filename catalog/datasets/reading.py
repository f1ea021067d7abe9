"""Has a file read by a process of its own and watches over it: memory, time, size of the answer (trust B.1 row 13)."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

HOUSE = Path(__file__).resolve().parent.parent.parent
PAGE = os.sysconf("SC_PAGE_SIZE")
LOOK_EVERY = 0.02


@dataclass(frozen=True)
class Limits:
    """What one reading may cost."""

    seconds: float = 30.0
    resident: int = 512 * 1024**2
    answer: int = 8 * 1024**2


@dataclass(frozen=True)
class Request:
    """What is asked: the name people gave, the steward's corrections, keys, columns explained and columns hidden."""

    name: str
    pii_rate: float = 0.01
    reading: dict[str, Any] = field(default_factory=dict)
    keys: Sequence[str] = ()
    shown: Sequence[str] = ()
    hidden: Sequence[str] = ()


class Unreadable(Exception):
    """The file was refused or the reading was ended: a code with values for its sentence."""

    def __init__(self, code: str, values: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.values = values or {}


LIMITS = Limits()


def read(stream: BinaryIO, request: Request, limits: Limits = LIMITS) -> dict[str, Any]:
    """The description of a data file, made by a confined child process; raises Unreadable."""
    question = {
        "fd": stream.fileno(),
        "name": request.name,
        "pii_rate": request.pii_rate,
        "reading": request.reading,
        "keys": list(request.keys),
        "shown": list(request.shown),
        "hidden": list(request.hidden),
    }
    child = _start(stream.fileno())
    try:
        text = _listen(child, json.dumps(question).encode(), limits)
    finally:
        _end(child)
    if not text:
        raise Unreadable("died")
    answer = json.loads(text)
    if not answer["ok"]:
        raise Unreadable(answer["code"], answer.get("values"))
    return answer


def _start(fd: int) -> subprocess.Popen:
    """A child with an empty environment: no secret of the exchange, no address of its database."""
    return subprocess.Popen(
        [sys.executable, "-s", "-m", "catalog.datasets.reader"],
        cwd=HOUSE,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "POLARS_MAX_THREADS": "2", "MALLOC_ARENA_MAX": "2"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # messages of parsers quote the data
        pass_fds=(fd,),
        start_new_session=True,
    )


def _listen(child: subprocess.Popen, question: bytes, limits: Limits) -> bytes:
    """The child's answer; the child is killed when it costs too much."""
    stdin, stdout = child.stdin, child.stdout
    assert stdin is not None  # noqa: S101  both are pipes
    assert stdout is not None  # noqa: S101
    try:
        stdin.write(question)
        stdin.close()
    except BrokenPipeError:
        return b""
    ends_at = time.monotonic() + limits.seconds
    parts, size = [], 0
    with selectors.DefaultSelector() as waiting:
        waiting.register(stdout, selectors.EVENT_READ)
        while True:
            if waiting.select(LOOK_EVERY):
                part = os.read(stdout.fileno(), 1 << 16)
                if not part:
                    return b"".join(parts)
                parts.append(part)
                size += len(part)
            _watch(child.pid, size, ends_at, limits)


def _watch(pid: int, size: int, ends_at: float, limits: Limits) -> None:
    if time.monotonic() > ends_at:
        raise Unreadable("time", {"seconds": int(limits.seconds)})
    if resident(pid) > limits.resident:
        raise Unreadable("memory")
    if size > limits.answer:
        raise Unreadable("died")


def resident(pid: int) -> int:
    """Memory a process holds, in bytes; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _end(child: subprocess.Popen) -> None:
    """No child outlives its reading."""
    if child.poll() is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            pipe.close()
