"""`make mutants`: faults planted one by one; the table says which test noticed, and which fault survived.

SEED=… chooses, GUARDS=… and EMPTIED=… say how many (0 leaves a part out).
"""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings.test")
ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "var" / "mutants.json"
SEED = int(os.environ.get("SEED", "1"))
GUARDS = int(os.environ.get("GUARDS", "60"))
EMPTIED = int(os.environ.get("EMPTIED", "20"))
GOAL = 0.95
FLOORS = ("exchange", "accounts", "catalog", "transactions")
RESERVED = {"DATABASE_URL", "EXCHANGE_TEST_DATABASE", "EXCHANGE_TEST_STATE"}  # each run takes its own


def say(text: str = "") -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tests_of(function: str) -> list[list[str]]:
    """Runs that may notice a fault: the test files that speak of it, then its room, its floor and the console."""
    floor, room, *_ = function.split(".")
    folders = [f"tests/{floor}/{room}", f"tests/{floor}", "tests/exchange/console"]
    near = speaking_of(function.rpartition(".")[2], room)
    return [near] * bool(near) + [[folder] for folder in folders if (ROOT / folder).is_dir()]


def speaking_of(name: str, room: str) -> list[str]:
    """At most ten test files that name the function, those of its own room and with most mentions first."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    found = []
    for place in sorted(ROOT.glob("tests/*/**/test_*.py")):
        inside = place.relative_to(ROOT)
        if count := len(word.findall(place.read_text("utf-8"))) * (inside.parts[1] in FLOORS):
            found.append((room not in inside.parts, -count, str(inside)))
    return [place for *_, place in sorted(found)[:10]]


def noticed(fault: str, function: str) -> str:
    """The first test that fails with the fault planted, or nothing."""
    for folders in tests_of(function):
        command = [sys.executable, "-m", "pytest", "-p", "tests.mutants.plugin", "-x", "-q", "--tb=no", *folders]
        env = {name: value for name, value in os.environ.items() if name not in RESERVED}
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=env | {"PLANTED": fault}, capture_output=True, text=True, check=False
        )
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        if failed:
            return failed[0].split(" - ")[0].removeprefix("FAILED ").removeprefix("ERROR ")
        if done.returncode != 0:
            raise SystemExit(f"{fault}: the tests did not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return ""


def tell(work: list[tuple[str, str, str]]) -> Iterator[bool]:
    """Two faults at a time, each in processes and a database of its own: (fault, function, what to print)."""
    with ThreadPoolExecutor(2) as both:
        found = both.map(lambda fault: noticed(fault[0], fault[1]), work)
        for (_, _, name), by in zip(work, found, strict=True):
            say(f"{'caught  ' if by else 'SURVIVED'}  {name}\n          {by}")
            yield bool(by)


def guards_part() -> bool:
    """Checks taken out: first the matrix in one process, then the rooms' tests for what it did not notice."""
    env = {**os.environ, "MUTANTS": str(GUARDS), "MUTANT_SEED": str(SEED), "MUTANT_REPORT": str(REPORT)}
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "tests/permissions/test_mutants.py"]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False)  # noqa: S603
    rows = json.loads(REPORT.read_text("utf-8")) if REPORT.exists() else []
    if done.returncode or len(rows) < GUARDS:
        raise SystemExit(f"Void: only {len(rows)} of {GUARDS} faults were planted; nothing is said about the rest.")
    for row in rows:
        if row["by"]:
            say(f"caught    {row['mutant']}\n          {row['by']}")
    left = [row for row in rows if not row["by"]]
    later = tell([(f"guard:{row['number']}", row["function"], row["mutant"]) for row in left])
    return verdict("checks taken out", [True] * (len(rows) - len(left)) + list(later))


def emptied_part() -> bool:
    """Use cases emptied."""
    from tests.mutants import emptied

    chosen = random.Random(SEED).sample(emptied.names(), EMPTIED)  # noqa: S311
    return verdict("use cases emptied", list(tell([(f"empty:{name}", name, name) for name in chosen])))


def verdict(what: str, found: list[bool]) -> bool:
    """How many were caught, and whether that is enough."""
    if not found:
        return True
    share = sum(found) / len(found)
    say(f"\nSeed {SEED}: {sum(found)} of {len(found)} {what} were caught ({share:.1%}, goal {GOAL:.0%}).\n")
    return share >= GOAL


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    django.setup()
    results = [guards_part() if GUARDS else True, emptied_part() if EMPTIED else True]
    raise SystemExit(0 if all(results) else 1)
