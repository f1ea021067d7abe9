"""The sequencer: publishes what was committed, survives a cut anywhere, signs nothing that contradicts itself."""

import shutil
import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from exchange.transparency import audit, keys, notes, sealer, sequence
from exchange.transparency.models import Checkpoint, Entry, Leaf, Pending
from exchange.transparency.restore import rebuild
from exchange.transparency.sealer import LogHalted, Sealed, seal
from exchange.transparency.tiles import CHECKPOINT, Folder, tile_name
from exchange.transparency.tree import consistency_proof, root, verify_consistency
from tests.exchange.transparency.conftest import open_walls, write

pytestmark = pytest.mark.django_db


def faults(folder: Folder) -> list[str]:
    return [str(fault) for fault in audit.audit(folder.root.parent).faults]


def published(folder: Folder) -> notes.TreeHead:
    return sealer.published_head(folder, keys.this_year())


def test_empty_log_publishes_the_empty_tree(log_folder):
    assert seal() == Sealed(0, 0)

    assert published(log_folder).size == 0
    assert faults(log_folder) == []


def test_waiting_entries_are_numbered_in_their_order_and_published(log_folder):
    entries = write(3)

    assert seal() == Sealed(3, 3)

    assert list(Leaf.objects.values_list("index", "entry_id")) == [(i, e.pk) for i, e in enumerate(entries)]
    assert not Pending.objects.exists()
    head = published(log_folder)
    assert (head.size, head.root) == (3, root(bytes.fromhex(entry.leaf_hash) for entry in entries))
    assert Checkpoint.objects.get().note == (log_folder.root / CHECKPOINT).read_text()
    assert log_folder.entries(0, 3) == [bytes(entry.leaf) for entry in entries]
    assert faults(log_folder) == []


def test_sealing_twice_changes_nothing(log_folder):
    write(2)
    seal()
    before = {path: path.read_bytes() for path in log_folder.root.rglob("*") if path.is_file()}

    assert seal() == Sealed(2, 0)

    assert {path: path.read_bytes() for path in log_folder.root.rglob("*") if path.is_file()} == before
    assert Checkpoint.objects.count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("steps", [(255, 1, 1), (256, 256), (300, 300, 7), (1, 1, 600)])
def test_every_checkpoint_continues_the_one_before(log_folder, steps):
    heads = []
    for count in steps:
        write(count)
        seal()
        heads.append(published(log_folder))

    last = heads[-1]
    complete = log_folder.complete(last.size)
    for head in heads:
        proof = consistency_proof(head.size, last.size, complete)
        verify_consistency(head.size, last.size, head.root, last.root, proof)
    assert faults(log_folder) == []


def test_full_tile_replaces_its_partial_ones(log_folder):
    write(200)
    seal()
    write(60)
    seal()

    assert (log_folder.root / tile_name(0, 0)).stat().st_size == 8192
    assert not (log_folder.root / "tile/0/000.p").exists()
    assert not (log_folder.root / "tile/entries/000.p").exists()
    assert (log_folder.root / tile_name(0, 1, 4)).is_file()
    assert (log_folder.root / tile_name(1, 0, 1)).is_file()


def test_more_than_one_batch(log_folder, monkeypatch):
    monkeypatch.setattr(sealer, "BATCH", 10)
    write(25)

    assert seal() == Sealed(25, 25)

    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [10, 20, 25]
    assert faults(log_folder) == []


class Cut(Exception):
    """The process dies here."""


def cut_write(monkeypatch, at: int) -> None:
    """Die at the n-th file, its bytes unwritten; later runs are whole again."""
    whole, calls = Folder.write, iter(range(1000))

    def write_or_die(self, name, content):
        if next(calls) == at:
            raise Cut(name)
        whole(self, name, content)

    monkeypatch.setattr(Folder, "write", write_or_die)


@pytest.mark.parametrize("at", range(6))
def test_cut_at_any_file_is_taken_up_by_the_next_run(log_folder, monkeypatch, at):
    write(250)
    seal()
    before = published(log_folder)
    write(10)
    cut_write(monkeypatch, at)
    with pytest.raises(Cut):
        seal()
    assert published(log_folder) == before
    write(1)

    assert seal().size == 261

    head = published(log_folder)
    proof = consistency_proof(250, 261, log_folder.complete(261))
    verify_consistency(250, 261, before.root, head.root, proof)
    assert faults(log_folder) == []


@pytest.mark.parametrize("step", ["_publish", "_write"])
def test_cut_between_numbering_and_files(log_folder, monkeypatch, step):
    write(3)
    with monkeypatch.context() as patch:
        patch.setattr(sealer, step, lambda *_: (_ for _ in ()).throw(Cut))
        with pytest.raises(Cut):
            seal()
    assert Leaf.objects.count() == 3

    assert seal() == Sealed(3, 0)

    assert faults(log_folder) == []


def test_cut_before_signing(log_folder, monkeypatch):
    write(3)
    with monkeypatch.context() as patch:
        patch.setattr(notes.Signer, "sign", lambda *_: (_ for _ in ()).throw(Cut))
        with pytest.raises(Cut):
            seal()
    assert log_folder.read(CHECKPOINT) is None

    assert seal() == Sealed(3, 0)

    assert faults(log_folder) == []


def test_cut_between_publishing_and_noting(log_folder, monkeypatch):
    write(3)
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint.objects, "get_or_create", lambda **_: (_ for _ in ()).throw(Cut))
        with pytest.raises(Cut):
            seal()
    published_note = log_folder.read(CHECKPOINT)
    assert published_note is not None
    assert not Checkpoint.objects.exists()

    assert seal() == Sealed(3, 0)

    assert Checkpoint.objects.get().note == published_note.decode()
    assert faults(log_folder) == []


