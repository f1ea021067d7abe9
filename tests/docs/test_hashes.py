"""The worked example of docs/hashes.md is true, with the standard library and with our own code."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from catalog.offers.selectors import content_hash
from exchange.common.canonical import canonical_json
from exchange.transparency import kinds
from exchange.transparency.leaf import commitment
from exchange.transparency.tree import leaf_hash
from transactions.contracts.text import digest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hashes.md"
TEXT = PAGE.read_text(encoding="utf-8")
PARTS = {name: json.loads(text) for name, text in re.findall(r"```json (\w+)\n(.*?)```", TEXT, re.S)}


def stated(label: str) -> str:
    return re.search(rf"^{label}: `([0-9a-f]{{64}})`$", TEXT, re.M)[1]


@pytest.mark.slow
def test_a_stranger_recomputes_every_figure(tmp_path):
    program = tmp_path / "recompute.py"
    program.write_text(re.search(r"^```python\n(.*?)^```$", TEXT, re.S | re.M)[1], encoding="utf-8")

    command = [sys.executable, "-I", program, PAGE]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own page

    assert re.findall(r"[0-9a-f]{64}", out) == [
        stated("Content hash"),
        stated("Contract hash"),
        stated("Commitment"),
        stated("Leaf hash"),
    ]


def test_our_code_gives_the_same_figures():
    contract = PARTS["contract"]

    assert content_hash(PARTS["content"]) == stated("Content hash")
    assert digest(contract["text_vi"], contract["text_en"], contract["odrl"]) == stated("Contract hash")
    assert commitment(bytes(range(32)), canonical_json(PARTS["record"])) == stated("Commitment")
    assert PARTS["leaf"]["c"] == stated("Commitment")
    assert leaf_hash(canonical_json(PARTS["leaf"])).hex() == stated("Leaf hash")


def events_of_the_table() -> set[str]:
    """Patterns of events in the table of what is logged."""
    part = PAGE.read_text(encoding="utf-8").split("## 4. What is logged", 1)[1].split("\n## ", 1)[0]
    rows = [line.split(" | ") for line in part.split("\n") if line.startswith("| ") and "`" in line]
    return {event for row in rows for event in re.findall(r"`([a-z_]+\.[a-z_*]+)`", row[1])}


def test_table_of_what_is_logged_names_every_event_and_no_other():
    patterns = events_of_the_table()

    unnamed = {kind for kind in kinds.KINDS if not any(fnmatch(kind, pattern) for pattern in patterns)}
    unknown = {pattern for pattern in patterns if not any(fnmatch(kind, pattern) for kind in kinds.KINDS)}

    assert (unnamed, unknown) == (set(), set())
