"""Programs that were not written here check our log: they accept every true receipt and refuse every tampered one.

`make test` and `make verifiers` put them into the ignored var/verifiers; a program that could not be had skips its
tests, with the reason.
"""

import hashlib
import json
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from exchange.transparency import keys, notes, witnesses
from exchange.transparency.models import Checkpoint, Cosignature, Entry, Leaf
from exchange.transparency.models import Witness as State
from exchange.transparency.sealer import seal
from exchange.transparency.tiles import CHECKPOINT, Folder, tile_name
from exchange.transparency.tree import (
    ProofError,
    in_memory,
    inclusion_proof,
    leaf_hash,
    range_root,
    verify_consistency,
    verify_inclusion,
)
from tests.exchange.transparency.conftest import open_walls, write

PLACE = Path(django_settings.BASE_DIR) / "var" / "verifiers"
SIGSTORE, NODE, AICS = PLACE / "sigstore", PLACE / "node", PLACE / "aics" / "bin"
HERE = Path(__file__).parent
SIZES = (1, 2, 3, 255, 256, 257, 65_535, 65_536, 65_537)
PAIRS = 1_000
ASK_SIGSTORE = """
import json, sys
from types import SimpleNamespace as Record
from sigstore._internal.merkle import verify_merkle_inclusion
def accepts(one):
    hashes = [bytes.fromhex(item) for item in one["path"]]
    proof = Record(log_index=one["index"], tree_size=one["size"], hashes=hashes, root_hash=bytes.fromhex(one["root"]))
    try:
        inner = Record(inclusion_proof=proof, canonicalized_body=bytes.fromhex(one["entry"]))
        verify_merkle_inclusion(Record(_inner=inner))
    except Exception:
        return False
    return True
print(json.dumps([accepts(one) for one in json.load(sys.stdin)]))
"""


def needs(name: str):
    """Skips where a program was left out, and says why."""
    why = PLACE / f"{name}.missing"
    reason = why.read_text().strip() if why.exists() else "run `make verifiers`"
    return pytest.mark.skipif(not (PLACE / name).exists(), reason=f"{name}: {reason}")


