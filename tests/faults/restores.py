"""F13 and F14: the exchange comes back elsewhere, from a backup, and from archived WAL as of a random moment."""

import base64
import json
import random
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from exchange.embedded import account, binaries, processes
from exchange.embedded.server import Server
from tests.faults import checks
from tests.faults.elsewhere import Elsewhere
from tests.faults.run import Run
from tests.faults.shop import Shop
from tests.faults.verdict import Outcome
from tests.journeys import books
from tests.journeys.walker import Network, Walker

RECEIPTS = 100
RECOVERY_LIMIT = 300  # seconds from the empty machine to a portal that is ready (trust.md: five minutes)
OPENINGS = """
import json, random
from exchange.transparency.models import Entry
from exchange.transparency.selectors import opening
keys = list(Entry.objects.filter(sequenced__isnull=False).order_by("pk").values_list("pk", flat=True))
chosen = random.Random({seed!r}).sample(keys, min({count}, len(keys)))
rows = Entry.objects.filter(pk__in=chosen).select_related("sequenced").order_by("pk")
print(json.dumps([opening(entry) for entry in rows]))
"""


def restored(run: Run) -> Outcome:
    """F13: a backup taken under load comes back on an empty machine; receipts given before hold there."""
    outcome = Outcome("F13", "backup restored elsewhere; receipts given before it are checked there", RECEIPTS)
    place = run.portal.home / "backups"
    place.mkdir(exist_ok=True)
    with Shop(run.portal, run.logins, run.chance("F13"), buyers=2) as shop:
        processes.wait_until(lambda: len(shop.acked) >= 5, 90, pause=0.2)
        books.wait_until_published(run.portal)
        receipts = _receipts(run)
        heads = [books.checkpoint(run.portal)]
        began = time.monotonic()
        run.portal.manage("backup", str(place))
        outcome.figures["backup under load took"] = f"{time.monotonic() - began:.1f} s"
        known = len(shop.acked)
        processes.wait_until(lambda: len(shop.acked) >= known + 3, 90, pause=0.2)
    outcome.breaches += shop.breaches()
    books.wait_until_published(run.portal)
    heads.append(books.checkpoint(run.portal))
    (backup,) = place.iterdir()
    other = Elsewhere(run)
    try:
        _bring_back(run, other, backup, heads, outcome)
        outcome.breaches += checks.breaches_of_log(other, heads) + checks.breaches(other)
        outcome.done = _check_receipts(other, receipts, outcome)
    finally:
        other.remove()
        shutil.rmtree(place)
    return outcome


def _receipts(run: Run) -> list[dict[str, Any]]:
    """What parties hold of entries chosen by chance: leaf, record, salt, proof."""
    code = OPENINGS.format(seed=f"{run.seed}/F13", count=RECEIPTS)
    return json.loads(run.portal.manage("shell", "-v0", "-c", code).strip().splitlines()[-1])


def _bring_back(run: Run, other: Elsewhere, backup: Path, heads: list[tuple[int, bytes]], outcome: Outcome) -> None:
    """The steps of docs/operations.md, with the published files that survived; nothing is signed before the last."""
    survived = other.home / "survived"
    shutil.copytree(run.state / "log", survived)
    (checkpoint,) = survived.glob("*/checkpoint")
    began = time.monotonic()
    other.serve()
    other.manage("restore", str(backup), "--published", str(survived))
    early = other.command("open_log", "--checkpoint", str(checkpoint))
    outcome.expect(
        early.returncode != 0 and "Run rehydrate_log" in early.stderr,
        f"the log opened too early: {early.stderr[-300:]}",
    )
    said = other.sequence(lambda said: "closed_after_restore" in said)
    outcome.expect("closed_after_restore" in said, f"the sequencer did not refuse after the restore: {said[-300:]}")
    refused = time.monotonic()
    taken = re.search(r"Taken back: (\d+) leaves, (\d+)", other.manage("rehydrate_log"))
    other.manage("open_log", "--checkpoint", str(checkpoint))
    for command in ("verify_log", "verify_files", "check_invariants"):
        other.manage(command)
    other.start()
    other.wait()
    seconds = time.monotonic() - began
    outcome.expect(seconds <= RECOVERY_LIMIT, f"the exchange was back only after {seconds:.0f} s")
    outcome.figures |= {
        "ready elsewhere after": f"{seconds:.0f} s (of these {refused - began:.0f} s until the sequencer had refused)",
        "entries at the backup and at the end": f"{heads[0][0]}, {heads[-1][0]}",
        "leaves taken back": f"{taken[1]}, {taken[2]} of them without their record" if taken else "?",
    }


