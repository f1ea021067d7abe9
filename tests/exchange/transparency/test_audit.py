"""The audit finds every change, and nothing where nothing was changed."""

import json
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from exchange.transparency import audit, keys, notes
from exchange.transparency.models import Checkpoint, Entry, Leaf
from exchange.transparency.sealer import seal
from exchange.transparency.services import record
from exchange.transparency.tiles import CHECKPOINT, tile_name
from tests.exchange.transparency.conftest import Clerk, make_order, open_walls, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(log_folder):
    """300 entries in three checkpoints, and one object with three entries."""
    write(120)
    seal()
    write(177)
    seal()
    order = make_order()
    for kind in ("order.pay", "order.deliver", "order.complete"):
        record(kind, subject=order, actor=Clerk())
    seal()
    return log_folder


def codes(folder) -> set[str]:
    return {fault.code for fault in audit.audit(folder.root.parent).faults}


def test_untouched_log_has_no_fault(sealed):
    report = audit.audit(sealed.root.parent)

    assert (report.size, report.entries, report.records, report.faults) == (300, 300, 300, [])


def corrupt(folder, name: str) -> None:
    path = folder.root / name
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (tile_name(0, 0), "tile_differs_from_entries"),
        (tile_name(0, 1, 44), "tile_differs_from_entries"),
        (tile_name("entries", 0), "tile_differs_from_entries"),
        (tile_name("entries", 1, 44), "root_mismatch"),
        (CHECKPOINT, "checkpoint_refused"),
    ],
)
def test_changed_file(sealed, name, code):
    corrupt(sealed, name)

    assert code in codes(sealed)


def test_changed_upper_tile(sealed):
    path = sealed.root / tile_name(1, 0, 1)
    path.write_bytes(bytes(32))

    assert codes(sealed) == {"tile_differs_from_tile_below"}


@pytest.mark.parametrize("name", [tile_name(0, 0), tile_name("entries", 0), tile_name(1, 0, 1)])
def test_missing_file(sealed, name):
    (sealed.root / name).unlink()

    assert "file_missing_or_cut" in codes(sealed)


def test_cut_bundle(sealed):
    path = sealed.root / tile_name("entries", 0)
    path.write_bytes(path.read_bytes()[:-1])

    assert "file_missing_or_cut" in codes(sealed)


def test_history_signed_anew_is_found_by_the_noted_checkpoints(sealed):
    """Same size, same key, other history: only the earlier root tells."""
    open_walls(Checkpoint)
    forged = notes.TreeHead(keys.verifier().name, 120, bytes(32))
    Checkpoint.objects.filter(size=120).update(root="00" * 32, note=keys.signer().sign(forged.text))

    assert codes(sealed) == {"history_rewritten"}


def test_changed_record(sealed):
    open_walls(Entry)
    entry = Entry.objects.order_by("?").first()
    content = json.loads(bytes(entry.record)) | {"data": {"total": "1"}}
    Entry.objects.filter(pk=entry.pk).update(record=json.dumps(content).encode())

    assert codes(sealed) == {"commitment_differs"}


@pytest.mark.parametrize("field", ["kind", "actor", "acting_for", "previous"])
def test_changed_column(sealed, field):
    open_walls(Entry)
    Entry.objects.filter(number=2).update(**{field: "changed"})

    assert codes(sealed) <= {"columns_differ", "record_differs"}
    assert codes(sealed)


def test_changed_leaf_and_hash(sealed):
    open_walls(Entry)
    entry = Entry.objects.filter(number=1).first()
    leaf = bytes(entry.leaf).replace(b"order.pay", b"order.fee")
    Entry.objects.filter(pk=entry.pk).update(leaf=leaf, leaf_hash=audit.leaf_hash(leaf).hex())

    assert "leaf_changed" in codes(sealed)


def test_removed_entry(sealed):
    open_walls(Entry, Leaf)
    entry = Entry.objects.get(number=2)
    Leaf.objects.filter(entry=entry)._raw_delete("default")
    Entry.objects.filter(pk=entry.pk)._raw_delete("default")

    assert codes(sealed) == {"leaf_missing", "order_broken"}


def test_removed_tail(sealed):
    open_walls(Entry, Leaf)
    Leaf.objects.filter(index=299)._raw_delete("default")

    assert codes(sealed) == {"leaf_missing"}


def test_older_files(sealed):
    note = Checkpoint.objects.get(size=120).note
    sealed.write(CHECKPOINT, note.encode())

    assert "published_tree_is_older" in codes(sealed)


def test_foreign_note_in_the_database(sealed):
    open_walls(Checkpoint)
    Checkpoint.objects.filter(size=120).update(note="nonsense")

    assert codes(sealed) == {"noted_checkpoint_refused"}


def test_copy_of_the_files_is_checked_with_the_key_alone(sealed, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(sealed.root, copy)
    out = StringIO()
    with connection.execute_wrapper(refuse):
        call_command("verify_log", files=copy, key=[keys.verifier().vkey], json=True, stdout=out)

    assert json.loads(out.getvalue()) == {"size": 300, "entries": 300, "records": 0, "lost_openings": 0, "faults": []}


def refuse(*_):
    raise AssertionError("an offline check asks no database")


def test_command_fails_when_something_is_wrong(sealed):
    corrupt(sealed, tile_name(0, 0))

    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_log", stdout=StringIO())


def test_key_inside_the_checked_folder_proves_nothing(sealed):
    path = sealed.root / "key"
    path.write_text(keys.verifier().vkey)

    with pytest.raises(CommandError, match="elsewhere"):
        call_command("verify_log", files=sealed.root, key=[str(path)], stdout=StringIO())


def test_foreign_key_is_refused(sealed):
    with pytest.raises(CommandError, match="does not hold"):
        call_command(
            "verify_log", files=sealed.root, key=[notes.Signer.generate("other").verifier.vkey], stdout=StringIO()
        )


def test_rebuild_command(sealed):
    shutil.rmtree(sealed.root)
    out = StringIO()

    call_command("rebuild_log", stdout=out)

    assert "300" in out.getvalue()
    assert codes(sealed) == set()
