"""Seconds of an offline audit of a log of a million entries, with nothing but its files and a public key.

    .venv/bin/python -m tests.bench.audit [--entries 1000000] [--folder DIR]

Writes a log of made-up leaves of true shape and size with its tiles and a signed checkpoint (kept in --folder, else
thrown away), then runs `manage.py verify_log --files --key` over it in a process of its own: every bundle read, every
entry hashed, every tile compared, the root recomputed, the signature checked. The floor is hashing the same bytes with
hashlib alone: each entry once, and as many inner nodes as the tree has, from memory.
"""

import argparse
import hashlib
import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings.test")
YEAR = 2026
LIMIT = 60.0


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def leaves(count: int) -> Iterator[bytes]:
    """Leaves as record() writes them: 130 bytes of text around four random hashes."""
    from exchange.common.canonical import canonical_json

    words = ("order.pay", "order.deliver", "payment.settle", "listing.list", "delivery.made")
    for number in range(count):
        random = secrets.token_hex(80)
        leaf = {"v": 1, "t": words[number % len(words)], "ts": "2026-11-21T12:00:00Z", "o": random[128:], "n": 7}
        yield canonical_json(leaf | {"p": random[:64], "c": random[64:128], "pol": "2026-11"})


def write_log(root: Path, count: int) -> str:
    """A log of `count` leaves as the sequencer publishes it, all at once; the public key that signed it."""
    from exchange.transparency import notes, tiles
    from exchange.transparency.tree import range_root

    tiles.os.fsync = lambda handle: None  # type: ignore[assignment]  # made to be read once
    signer = notes.Signer.generate(f"log.bench.example/{YEAR}")
    folder = tiles.Folder(root / str(YEAR))
    writer = tiles.Writer(folder, 0)
    for leaf in leaves(count):
        writer.add(leaf)
    writer.finish()
    head = notes.TreeHead(signer.name, count, range_root(0, count, folder.complete(count)))
    folder.write(tiles.CHECKPOINT, signer.sign(head.text).encode())
    return signer.verifier.vkey


def audit(root: Path, key: str) -> tuple[float, float, dict]:
    """Seconds of the whole command, seconds of a core it took, and what it said."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "manage.py", "verify_log", "--files", str(root), "--key", key, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, cpu, json.loads(done.stdout)


def floor(count: int) -> float:
    """Seconds to hash the same bytes: every entry, and one node of two hashes for each entry but one."""
    entries = list(leaves(min(count, 100_000)))
    node = b"\x01" + bytes(64)
    start = time.perf_counter()
    for entry in entries:
        hashlib.sha256(b"\x00" + entry).digest()
        hashlib.sha256(node).digest()
    return (time.perf_counter() - start) * count / len(entries)


def measure(root: Path, count: int) -> bool:
    """Write, audit, print; whether the limit is kept."""
    start = time.perf_counter()
    key = write_log(root, count)
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    say(f"written    {count} entries, {size / 1e6:.0f} MB, in {time.perf_counter() - start:.1f} s")
    took, cpu, report = audit(root, key)
    whole = (report["size"], report["entries"], report["faults"]) == (count, count, [])
    say(f"audit      {took:6.2f} s wall, {cpu:6.2f} s of a core, {count / took:,.0f} entries a second")
    say(f"floor      {floor(count):6.2f} s, hashing the same bytes with hashlib alone")
    say(f"load       {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    say(f"verdict    {'whole' if whole else 'NOT WHOLE'}, limit {LIMIT:.0f} s: {'kept' if took <= LIMIT else 'MISSED'}")
    return whole and took <= LIMIT


def main() -> None:
    """Exit status 0 only when the audit found the log whole within the limit."""
    import django

    django.setup()
    parser = argparse.ArgumentParser(description="Offline audit of a large log.")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.folder:
        sys.exit(not measure(options.folder, options.entries))
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(not measure(Path(folder), options.entries))


if __name__ == "__main__":
    main()