def _check_receipts(other: Elsewhere, receipts: list[dict[str, Any]], outcome: Outcome) -> int:
    """On the public page of the restored portal, and by arithmetic of our own against its published files."""
    books.wait_until_published(other)
    leaves = books.published(other)
    visitor, held, page_held = Walker(Network(other.address)), 0, 0
    visitor.get("/transparency/verify/")
    form = visitor.form(lambda form: "text" in form.kinds)
    for receipt in receipts:
        visitor.submit(form, text=json.dumps(receipt, ensure_ascii=False))
        page_held += visitor.page.status == 200 and 'class="note ok"' in visitor.page.text
        held += _holds(receipt, leaves)
    outcome.expect(page_held == len(receipts), f"{len(receipts) - page_held} receipts were refused by the portal")
    outcome.expect(held == len(receipts), f"{len(receipts) - held} receipts do not fit the published files")
    outcome.figures["receipts that hold there"] = f"{page_held} on the page, {held} by the published files"
    return len(receipts)


def _holds(receipt: dict[str, Any], leaves: list[bytes]) -> bool:
    """Commitment and place in the files, and the tree of the receipt's own checkpoint as their beginning."""
    _origin, size, root = receipt["proof"].split("\n\n", 1)[1].split("\n")[:3]
    try:
        books.assert_opens(receipt, leaves)
    except AssertionError:
        return False
    return books.root(leaves[: int(size)]) == base64.b64decode(root)


# F14

SETTINGS = ("archive_mode", "archive_command", "track_commit_timestamp")
LEAVES = "SELECT count(*) FROM exchange_leaf"
LEAVES_AT = f"{LEAVES} WHERE coalesce(pg_xact_commit_timestamp(xmin), '-infinity') <= %s"  # none: older than tracking
TRADING = 20  # seconds of which the moments are chosen


def as_of(run: Run) -> Outcome:
    """F14: the database is recovered to random moments; no moment gives a fork, each gets the published tail back."""
    outcome = Outcome("F14", "point-in-time recovery to a random moment", run.size(3, 5))
    room = run.portal.server.place / "recovery"
    chance, other = run.chance("F14"), Elsewhere(run)
    _archive(run, room)
    try:
        base = _base_copy(run, room)
        moments, wanted = _trade_on(run, chance, outcome)
        for moment in moments:
            outcome.done += _recover(run, other, room, base, (moment, wanted[moment]), outcome)
    finally:
        _archive_no_more(run)
        other.remove()
        shutil.rmtree(room, ignore_errors=True)
    outcome.breaches += checks.breaches(run.portal)
    return outcome


def _archive(run: Run, room: Path) -> None:
    """Archiving begins with a new start of the database, so the portal is started anew."""
    wal = room / "wal"
    wal.mkdir(parents=True, mode=0o700)
    _give(room, run.portal.server)
    command = f"test ! -f '{wal}/%f' && cp '%p' '{wal}/%f.new' && mv '{wal}/%f.new' '{wal}/%f'"
    with run.portal.database() as database:
        database.execute("ALTER SYSTEM SET archive_mode = on")
        database.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        database.execute("ALTER SYSTEM SET archive_command = " + sql.Literal(command).as_string(database))
    _again(run)


def _archive_no_more(run: Run) -> None:
    with run.portal.database() as database:
        for name in SETTINGS:
            database.execute(f"ALTER SYSTEM RESET {name}")
    _again(run)


def _again(run: Run) -> None:
    run.portal.end()
    run.portal.start()
    run.portal.wait()


def _give(folder: Path, server: Server) -> None:
    if server.uid is not None:
        account.hand_over(folder, server.uid)


