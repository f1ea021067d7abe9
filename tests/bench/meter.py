"""Requests of our own, and what they cost the server: processor time of its processes, read from /proc."""

import http.client
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What one request cost: milliseconds of application and database, middle and slow answer times, size."""

    application: float
    database: float
    middle: float
    slow: float
    kilobytes: float

    @property
    def cpu(self) -> float:
        """Milliseconds of processor a request."""
        return self.application + self.database


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return []


def family(root: int) -> list[int]:
    """A process and everything that came from it."""
    parents = {int(p.name): _fields(int(p.name)) for p in Path("/proc").iterdir() if p.name.isdigit()}
    found, border = [root], [root]
    while border:
        border = [pid for pid, row in parents.items() if row and int(row[1]) in border]
        found += border
    return found


def seconds(root: int) -> float:
    """Processor time of a family so far, with that of members that have ended."""
    ticks = 0
    for pid in family(root):
        row = _fields(pid)
        ticks += sum(int(value) for value in row[11:15]) if row else 0
    return ticks / TICK


def peak_megabytes(root: int) -> float:
    """The most memory any member below the root ever held."""
    peaks = [0.0]
    for pid in family(root)[1:]:
        try:
            text = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        peaks.append(int(text.split("VmHWM:")[1].split()[0]) / 1024)
    return max(peaks)


def measure(port: int, paths: list[str], count: int, clients: int, roots: tuple[int, int | None]) -> Cost:
    """So many requests by so many clients at once; every answer must be 200."""
    times: list[float] = []
    sizes: list[int] = []
    problems: list[str] = []
    before = [seconds(root) if root else 0.0 for root in roots]
    share = max(1, count // clients)
    threads = [
        threading.Thread(target=_client, args=(port, paths[at:] + paths[:at], share, times, sizes, problems))
        for at in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise SystemExit(f"An answer was not 200: {problems[0]}")
    spent = [(seconds(root) if root else 0.0) - old for root, old in zip(roots, before, strict=True)]
    times.sort()
    return Cost(
        application=1000 * spent[0] / len(times),
        database=1000 * spent[1] / len(times),
        middle=1000 * times[len(times) // 2],
        slow=1000 * times[len(times) * 95 // 100],
        kilobytes=sum(sizes) / len(sizes) / 1024,
    )


def _client(port: int, paths: list[str], count: int, times: list[float], sizes: list[int], problems: list[str]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for at in range(count):
        path, started = paths[at % len(paths)], time.perf_counter()
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        body = answer.read()
        times.append(time.perf_counter() - started)
        sizes.append(len(body))
        if answer.status != 200:
            problems.append(f"{answer.status} {path}")
            return
    line.close()
