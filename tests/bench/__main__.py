"""`make bench`: the figures of speed and size, each beside its goal.

Processor time is what counts: the machine may be shared, and the clock then tells little. The floor, a bare Django
page of the shared folder, is measured right before and after each page of the portal.
"""

import argparse
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from exchange.embedded import lease
from tests.bench import meter, profile

HOUSE = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SHARED_BENCH", HOUSE.parent / "shared" / "bench"))
DATABASE = "bench-postgres"
WORKERS = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket", "--timeout", "60"]
COLUMNS = (("page", -34), ("clients", 8), ("app ms", 8), ("db ms", 7), ("floor ms", 9), ("ratio", 7), ("goal", 5))
COLUMNS += (("p50", 8), ("p95", 8), ("kB", 7))
HEAD = "".join(name.ljust(-width) if width < 0 else name.rjust(width) for name, width in COLUMNS)
WORDS = ("xe buýt", "gia súc", "tiêm chủng", "xâm nhập mặn", "đấu thầu", "sáng chế", "hộ khẩu", "giường bệnh")
THEMES = ("transport", "finance", "agriculture", "health", "environment", "energy", "population", "science")
PRICES = ("free", "one_off")


def say(text: str) -> None:
    """A line for whoever measures."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(name: str, arguments: list[str], environment: dict[str, str], path: str) -> Iterator[tuple[int, int]]:
    """A web server while it is measured: its port and process."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *WORKERS, *arguments]
    child = subprocess.Popen(command, cwd=HOUSE, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while not _answers(port, path):
            if child.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{name} does not start; run it by hand: {' '.join(command)}")
            time.sleep(0.2)
        yield port, child.pid
    finally:
        child.terminate()
        child.wait()


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def environment(rows: int, seed: int) -> dict[str, str]:
    """Of the portal: a database for so many datasets, as the owner; no walls are measured here."""
    held, name = lease.take(DATABASE, durable=False), f"bench_{rows}_{seed}"
    with psycopg.connect(held.server.url(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    known = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    return known | {"DATABASE_URL": held.server.url(name), "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}


def server_pid() -> int:
    """The database server that belongs to the bench."""
    from exchange.embedded.instance import Instance
    from exchange.embedded.server import Server

    pid = Server(Instance.of(), DATABASE, durable=False).pid()
    if pid is None:
        raise SystemExit("The database of the bench does not run.")
    return pid


def pages(count: int) -> dict[str, tuple[list[str], float]]:
    """Addresses of each kind of page, and how many times the floor it may cost; none of them in two kinds."""
    asked = [(word, theme, price) for price in PRICES for word in WORDS for theme in THEMES]
    queries = [f"/catalogue/?{urlencode({'q': q, 'theme': theme, 'price': price})}" for q, theme, price in asked]
    datasets = [f"/datasets/D-2026-{at:06d}/" for at in range(count)]
    step = max(1, count // 40)
    return {
        "catalogue, word + 2 facets, first": (queries[16:], 10),
        "catalogue, word + 2 facets, again": (queries[:16], 10),
        "dataset page, first": ([path for at, path in enumerate(datasets) if at % step], 8),
        "dataset page, again": (datasets[::step], 8),
        "catalogue, nothing chosen": (["/catalogue/"], 0),
        "home": (["/"], 0),
    }


def share_of_words(known: dict[str, str]) -> str:
    """In how many rows the words stand."""
    code = (
        "import django; django.setup();"
        "from catalog.search.selectors import Query, counts; from accounts.access.actor import Actor;"
        f"print([counts(Query(word), actor=Actor()).total for word in {WORDS!r}])"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, env=known, capture_output=True, text=True)
    return f"rows that hold {', '.join(WORDS)}: {told.stdout.strip()}"


def compare(asked: argparse.Namespace, known: dict[str, str]) -> bool:
    """The pages beside the floor; whether every goal was met."""
    floor_environment = os.environ | {"PEERS": str(HOUSE / "var" / "peers")}
    fine = True
    with (
        served("The floor", ["--chdir", str(SHARED), "floor_app:application"], floor_environment, "/hello") as floor,
        served("The portal", ["--preload", "exchange.wsgi:application"], known, "/healthz") as portal,
    ):
        database = server_pid()
        say(share_of_words(known))
        say(HEAD)
        kinds = pages(asked.rows)
        for name, (paths, goal) in kinds.items():
            known_paths = kinds[name.replace("first", "again")][0]
            for _ in range(3):  # both processes have shown each of them; of pages shown first, others of the kind
                meter.measure(portal[0], known_paths, 2 * len(known_paths), 4, (portal[1], database))
            if name.endswith("first"):
                chosen = paths[: min(len(paths), asked.requests)]
                fine &= _row(name, chosen, goal, 1, len(chosen), floor, portal, database)
                continue
            for clients in (1, 16):
                fine &= _row(name, paths, goal, clients, asked.requests, floor, portal, database)
        worker = meter.peak_megabytes(portal[1])
    say(f"web worker, most memory: {worker:.0f} MB (goal 200)")
    return fine and worker <= 200


def _row(
    name: str,
    paths: list[str],
    goal: float,
    clients: int,
    requests: int,
    floor: tuple[int, int],
    portal: tuple[int, int],
    database: int,
) -> bool:
    first = meter.measure(floor[0], ["/hello"], 2 * requests, clients, (floor[1], None))
    cost = meter.measure(portal[0], paths, requests, clients, (portal[1], database))
    second = meter.measure(floor[0], ["/hello"], 2 * requests, clients, (floor[1], None))
    base = (first.cpu + second.cpu) / 2
    ratio = cost.cpu / base
    say(
        f"{name:<34}{clients:>8}{cost.application:>8.2f}{cost.database:>7.2f}{base:>9.2f}{ratio:>7.1f}"
        f"{goal or '':>5}{cost.middle:>8.1f}{cost.slow:>8.1f}{cost.kilobytes:>7.1f}"
    )
    return not goal or ratio <= goal


def main() -> None:
    """Load, measure, say whether the goals are met."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rows", type=int, default=10_000, help="datasets in the catalogue")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=240, help="requests a measurement")
    parser.add_argument("--megabytes", type=int, default=100, help="size of the CSV file that is profiled; 0: none")
    asked = parser.parse_args()
    fine = True
    if not (SHARED / "floor_app.py").exists():
        say(f"No floor application in {SHARED}: the pages are not measured. Name its folder in SHARED_BENCH.")
    else:
        known = environment(asked.rows, asked.seed)
        arguments = [str(SHARED / "gen_catalog.py"), str(asked.rows), str(asked.seed)]
        subprocess.run([sys.executable, "-m", "tests.bench.load", *arguments], cwd=HOUSE, env=known, check=True)
        fine &= compare(asked, known)
    if asked.megabytes:
        fine &= profile.report(asked.megabytes, say)
    say("All goals are met." if fine else "Not every goal is met.")
    raise SystemExit(0 if fine else 1)


if __name__ == "__main__":
    main()
