"""`make mutants`: faults planted one by one; the table says which test noticed, and which fault survived.

SEED=… chooses, GUARDS=… and EMPTIED=… say how many (0 leaves a part out).
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings.test")
ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "var" / "mutants.json"
SEED = int(os.environ.get("SEED", "1"))
GUARDS = int(os.environ.get("GUARDS", "60"))
EMPTIED = int(os.environ.get("EMPTIED", "20"))
GOAL = 0.95


def say(text: str = "") -> None:
    """A line of the report."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tests_of(module: str) -> list[list[str]]:
    """Runs that may notice a fault in a module: its room, then its floor."""
    floor, room, *_ = module.split(".")
    folders = [f"tests/{floor}/{room}", f"tests/{floor}"]
    extra = ["tests/exchange/console"] if floor != "exchange" else []
    return [[folder] for folder in folders if (ROOT / folder).is_dir()] + [[folder] for folder in extra]


def noticed(fault: str, module: str) -> str:
    """The first test that fails with the fault planted, or nothing."""
    for folders in tests_of(module):
        command = [sys.executable, "-m", "pytest", "-p", "tests.mutants.plugin", "-x", "-q", "--tb=no", *folders]
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, env={**os.environ, "PLANTED": fault}, capture_output=True, text=True, check=False
        )
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        if failed:
            return failed[0].split(" - ")[0].removeprefix("FAILED ").removeprefix("ERROR ")
        if done.returncode != 0:
            raise SystemExit(f"{fault}: the tests did not run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return ""


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
        row["by"] = row["by"] or noticed(f"guard:{row['number']}", row["module"])
        say(f"{'caught  ' if row['by'] else 'SURVIVED'}  {row['mutant']}\n          {row['by']}")
    return verdict("checks taken out", [bool(row["by"]) for row in rows])


def emptied_part() -> bool:
    """Use cases emptied."""
    from tests.mutants import emptied

    chosen = random.Random(SEED).sample(emptied.names(), EMPTIED)  # noqa: S311
    found = []
    for name in chosen:
        by = noticed(f"empty:{name}", name)
        say(f"{'caught  ' if by else 'SURVIVED'}  {name}\n          {by}")
        found.append(bool(by))
    return verdict("use cases emptied", found)


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
