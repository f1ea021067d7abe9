"""F1 to F3: kill -9 of web workers, of PostgreSQL, of the worker and the sequencer, while buyers order."""

import contextlib
import os
import signal
import time
import urllib.error
import urllib.request

import psycopg

from exchange.embedded import processes
from tests.faults import checks
from tests.faults.run import Run, cpu_seconds
from tests.faults.shop import Shop
from tests.faults.verdict import Outcome, percentile
from tests.journeys import books

ANSWERED = 0.02  # seconds of work in a web worker that say it has answered somebody since it was made


def web_workers(run: Run) -> Outcome:
    """F1: a worker of the web server dies during checkout."""
    outcome = Outcome("F1", "SIGKILL of a web worker during checkout", run.size(40, 200), worked=0)
    chance = run.chance("F1")
    with Shop(run.portal, run.logins, chance) as shop:
        for _ in range(outcome.planned):
            known = len(shop.acked)
            processes.wait_until(lambda known=known: len(shop.acked) > known, 4, pause=0.1)
            time.sleep(chance.uniform(0, 0.5))
            victims = run.portal.pids("web-worker")
            if not victims:
                processes.wait_until(lambda: bool(run.portal.pids("web-worker")), 20)
                victims = run.portal.pids("web-worker")
            victim = chance.choice(victims)
            processes.wait_until(lambda pid=victim: cpu_seconds(pid) >= ANSWERED, 5, pause=0.05)
            outcome.worked += cpu_seconds(victim) >= ANSWERED
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                outcome.done += 1
    run.portal.recover()
    outcome.figures |= shop.figures() | {"slowest order": f"{max(shop.seconds, default=0):.1f} s"}
    outcome.expect(len(shop.acked) > 0, "no order came through")
    outcome.breaches += shop.breaches() + checks.breaches(run.portal)
    return outcome


def database(run: Run) -> Outcome:
    """F2: PostgreSQL dies under load; the portal comes back by itself, and says so meanwhile."""
    outcome = Outcome("F2", "SIGKILL of PostgreSQL under load", run.size(5, 30), worked=0)
    chance, up, ready = run.chance("F2"), [], []
    seen: dict[str, int] = {}
    with Shop(run.portal, run.logins, chance) as shop:
        for _ in range(outcome.planned):
            before = len(shop.acked)
            processes.wait_until(lambda known=before: len(shop.acked) > known + 1, 30, pause=0.1)
            outcome.worked += len(shop.acked) > before
            outcome.done += bool(run.portal.kill("postgres"))
            first, second = _back(run, seen)
            up.append(first)
            ready.append(second)
    run.portal.recover()
    outcome.figures |= shop.figures() | {
        "database up after": f"{percentile(up, 0.5):.1f} s, at most {max(up):.1f} s",
        "portal ready after": f"{percentile(ready, 0.5):.1f} s, at most {max(ready):.1f} s",
        "pages meanwhile": dict(sorted(seen.items())),
    }
    outcome.expect(max(ready) <= 60, f"the portal was back only after {max(ready):.0f} s")
    outcome.expect("503 without Retry-After" not in seen, "503 without Retry-After")
    outcome.expect("500" not in seen, "a page of error 500 during the outage")
    outcome.breaches += shop.breaches() + checks.breaches(run.portal)
    return outcome


def _back(run: Run, seen: dict[str, int]) -> tuple[float, float]:
    """Seconds until the database answers, and until the portal is ready; what pages say meanwhile."""
    began, up = time.monotonic(), 0.0
    while time.monotonic() - began < 90:
        if not up and _answers(run):
            up = time.monotonic() - began
        status = _status(f"{run.portal.address}/catalogue/?q=kinh")
        seen[status] = seen.get(status, 0) + 1
        if up and run.portal.is_ready:
            break
        time.sleep(0.1)
    return up, time.monotonic() - began


def _answers(run: Run) -> bool:
    try:
        with run.portal.database() as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.Error:
        return False


def _status(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310
            return str(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            told = error.code != 503 or error.headers.get("Retry-After")
            return str(error.code) if told else "503 without Retry-After"
    except OSError:
        return "no answer"


WORK_OF = {
    "worker": "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'",
    "sequencer": "SELECT count(*) FROM exchange_leaf",
}


def background(run: Run) -> Outcome:
    """F3: the worker and the sequencer die again and again; nothing is lost, nothing done twice."""
    each = run.size(8, 100)
    outcome = Outcome("F3", "SIGKILL of worker and sequencer", 2 * each, worked=0)
    chance, heads = run.chance("F3"), [books.checkpoint(run.portal)]
    with Shop(run.portal, run.logins, chance, buyers=2) as shop:
        for _ in range(each):
            for part in ("worker", "sequencer"):
                outcome.worked += _works(run, part)
                time.sleep(chance.uniform(0, 0.5))
                outcome.done += bool(run.portal.kill(part))
                heads.append(books.checkpoint(run.portal))
    run.portal.recover()
    waited = books.wait_until_published(run.portal)
    rescued = _all_jobs_done(run, outcome)
    outcome.figures |= shop.figures() | {
        "checkpoints compared": len(set(heads)),
        "all published after": f"{waited:.1f} s",
        "all jobs done after": f"{rescued:.1f} s",
    }
    outcome.breaches += checks.breaches_of_log(run.portal, heads) + shop.breaches() + checks.breaches(run.portal)
    return outcome


def _works(run: Run, part: str) -> bool:
    """Whether a part that runs got something done, waiting a while for it."""
    processes.wait_until(lambda: bool(run.portal.pids(part)), 20)
    before = checks.ask(run.portal, WORK_OF[part])
    return processes.wait_until(lambda: checks.ask(run.portal, WORK_OF[part]) > before, 20, pause=0.2)


DUE = (
    "SELECT task_name, status::text, attempts FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " AND (scheduled_at IS NULL OR scheduled_at <= now()) AND queueing_lock IS NULL ORDER BY id LIMIT 20"
)


def _all_jobs_done(run: Run, outcome: Outcome, seconds: float = 120) -> float:
    """Seconds until no job that is due waits or is stuck. Periodic jobs come and go."""
    began, left = time.monotonic(), []
    while time.monotonic() - began < seconds:
        with run.portal.database() as connection:
            left = connection.execute(DUE).fetchall()
        if not left:
            break
        time.sleep(0.5)
    outcome.expect(not left, f"jobs of killed workers stay undone: {left}")
    return time.monotonic() - began