def by_sigstore(proofs: list[dict]) -> list[bool]:
    """What sigstore's Merkle code says of each proof."""
    environment = {"PYTHONPATH": str(SIGSTORE)}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ASK_SIGSTORE],
        input=json.dumps(proofs),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def by_node(proofs: list[dict], checkpoints: list[dict] | None = None) -> dict[str, list[bool]]:
    """What npm @sigstore/verify says of each proof, and node's own Ed25519 of each signed note."""
    given = json.dumps({"proofs": proofs, "notes": checkpoints or []})
    done = subprocess.run(  # noqa: S603
        [str(shutil.which("node")), str(HERE / "foreign.js"), str(NODE)],
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def entry_at(index: int) -> bytes:
    return b"entry %d" % index


@pytest.fixture(scope="module")
def complete():
    return in_memory([leaf_hash(entry_at(index)) for index in range(max(SIZES))])


def proof_of(complete, index: int, size: int) -> dict:
    return {
        "entry": entry_at(index).hex(),
        "index": index,
        "size": size,
        "path": [item.hex() for item in inclusion_proof(index, size, complete)],
        "root": range_root(0, size, complete).hex(),
    }


def ours(one: dict) -> bool:
    path = [bytes.fromhex(item) for item in one["path"]]
    try:
        verify_inclusion(
            leaf_hash(bytes.fromhex(one["entry"])), one["index"], one["size"], path, bytes.fromhex(one["root"])
        )
    except ProofError:
        return False
    return True


def pairs(complete) -> list[dict]:
    dice = random.Random(6962)  # noqa: S311 - a seed, no secret
    edges = [(index, size) for size in SIZES for index in {0, size // 2, size - 1}]
    sizes = [dice.choice([dice.randint(1, 600), dice.randint(1, max(SIZES))]) for _ in range(PAIRS - len(edges))]
    return [
        proof_of(complete, index, size) for index, size in [*edges, *((dice.randrange(size), size) for size in sizes)]
    ]


def flipped(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


def tampered(one: dict) -> dict[str, dict]:
    """The tampering kinds of a proof that a Merkle verifier covers; the path has at least two different hashes."""
    path = one["path"]
    return {
        "bit flip in entry": one | {"entry": flipped(one["entry"])},
        "bit flip in proof": one | {"path": [flipped(path[0]), *path[1:]]},
        "bit flip in root": one | {"root": flipped(one["root"])},
        "another size": one | {"size": one["size"] * 2 + 1},
        "another index": one | {"index": one["index"] ^ 1},
        "swapped siblings": one | {"path": [path[1], path[0], *path[2:]]},
        "truncated proof": one | {"path": path[:-1]},
        "extended proof": one | {"path": [*path, path[0]]},
    }


@needs("sigstore")
def test_sigstore_accepts_a_thousand_proofs_and_refuses_each_when_tampered(complete):
    proofs = pairs(complete)
    forged = [fake for one in proofs if len(one["path"]) > 2 for fake in tampered(one).values()]

    assert len(proofs) == PAIRS
    assert by_sigstore(proofs) == [True] * PAIRS
    assert len(forged) > 7_000
    assert by_sigstore(forged) == [False] * len(forged)


@needs("node")
def test_npm_sigstore_accepts_a_thousand_proofs_and_refuses_each_when_tampered(complete):
    proofs = pairs(complete)
    forged = [fake for one in proofs[:200] if len(one["path"]) > 2 for fake in tampered(one).values()]

    assert by_node(proofs)["proofs"] == [True] * PAIRS
    assert by_node(forged)["proofs"] == [False] * len(forged)


def test_our_verifier_agrees_on_the_same_proofs(complete):
    proofs = pairs(complete)

    assert all(ours(one) for one in proofs)
    assert not any(ours(fake) for one in proofs if len(one["path"]) > 2 for fake in tampered(one).values())


def test_old_size_zero_proves_nothing():
    with pytest.raises(ProofError):
        verify_consistency(0, 5, b"\0" * 32, b"\1" * 32, [])


def notes_of(note: str) -> dict[str, str]:
    """The tampering kinds of a signed checkpoint."""
    lines = note.split("\n")
    name, content = lines[4].split(" ")[1:]
    return {
        "signature": note.replace(content, content[:20] + flipped(content[20:])),
        "size": note.replace(f"\n{lines[1]}\n", "\n999\n", 1),
        "root": note.replace(lines[2], flipped(lines[2])),
        "origin": note.replace(f"{lines[0]}\n", "log.other.example/2026\n", 1),
        "key id": note.replace(content, flipped(content)),
        "key name": note.replace(f"\u2014 {name}", "\u2014 other.example"),
    }


@needs("node")
@pytest.mark.django_db
def test_node_checks_the_signature_and_refuses_every_edited_checkpoint(log_folder):
    write(7)
    seal()
    note, vkey = log_folder.read(CHECKPOINT).decode(), keys.verifier().vkey
    forged = notes_of(note)

    said = by_node([], [{"note": text, "vkey": vkey} for text in [note, *forged.values()]])["notes"]

    assert said == [True, *([False] * len(forged))]
    for text in forged.values():
        with pytest.raises(notes.NoteError):
            notes.open_checkpoint(text, keys.verifier())


def aics(*arguments: str) -> int:
    command = [str(AICS / "aics-tlog"), *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode  # noqa: S603


@needs("aics")
@pytest.mark.slow
@pytest.mark.django_db
def test_aics_tlog_checks_the_published_files_end_to_end(log_folder, tmp_path):
    entries = write(300)
    seal()
    older = tmp_path / "older.note"
    older.write_bytes(log_folder.read(CHECKPOINT))
    write(20)
    seal()
    key, origin = keys.verifier().vkey, keys.verifier().name
    common = ["--log-key", key, "--origin", origin, "--tiles", str(log_folder.root)]
    (tmp_path / "entry").write_bytes(bytes(entries[260].leaf))

    assert aics("verify-checkpoint", *common) == 0
    assert aics("verify-inclusion", *common, "--index", "260", "--leaf", str(tmp_path / "entry")) == 0
    assert aics("verify-consistency", *common, "--old-checkpoint", str(older)) == 0
    assert aics("verify-checkpoint", *common[2:], "--log-key", notes.Signer.generate(origin).verifier.vkey) != 0
    (tmp_path / "entry").write_bytes(bytes(entries[260].leaf) + b" ")
    assert aics("verify-inclusion", *common, "--index", "260", "--leaf", str(tmp_path / "entry")) != 0
    tile = Folder(log_folder.root).root / tile_name(0, 1, 64)
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    (tmp_path / "entry").write_bytes(bytes(entries[260].leaf))
    assert aics("verify-inclusion", *common, "--index", "260", "--leaf", str(tmp_path / "entry")) != 0


@pytest.fixture
def aics_witness(tmp_path, settings):
    """Somebody else's witness on 127.0.0.1, which knows our log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = ["-c", str(tmp_path / "witness.json")]
    program = str(AICS / "aics-witness")
    made = subprocess.run(  # noqa: S603
        [program, "init", *config, "--name", "witness.example/w1", "--listen", f"127.0.0.1:{port}"],
        capture_output=True,
        text=True,
        check=True,
    )
    vkey = next(word for word in made.stdout.split() if word.startswith("witness.example/w1+"))
    key = keys.verifier()
    subprocess.run(  # noqa: S603
        [program, "add-log", *config, "--origin", key.name, "--vkey", key.vkey], capture_output=True, check=True
    )
    server = subprocess.Popen([program, "serve", *config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.1)
        else:
            break
    settings.LOG_WITNESSES = [f"{vkey} http://127.0.0.1:{port}"]
    yield
    server.terminate()
    server.wait(10)


@needs("aics")
@pytest.mark.slow
@pytest.mark.django_db
def test_aics_witness_confirms_growth_and_refuses_three_forgeries(aics_witness, settings, tmp_path):
    for count in (5, 300):
        write(count)
        seal()
        witnesses.ask_all()
        assert State.objects.get().problem == ""
    assert list(Cosignature.objects.values_list("checkpoint__size", flat=True)) == [5, 305]

    assert forged(settings, tmp_path / "same", swap=2) == "refuses_history"
    assert forged(settings, tmp_path / "grown", swap=3, grow=10) == "refuses_history"
    assert forged(settings, tmp_path / "cut", swap=4, keep=100) == "ahead_of_us"


def forged(settings, place: Path, *, swap: int, grow: int = 0, keep: int | None = None) -> str:
    """The log rewritten and signed anew by a database administrator who holds the key; what the witness says."""
    open_walls(Checkpoint, Leaf, Entry, Cosignature)
    Cosignature.objects.all()._raw_delete("default")
    Checkpoint.objects.all()._raw_delete("default")
    settings.LOG_ROOT = place
    if keep is not None:
        Leaf.objects.filter(index__gte=keep)._raw_delete("default")
    for old, new in ((0, 9999), (swap, 0), (9999, swap)):
        Leaf.objects.filter(index=old).update(index=new)
    write(grow)
    seal()
    State.objects.update(confirmed_at=None, problem="")
    witnesses.ask_all()
    return State.objects.get().problem


def test_hash_of_a_leaf_is_what_everybody_computes():
    assert leaf_hash(b"x") == hashlib.sha256(b"\x00x").digest()