def _base_copy(run: Run, room: Path) -> Path:
    target, server = room / "base", run.portal.server
    login = f"host=127.0.0.1 port={server.port} user=postgres"
    subprocess.run(  # noqa: S603
        [f"{binaries.client_programs()}/pg_basebackup", "-D", str(target), "-d", login, "-X", "none", "-c", "fast"],
        env={"PGPASSWORD": run.portal.instance.secret("database-owner"), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )
    return target


def _trade_on(run: Run, chance: random.Random, outcome: Outcome) -> tuple[list[Any], dict[Any, int]]:
    """Trade for a while; moments chosen in between, and how many leaves were committed at each."""
    with Shop(run.portal, run.logins, chance, buyers=2) as shop:
        processes.wait_until(lambda: len(shop.acked) >= 3, 90, pause=0.2)
        first = checks.ask(run.portal, "SELECT clock_timestamp()")
        end = time.monotonic() + TRADING
        processes.wait_until(lambda: len(shop.acked) >= 12 and time.monotonic() > end, 180, pause=0.2)
        last = checks.ask(run.portal, "SELECT clock_timestamp()")
        processes.wait_until(lambda: len(shop.acked) >= 14, 90, pause=0.2)
    outcome.breaches += shop.breaches()
    books.wait_until_published(run.portal)
    moments = sorted(first + (last - first) * chance.random() for _ in range(outcome.planned))
    wanted = {moment: checks.ask(run.portal, LEAVES_AT, moment) for moment in moments}
    outcome.figures["orders while WAL was archived"] = len(shop.acked)
    with run.portal.database() as database:
        (segment,) = database.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or ("",)
        archived = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
        done = processes.wait_until(lambda: bool(books.one(database, archived, segment)), 60, pause=0.2)
    outcome.expect(done, "the WAL was not archived within 60 s")
    return moments, wanted


class Recovered(Server):
    """A copy of the first database, brought to a moment of its own."""

    def __init__(self, run: Run, room: Path, name: str) -> None:
        super().__init__(run.portal.instance, name)
        self.data = room / name

    def recover(self, base: Path, wal: Path, moment: Any) -> None:
        """Copy, replay until the moment, open for writing."""
        shutil.copytree(base, self.data)
        (self.data / "postgresql.auto.conf").write_text(
            f"restore_command = 'cp {wal}/%f %p'\nrecovery_target_time = '{moment.isoformat()}'\n"
            "recovery_target_action = 'promote'\ntrack_commit_timestamp = on\n",
            "ascii",
        )
        (self.data / "recovery.signal").touch()
        _give(self.data, self)
        self._launch()


def _recover(run: Run, other: Elsewhere, room: Path, base: Path, target: tuple[Any, int], outcome: Outcome) -> bool:
    moment, wanted = target
    server = Recovered(run, room, "recovered")
    try:
        server.recover(base, room / "wal", moment)
        _wait_for_promotion(run, server)
        found = _ask(run, server, LEAVES)
        outcome.expect(found == wanted, f"{found} leaves at {moment}, {wanted} were committed then")
        _mend(run, other, server, outcome)
        outcome.figures.setdefault("leaves found at each moment", []).append(f"{found} of {wanted}")
    finally:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)
    return True


def _login(run: Run, server: Server) -> dict[str, Any]:
    secret = run.portal.instance.secret("database-owner")
    return {"host": "127.0.0.1", "port": server.port, "user": "postgres", "password": secret, "dbname": "exchange"}


def _ask(run: Run, server: Server, question: str) -> Any:
    with psycopg.connect(**_login(run, server), autocommit=True) as database:
        return books.one(database, question)


def _wait_for_promotion(run: Run, server: Server) -> None:
    def is_open() -> bool:
        try:
            return _ask(run, server, "SELECT pg_is_in_recovery()") is False
        except psycopg.Error:
            return False

    if not processes.wait_until(is_open, 120, pause=0.2):
        raise AssertionError("the recovered database does not open")


def _mend(run: Run, other: Elsewhere, server: Server, outcome: Outcome) -> None:
    """The sequencer signs no fork; the published tail comes back; what is signed then continues it."""
    log = other.instance.folder / "log"
    shutil.rmtree(log, ignore_errors=True)
    shutil.copytree(run.state / "log", log)
    (checkpoint,) = log.glob("*/checkpoint")
    before, head = checkpoint.read_bytes(), _head(checkpoint)
    other.told = {
        name: address.replace(f":{run.portal.server.port}/", f":{server.port}/")
        for name, address in run.portal.server.addresses().items()
    }
    said = other.sequence(lambda said: "published_tree_is_larger" in said)
    outcome.expect("published_tree_is_larger" in said, f"the sequencer did not refuse: {said[-300:]}")
    outcome.expect(checkpoint.read_bytes() == before, "the sequencer signed a fork")
    other.manage("rehydrate_log")
    other.manage("verify_log")
    other.manage("check_invariants")
    other.sequence(lambda _said: _head(checkpoint)[0] > head[0])
    size, root = _head(checkpoint)
    outcome.expect(size > head[0], "nothing was signed after the tail was taken back")
    leaves = _leaves(checkpoint.parent, size)
    outcome.expect(books.root(leaves) == root, "the files do not give the signed root")
    outcome.expect(books.root(leaves[: head[0]]) == head[1], "what was signed does not continue what was published")


def _head(checkpoint: Path) -> tuple[int, bytes]:
    lines = checkpoint.read_text("utf-8").split("\n")
    return int(lines[1]), base64.b64decode(lines[2])


def _leaves(folder: Path, size: int) -> list[bytes]:
    """Every entry below a checkpoint, from the bundles beside it."""
    return books.leaves_of(lambda name: (folder / name).read_bytes(), size)
