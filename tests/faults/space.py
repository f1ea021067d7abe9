"""F5: no space left for the database, the stored files, the log."""

import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path

from exchange.embedded import processes
from tests.faults import checks
from tests.faults.limits import status_of
from tests.faults.run import Run
from tests.faults.shop import Shop
from tests.faults.verdict import Outcome
from tests.journeys import books
from tests.journeys.answers import table
from tests.journeys.trade import LOST, Trade

MB = 1024 * 1024
ROOM = {"postgres": 60, "files": 6, "log": 1}  # megabytes left free when nothing is wrong


def full(run: Run) -> Outcome:
    """Each part lies on a small file system of its own, which is filled up and freed again."""
    each = run.size(1, 10)
    outcome = Outcome("F5", "disk full: database, stored files, log", 3 * each)
    mounted = _move_to_small_disks(run)
    if isinstance(mounted, str):
        outcome.skipped = mounted
        return outcome
    try:
        heads = [books.checkpoint(run.portal)]
        for _ in range(each):
            for part, strike in (("files", _files), ("log", _log), ("postgres", _postgres)):
                outcome.done += strike(run, outcome, mounted[part])
                run.portal.recover(120)
                heads.append(books.checkpoint(run.portal))
        outcome.breaches += checks.breaches_of_log(run.portal, heads) + checks.breaches(run.portal)
    finally:
        _move_back(run, mounted)
    return outcome


def _move_to_small_disks(run: Run) -> dict[str, Path] | str:
    """The parts on tmpfs, or why that is not possible here."""
    if os.geteuid() != 0:
        return "only root mounts file systems"
    probe = run.portal.home / "probe"
    probe.mkdir(exist_ok=True)
    if problem := _mount(probe, 1):
        return f"tmpfs cannot be mounted here ({problem})"
    subprocess.run(["umount", str(probe)], check=True)  # noqa: S603, S607
    run.portal.end()
    parts = {"postgres": run.portal.server.data, "files": run.state / "files", "log": run.state / "log"}
    for part, place in parts.items():
        status, kept = place.stat(), place.with_name(place.name + ".kept")
        place.rename(kept)
        place.mkdir(mode=0o700)
        used = sum(path.stat().st_blocks * 512 for path in kept.rglob("*") if path.is_file()) // MB + 1
        if problem := _mount(place, used + ROOM[part]):
            return f"tmpfs cannot be mounted here ({problem})"
        subprocess.run(["cp", "-a", f"{kept}/.", str(place)], check=True)  # noqa: S603, S607
        os.chown(place, status.st_uid, status.st_gid)
        place.chmod(0o700)
    run.portal.start()
    run.portal.wait()
    return parts


def _mount(place: Path, megabytes: int) -> str:
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "none", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stderr.strip() if done.returncode else ""


def _move_back(run: Run, parts: dict[str, Path]) -> None:
    run.portal.end()
    for place in parts.values():
        kept = place.with_name(place.name + ".kept")
        shutil.rmtree(kept)
        subprocess.run(["cp", "-a", str(place), str(kept)], check=True)  # noqa: S603, S607
        subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607
        place.rmdir()
        kept.rename(place)
    run.portal.start()
    run.portal.wait()


class Filled:
    """A file that takes all the space there is, until it is removed."""

    def __init__(self, place: Path) -> None:
        self.path = place / "filler"

    def __enter__(self) -> "Filled":
        with self.path.open("wb", buffering=0) as file:
            for size in (MB, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"x" * size):
                        pass
        return self

    def __exit__(self, *problem: object) -> None:
        self.path.unlink(missing_ok=True)


def _files(run: Run, outcome: Outcome, place: Path) -> bool:
    """An upload is refused with a sentence, pages go on; afterwards the same upload is taken."""
    trade = Trade(run.portal.address, run.logins, name="F5")
    trade.run(until="describe")
    trade.file = table("F5", lines=40_000)
    rows = checks.ask(run.portal, "SELECT count(*) FROM exchange_storedfile")
    with Filled(place):
        steward = trade.steward
        steward.get(f"/register/{trade.asset}/2/")
        try:
            steward.submit(files={"upload": ("full.csv", trade.file, "text/csv")})
            said = steward.page.status
        except LOST:
            said = steward.page.status
        reads = status_of(f"{run.portal.address}/catalogue/?q=kinh")
    outcome.figures["upload on a full disk is answered"] = said
    outcome.expect(said in (409, 422, 503, 507), f"an upload on a full disk was answered {said}")
    outcome.expect(reads == "200", f"a page was answered {reads} while the disk of files was full")
    kept = checks.ask(run.portal, "SELECT count(*) FROM exchange_storedfile")
    outcome.expect(kept == rows, "a file was recorded that is not there")
    trade.run(since="upload", until="read")
    return True


def _log(run: Run, outcome: Outcome, place: Path) -> bool:
    """Entries wait; no checkpoint is signed without its tiles; afterwards everything is published."""
    with Filled(place):
        with Shop(run.portal, run.logins, run.chance("F5"), buyers=1) as shop:
            processes.wait_until(lambda: len(shop.acked) >= 3, 60, pause=0.2)
            time.sleep(3)
        size, root = books.checkpoint(run.portal)
        forked = checks.breaches_of_files(run.portal, size, root)
    outcome.breaches += forked
    outcome.expect(len(shop.acked) >= 3, "no sale was possible while the disk of the log was full")
    waited = books.wait_until_published(run.portal, 90)
    outcome.figures["published after space for the log"] = f"{waited:.1f} s"
    outcome.expect(waited >= 0, "entries were not published within 90 s after the disk was freed")
    outcome.breaches += shop.breaches()
    return True


def _postgres(run: Run, outcome: Outcome, place: Path) -> bool:
    """Orders are refused as "not now"; what was acknowledged is there afterwards."""
    with Shop(run.portal, run.logins, run.chance("F5p"), buyers=2) as shop:
        processes.wait_until(lambda: len(shop.acked) >= 3, 60, pause=0.2)
        with Filled(place):
            os.chown(place / "filler", run.portal.server.uid or 0, -1)
            began = time.monotonic()
            processes.wait_until(lambda: shop.repeated >= 3, 40, pause=0.2)
            refused = shop.repeated
        freed = time.monotonic()
        known = len(shop.acked)
        processes.wait_until(lambda: len(shop.acked) > known + 1, 90, pause=0.2)
        back = time.monotonic() - freed
    outcome.figures["sales refused on a full database disk"] = f"{refused} in {freed - began:.0f} s"
    outcome.figures["sales again after space"] = f"{back:.1f} s"
    outcome.expect(refused > 0, "the full disk of the database refused nothing")
    outcome.expect(len(shop.acked) > known, "no sale within 90 s after the disk was freed")
    outcome.breaches += shop.breaches()
    return True
