"""F9, F12: uploads that break off, and a database that takes no more connections."""

import contextlib
import re
import socket
import time
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.parse import urlsplit

import psycopg

from exchange.embedded import processes
from tests.faults import checks
from tests.faults.run import Run
from tests.faults.verdict import Outcome
from tests.journeys.answers import table
from tests.journeys.trade import Trade
from tests.journeys.walker import Walker

MB = 1024 * 1024


def uploads(run: Run) -> Outcome:
    """F9: the connection ends at any byte of an upload; two windows send a file at once."""
    outcome = Outcome("F9", "upload cut at a random byte; two windows at once", run.size(10, 100))
    chance, size = run.chance("F9"), run.size(12, 150) * MB
    trade = Trade(run.portal.address, run.logins, name="F9")
    trade.run(until="describe")
    rows = checks.ask(run.portal, FILES)
    for _ in range(outcome.planned):
        sent = _cut_upload(run, trade, size, chance.randrange(1000, size))
        outcome.done += sent > 0
    outcome.expect(checks.ask(run.portal, FILES) == rows, "a cut upload was kept as a file")
    _two_windows(run, trade, outcome)
    orphans = (processes.wait_until(lambda: not _leftovers(run), 30, pause=0.5) and []) or _leftovers(run)
    outcome.expect(not orphans, f"left on disk: {orphans[:5]}")
    checked = run.portal.command("verify_files", "--without-log")
    outcome.expect(checked.returncode == 0, f"stored files: {checked.stdout[-500:]}")
    outcome.figures |= {"size": f"{size // MB} MB", "files left on disk": len(orphans)}
    return outcome


FILES = "SELECT count(*) FROM exchange_storedfile"


def _leftovers(run: Run) -> list[str]:
    incoming = list((run.state / "files" / "incoming").glob("*"))
    return [str(path) for path in (*incoming, *run.portal.scratch.iterdir())]


def _cut_upload(run: Run, trade: Trade, size: int, cut: int) -> int:
    """Send the beginning of a form with a large file and hang up; how many bytes went out."""
    form = _upload_form(trade.steward, trade)
    edge = uuid.uuid4().hex
    part = f"--{edge}\r\nContent-Disposition: form-data; name="
    head = "".join(f'{part}"{name}"\r\n\r\n{held[0]}\r\n' for name, held in form.values.items())
    head += f'{part}"upload"; filename="cut.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = head.encode() + (b"a,b\n" + b"1,2\n" * (size // 4))[:cut]
    start = (
        f"POST {urlsplit(form.action).path} HTTP/1.1\r\nHost: 127.0.0.1:{run.portal.port}\r\n"
        f"Cookie: {cookies(trade.steward)}\r\nReferer: {run.portal.address}/\r\n"
        f"Content-Type: multipart/form-data; boundary={edge}\r\nContent-Length: {len(head) + size}\r\n\r\n"
    )
    sent = 0
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", run.portal.port), 30) as line:
        line.sendall(start.encode())
        for place in range(0, len(body), MB):
            line.sendall(body[place : place + MB])
            sent = place + MB
    return sent


def cookies(walker: Walker) -> str:
    """The cookies a walker holds, as a header."""
    jar: CookieJar = walker.transport.jar
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _upload_form(steward: Walker, trade: Trade):
    steward.get(f"/register/{trade.asset}/2/")
    return steward.form(lambda form: form.action.endswith("/file/") and "upload" in form.kinds)


def _two_windows(run: Run, trade: Trade, outcome: Outcome) -> None:
    """Both send a file from the same page: one is taken, the other told so; one file stays."""
    other = Trade(run.portal.address, run.logins, name="F9b")
    other.asset = trade.asset
    windows = [(one.steward, _upload_form(one.steward, trade), table(one.file_name)) for one in (trade, other)]

    def send(window):
        walker, form, content = window
        return walker.submit(form, files={"upload": ("two.csv", content, "text/csv")}).status

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(send, windows))
    outcome.figures["two windows were answered"] = answers
    outcome.expect(set(answers) <= {200, 409, 422}, f"two windows were answered {answers}")
    current = checks.ask(
        run.portal,
        "SELECT count(*) FROM catalog_datafile f JOIN catalog_revision r ON r.id = f.revision_id"
        " JOIN catalog_asset a ON a.id = r.asset_id WHERE a.number = %s",
        trade.asset,
    )
    outcome.figures["files of the draft"] = current
    outcome.expect(current == 1, f"the draft holds {current} files")


def connections(run: Run) -> Outcome:
    """F12: every connection of the server is taken; the portal says so, and works when they are free again."""
    seconds = run.size(20, 300)
    outcome = Outcome("F12", "no connection left at the database", seconds)
    held: list[psycopg.Connection] = []
    seen: dict[str, int] = {}
    place = {"host": "127.0.0.1", "port": run.portal.server.port, "dbname": "exchange", "user": "postgres"}
    secret = run.portal.instance.secret("database-owner")
    with run.portal.database() as watch:
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            watch.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = 'exchange' AND usename <> 'postgres' AND backend_type = 'client backend'"
            )
            with contextlib.suppress(psycopg.OperationalError):
                while len(held) < 200:
                    held.append(psycopg.connect(**place, password=secret, autocommit=True))
            status = status_of(f"{run.portal.address}/catalogue/?q=kinh")
            seen[status] = seen.get(status, 0) + 1
        outcome.done = round(time.monotonic() - began)
        for connection in held:
            connection.close()
        back = run.portal.recover(120)
    outcome.done = min(outcome.done, seconds)
    outcome.figures |= {
        "connections held": len(held),
        "pages meanwhile": dict(sorted(seen.items())),
        "ready again after": f"{back:.1f} s",
    }
    outcome.expect(seen.get("503", 0) > 0, "no page said 503: the database was never out of reach")
    outcome.expect(set(seen) <= {"200", "503"}, f"pages were answered {seen}")
    outcome.expect(back <= 60, f"ready only after {back:.0f} s")
    outcome.breaches += checks.breaches(run.portal)
    return outcome


def status_of(address: str) -> str:
    """What a page answers."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310
            return str(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return str(error.code)
    except OSError as problem:
        return re.sub(r"\W+", " ", type(problem).__name__)