def restore_older_database(keep: int) -> None:
    """The database as it was when the tree had `keep` leaves."""
    open_walls(Checkpoint, Leaf, Entry)
    Checkpoint.objects.filter(size__gt=keep).delete()
    gone = list(Leaf.objects.filter(index__gte=keep).values_list("entry_id", flat=True))
    Leaf.objects.filter(index__gte=keep).delete()
    Entry.objects.filter(pk__in=gone).delete()


def test_published_tree_larger_than_the_database_closes_the_log(log_folder):
    write(3)
    seal()
    write(2)
    seal()
    restore_older_database(3)
    write(1)
    before = log_folder.read(CHECKPOINT)

    with pytest.raises(LogHalted, match="published_tree_is_larger"):
        seal()

    assert log_folder.read(CHECKPOINT) == before
    assert Pending.objects.count() == 1


def test_restored_and_continued_database_closes_the_log(log_folder):
    """As many leaves as published, but others: a forked history."""
    write(3)
    seal()
    write(2)
    seal()
    restore_older_database(3)
    write(2)
    sequence.number_entries(keys.this_year(), 10)

    with pytest.raises(LogHalted, match="leaves_disagree"):
        seal()


def test_older_published_files_close_the_log(log_folder):
    write(3)
    seal()
    older = log_folder.read(CHECKPOINT)
    write(2)
    seal()
    log_folder.write(CHECKPOINT, older)

    with pytest.raises(LogHalted, match="published_tree_is_older"):
        seal()


def test_changed_root_in_the_database_closes_the_log(log_folder):
    write(3)
    seal()
    open_walls(Checkpoint)
    Checkpoint.objects.update(root="0" * 64)

    with pytest.raises(LogHalted, match="roots_disagree"):
        seal()


def test_changed_tile_closes_the_log(log_folder):
    write(3)
    seal()
    path = log_folder.root / tile_name(0, 0, 3)
    path.write_bytes(bytes(32) + path.read_bytes()[32:])

    with pytest.raises(LogHalted, match="tiles_do_not_give_the_root"):
        seal()


def test_missing_tile_closes_the_log(log_folder):
    write(3)
    seal()
    (log_folder.root / tile_name(0, 0, 3)).unlink()

    with pytest.raises(LogHalted, match="published_tile_missing"):
        seal()


@pytest.mark.parametrize("content", [b"", b"\xff", b"nonsense\n", None])
def test_unreadable_or_foreign_checkpoint_closes_the_log(log_folder, content):
    write(3)
    seal()
    if content is None:
        head = notes.TreeHead("log.other.example/2026", 3, bytes(32))
        content = notes.Signer.generate("log.other.example/2026").sign(head.text).encode()
    (log_folder.root / CHECKPOINT).write_bytes(content)

    with pytest.raises(LogHalted, match="published_checkpoint_unreadable"):
        seal()


def test_lost_files_close_the_log_until_they_are_rebuilt(log_folder):
    write(300)
    seal()
    before = log_folder.read(CHECKPOINT)
    shutil.rmtree(log_folder.root)
    with pytest.raises(LogHalted, match="published_files_missing"):
        seal()

    assert rebuild() == 300

    assert log_folder.read(CHECKPOINT) == before
    assert faults(log_folder) == []
    write(1)
    assert seal().size == 301


def test_rebuilding_refuses_where_more_was_published(log_folder):
    write(3)
    seal()
    write(2)
    seal()
    restore_older_database(3)

    with pytest.raises(LogHalted, match="published_tree_is_larger"):
        rebuild()


def test_changed_leaf_is_not_published(log_folder):
    entry = write(1)[0]
    open_walls(Entry)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exchange_entry DROP CONSTRAINT log_leaf_hash_is_of_the_leaf")
    Entry.objects.filter(pk=entry.pk).update(leaf=b'{"t":"order.refund"}')

    with pytest.raises(LogHalted, match="leaf_changed"):
        seal()

    assert log_folder.read(CHECKPOINT) is None


@pytest.mark.django_db(transaction=True)
def test_second_sequencer_stands_back(log_folder):
    write(3)
    results, held, done = [], threading.Event(), threading.Event()

    def lead():
        with sealer.leadership() as is_leader:
            results.append(is_leader)
            held.set()
            done.wait(10)
        connections.close_all()

    leader = threading.Thread(target=lead)
    leader.start()
    held.wait(10)
    second = seal()
    done.set()
    leader.join()

    assert results == [True]
    assert second == Sealed(is_leader=False)
    assert Pending.objects.count() == 3
    assert seal() == Sealed(3, 3)


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_at_once_publish_each_entry_once(log_folder):
    start = threading.Barrier(3)
    errors = []

    def work():
        start.wait()
        try:
            for _ in range(15):
                seal()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    start.wait()
    for _ in range(20):
        write(3)
    for worker in workers:
        worker.join()
    seal()

    assert errors == []
    assert Leaf.objects.count() == 60
    assert published(log_folder).size == 60
    assert faults(log_folder) == []


def test_key_file_is_made_once_and_private(settings, tmp_path):
    settings.LOG_SIGNING_KEY = ""
    settings.LOG_KEY_FILE = tmp_path / "keys" / "log.key"

    first = keys.verifier()
    keys._signer.cache_clear()

    assert keys.verifier() == first
    assert Path(settings.LOG_KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["log.key"]
