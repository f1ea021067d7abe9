"""Flipped bits in the database's own files: the server notices by its page checksums, and a backup fails on them."""

import random
import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from exchange.embedded import binaries

pytestmark = pytest.mark.slow
PAGE = 8192
ROUNDS = 50


def test_every_flipped_bit_of_a_table_is_noticed_when_it_is_read(server):
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as session:
        assert session.execute("SHOW data_checksums").fetchone() == ("on",)
        session.execute(
            "CREATE TABLE kept AS SELECT n, repeat(md5(n::text), 20) AS text FROM generate_series(1, 700) n"
        )
        (place,) = session.execute("SELECT pg_relation_filepath('kept')").fetchone()
    path = server.data / place
    server.stop()
    whole = path.read_bytes()
    chance = random.Random(20261130)  # noqa: S311 - the same bits each time
    spots = chance.sample(range(len(whole) // PAGE), ROUNDS)
    flipped = bytearray(whole)
    for page in spots:  # a bit of each of fifty pages, anywhere behind the page's own header
        flipped[page * PAGE + chance.randrange(24, PAGE)] ^= 1 << chance.randrange(8)
    path.write_bytes(flipped)
    server.start()

    noticed = [page for page in range(len(whole) // PAGE) if not is_readable(server, page)]

    assert noticed == sorted(spots)
    saved = subprocess.run(  # noqa: S603
        [Path(binaries.client_programs()) / "pg_dump", f"--dbname={server.url()}", "--file=/dev/null"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert saved.returncode != 0
    assert "invalid page in block" in saved.stderr


def is_readable(server, page):
    """Whether the rows of a page can be read."""
    with psycopg.connect(server.url()) as session:
        try:
            session.execute(
                "SELECT count(text) FROM kept WHERE ctid BETWEEN %s AND %s", [f"({page},0)", f"({page},999)"]
            )
        except errors.DataCorrupted:
            return False
    return True
