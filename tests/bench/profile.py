"""A large CSV file, profiled as an upload is: in a confined child process whose memory is watched."""

import random
import resource
import tempfile
import time
from collections.abc import Callable
from typing import BinaryIO

from catalog.datasets import reading

HEAD = "ma_tinh,ten_tinh,ky,chi_tieu,gia_tri,ty_le,don_vi,ngay_cap_nhat,ghi_chu\n"
PLACES = ("Hà Nội", "Huế", "Đà Nẵng", "Cần Thơ", "Lào Cai", "Đắk Lắk")


def write(file: BinaryIO, megabytes: int, seed: int = 1) -> int:
    """So many megabytes of plausible rows; how many rows."""
    made, rows, chance = 0, 0, random.Random(seed)
    file.write(HEAD.encode())
    while made < megabytes * 1_000_000:
        lines = "".join(_line(chance) for _ in range(5000)).encode()
        file.write(lines)
        made, rows = made + len(lines), rows + 5000
    file.flush()
    file.seek(0)
    return rows


def _line(chance: random.Random) -> str:
    at = chance.randrange(len(PLACES))
    return (
        f"{at + 1:02d},{PLACES[at]},{chance.randint(2015, 2026)}-{chance.randint(1, 12):02d},"
        f"CT{chance.randint(1, 400)},"
        f"{chance.random() * 1e6:.3f},{chance.random():.4f},nghìn tấn,"
        f'{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/2026,"sơ bộ, lần {chance.randint(1, 9)}"\n'
    )


def report(megabytes: int, say: Callable[[str], None]) -> bool:
    """Profile it once and say what it cost; whether the goals of a 100 MB file are met."""
    with tempfile.TemporaryFile() as file:
        rows = write(file, megabytes)
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        told = reading.read(file, reading.Request(name="bench.csv"))
        wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if told["row_count"] != rows:
        raise SystemExit(f"The file has {rows} rows; {told['row_count']} were found.")
    peak = after.ru_maxrss / 1024
    say(f"{megabytes} MB CSV, {rows} rows: {wall:.1f} s (goal 15), {cpu:.1f} s of processor, {peak:.0f} MB (goal 512)")
    return wall <= 15 * megabytes / 100 and peak <= 512
