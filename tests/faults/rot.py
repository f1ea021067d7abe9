"""F15: a byte flips in a stored file, a published file of the log, a page of the database; each is reported."""

import random
import re
import signal
from pathlib import Path

import psycopg

from tests.faults import checks
from tests.faults.run import Run
from tests.faults.verdict import Outcome
from tests.journeys import books

PAGE = 8192
TABLES = (
    *("exchange_entry", "exchange_leaf", "exchange_storedfile", "exchange_evaluation", "exchange_message"),
    *("transactions_order", "transactions_orderevent", "transactions_journal", "transactions_posting"),
    *("catalog_revision", "catalog_listing", "catalog_column", "accounts_organisation", "accounts_user"),
    *("accounts_membership", "procrastinate_jobs", "procrastinate_events"),
)


def bytes_flipped(run: Run) -> Outcome:
    """Everything that keeps data is told apart from what was written; nothing else is accused."""
    outcome = Outcome("F15", "bit rot in stored files, log files and database pages", run.size(50, 50))
    chance = run.chance("F15")
    books.wait_until_published(run.portal)
    sound = run.portal.command("verify_files")
    outcome.expect(sound.returncode == 0, f"accused without a reason: {sound.stdout[-500:]}")
    files = _stored_files(run, outcome, chance, 28)
    tiles = _log_files(run, outcome, chance, 5)
    pages = _pages(run, outcome, chance)
    outcome.figures |= {"stored files reported": files, "log files reported": tiles, "database pages reported": pages}
    return outcome


def _flip(path: Path, chance: random.Random, first: int = 0, last: int | None = None) -> tuple[int, int]:
    """Change one bit of one byte; where, and what stood there."""
    place = chance.randrange(first, last or path.stat().st_size)
    with path.open("r+b") as file:
        file.seek(place)
        before = file.read(1)[0]
        file.seek(place)
        file.write(bytes([before ^ 1 << chance.randrange(8)]))
    return place, before


def _put_back(path: Path, place: int, before: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes([before]))


def _stored_files(run: Run, outcome: Outcome, chance: random.Random, count: int) -> str:
    places = sorted(path for path in (run.state / "files").glob("*/??/*") if path.is_file() and path.stat().st_size)
    chosen = chance.sample(places, min(count, len(places)))
    flips = [(path, *_flip(path, chance)) for path in chosen]
    said = run.portal.command("verify_files", "--without-log")
    for flip in flips:
        _put_back(*flip)
    found = {path for path in chosen if re.search(rf"file_changed \S+ {re.escape(str(path))}", said.stdout)}
    outcome.done += len(chosen)
    outcome.expect(said.returncode != 0, "changed files were called sound")
    outcome.expect(found == set(chosen), f"{len(chosen) - len(found)} changed files were not reported")
    outcome.expect(said.stdout.count("file_changed") == len(found), "sound files were accused")
    return f"{len(found)} of {len(chosen)}"


def _log_files(run: Run, outcome: Outcome, chance: random.Random, count: int) -> str:
    """One after another, with the sequencer at rest: nobody publishes while nothing is recorded."""
    places = sorted(path for path in (run.state / "log").rglob("*") if path.is_file() and "tile" in path.parts)
    newest = [path for path in places if ".p" not in str(path)] or places
    found = 0
    chosen = [chance.choice(newest) for _ in range(count)]
    for path in chosen:
        flip = _flip(path, chance)
        found += run.portal.command("verify_log").returncode != 0
        _put_back(path, *flip)
    outcome.done += count
    outcome.expect(found == count, f"{count - found} changed files of the log were not reported")
    sound = run.portal.command("verify_log")
    outcome.expect(sound.returncode == 0, f"the log does not hold after the bytes were put back: {sound.stdout[-300:]}")
    return f"{found} of {count}"


def _pages(run: Run, outcome: Outcome, chance: random.Random) -> str:
    """With the portal at rest: a byte of one page of each table; reading the table then fails with its checksum."""
    with run.portal.database() as database:
        database.execute("CHECKPOINT")
        where = {name: database.execute("SELECT pg_relation_filepath(%s)", [name]).fetchone()[0] for name in TABLES}
    run.portal.end(signal.SIGTERM)
    server = run.portal.server
    chosen = {name: server.data / path for name, path in where.items() if (server.data / path).stat().st_size >= PAGE}
    flips = {name: (path, *_flip(path, chance)) for name, path in chosen.items()}
    server.start()
    try:
        found = sum(_is_refused(run, name) for name in chosen)
    finally:
        server.stop()
        for flip in flips.values():
            _put_back(*flip)
    outcome.done += len(chosen)
    outcome.expect(found == len(chosen), f"{len(chosen) - found} changed pages were read as if they were sound")
    run.portal.start()
    run.portal.wait()
    outcome.breaches += checks.breaches(run.portal)
    return f"{found} of {len(chosen)}"


def _is_refused(run: Run, table: str) -> bool:
    with run.portal.database() as database:
        database.execute("SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off")
        try:
            database.execute(f"SELECT count(*) FROM {table} t WHERE t::text <> ''")  # noqa: S608 - a name of our own
        except psycopg.errors.DataCorrupted:
            return True
    return False
