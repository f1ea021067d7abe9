"""One log a year: it begins with the last checkpoint of the year before; keys change; both stay provable."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from exchange.common import clock
from exchange.transparency import audit, keys, notes, sealer, selectors, sequence
from exchange.transparency.checker import GOOD, check
from exchange.transparency.folders import folder_of
from exchange.transparency.models import CONTINUE, Checkpoint, Entry, Leaf, Pending
from exchange.transparency.restore import rehydrate
from exchange.transparency.sealer import LogHalted, seal
from exchange.transparency.services import record
from exchange.transparency.tiles import CHECKPOINT, tile_name
from tests.exchange.transparency.conftest import Clerk, make_order, open_walls, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def turn(monkeypatch):
    """The calendar jumps a year ahead."""

    def jump(years: int = 1) -> int:
        day = clock.today()
        monkeypatch.setattr(clock, "today", lambda: dt.date(day.year + years, 1, 1))
        return day.year + years

    return jump


def faults(folder) -> list[str]:
    return [str(fault) for fault in audit.audit(folder.root.parent).faults]


def test_new_year_begins_with_the_last_checkpoint_of_the_old_one(log_folder, turn):
    entry = write(5)[2]
    seal()
    old_year, old_note = keys.this_year(), log_folder.read(CHECKPOINT)
    write(2)
    year = turn()

    seal()

    closed = Checkpoint.objects.filter(year=old_year).first()
    assert closed.size == 7  # what waited belongs to the old log
    first = Leaf.objects.select_related("entry").get(year=year, index=0)
    assert (first.entry.kind, bytes(first.entry.leaf).decode()) == (CONTINUE, closed.note)
    assert folder_of(year).entries(0, 1) == [closed.note.encode()]
    head = notes.open_checkpoint(folder_of(year).read(CHECKPOINT).decode(), keys.verifier(year))
    assert (head.origin, head.size) == (f"log.exchange.example/{year}", 1)
    assert faults(log_folder) == []
    assert check(old_note.decode()).outcome == GOOD
    assert check(selectors.receipt(selectors.find(entry.leaf_hash))).outcome == GOOD


def test_entries_of_the_new_year_are_numbered_anew_and_go_on_for_their_object(log_folder, turn):
    order = make_order()
    record("order.pay", subject=order, actor=Clerk())
    seal()
    year = turn()
    seal()

    second = record("order.deliver", subject=order, actor=Clerk())
    assert seal().size == 2

    place = selectors.place(selectors.find(second.leaf_hash))
    assert (second.number, place.index, place.checkpoint.year) == (2, 1, year)
    assert check(place.file).outcome == GOOD
    assert faults(log_folder) == []


def test_log_pages_serve_the_open_and_the_closed_year(client, log_folder, turn):
    write(3)
    seal()
    old_year = keys.this_year()
    year = turn()
    seal()

    assert f"/{year}\n" in client.get("/transparency/log/checkpoint").content.decode()
    assert f"/{old_year}\n3\n" in client.get(f"/transparency/log/{old_year}/checkpoint").content.decode()
    assert (
        client.get(f"/transparency/log/{old_year}/key").content.decode().startswith(f"log.exchange.example/{old_year}+")
    )
    assert client.get(f"/transparency/log/{year + 1}/checkpoint").status_code == 404


@pytest.mark.parametrize("step", ["open_year", "note_checkpoint"])
def test_cut_at_the_turn_of_the_year_is_taken_up(log_folder, turn, monkeypatch, step):
    class Cut(Exception):
        pass

    write(3)
    seal()
    year = turn()
    with monkeypatch.context() as patch:
        patch.setattr(sequence, step, lambda *_: (_ for _ in ()).throw(Cut))
        with pytest.raises(Cut):
            seal()

    seal()

    assert Leaf.objects.filter(year=year).count() == 1
    assert faults(log_folder) == []


def test_changed_join_of_the_years_is_found(log_folder, turn):
    write(3)
    seal()
    year = turn()
    seal()
    path = folder_of(year).root / tile_name("entries", 0, 1)
    path.write_bytes(path.read_bytes().replace(b"\n3\n", b"\n4\n"))

    found = {fault.code for fault in audit.audit(log_folder.root.parent).faults}

    assert "years_do_not_join" in found


def test_restored_database_of_last_year_closes_the_log(log_folder, turn):
    write(3)
    seal()
    year = turn()
    seal()
    open_walls(Checkpoint, Leaf, Entry)
    Checkpoint.objects.filter(year=year)._raw_delete("default")
    Leaf.objects.filter(year=year)._raw_delete("default")
    Entry.objects.filter(kind=CONTINUE)._raw_delete("default")

    with pytest.raises(LogHalted, match="published_tree_is_larger"):
        seal()

    assert rehydrate().sizes == {year - 1: 3, year: 1}
    assert seal().size == 1
    assert faults(log_folder) == []


def rotated(settings) -> None:
    settings.LOG_FORMER_KEYS = [keys.verifier().vkey]
    settings.LOG_SIGNING_KEY = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="


def test_another_key_takes_over_is_logged_and_old_receipts_still_hold(log_folder, settings):
    entry = write(4)[1]
    seal()
    receipt, former = selectors.receipt(selectors.find(entry.leaf_hash)), keys.verifier()
    rotated(settings)

    seal()
    seal()

    (change,) = Entry.objects.filter(kind="log.rotate_key")
    assert json.loads(bytes(change.record))["data"] == {
        "from": former.key_id.hex(),
        "to": keys.verifier().key_id.hex(),
    }
    assert notes.open_checkpoint(log_folder.read(CHECKPOINT).decode(), keys.verifier()).size == 5
    assert check(receipt).outcome == GOOD
    assert faults(log_folder) == []


def test_key_that_was_never_named_closes_the_log(log_folder, settings):
    write(1)
    seal()
    settings.LOG_SIGNING_KEY = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="

    with pytest.raises(LogHalted, match="published_checkpoint_unreadable"):
        seal()


def lose(keep: int, *, waiting: bool = False) -> list[Entry]:
    """The database as a backup had it when the tree held `keep` leaves; with `waiting` their entries were committed."""
    open_walls(Checkpoint, Leaf, Entry)
    Checkpoint.objects.filter(size__gt=keep)._raw_delete("default")
    gone = list(Leaf.objects.filter(index__gte=keep).order_by("index").values_list("entry_id", flat=True))
    Leaf.objects.filter(index__gte=keep)._raw_delete("default")
    if waiting:
        Pending.objects.bulk_create(Pending(entry_id=pk) for pk in gone)
    else:
        Entry.objects.filter(pk__in=gone)._raw_delete("default")
    return gone


def test_rehydration_takes_back_what_was_published_since_the_backup(log_folder):
    write(260)
    seal()
    order = make_order()
    first = record("order.pay", subject=order, actor=Clerk())
    write(40)
    seal()
    note = log_folder.read(CHECKPOINT)
    lose(260)
    with pytest.raises(LogHalted, match="published_tree_is_larger"):
        seal()

    done = rehydrate()

    assert (done.leaves, done.lost_openings, done.sizes) == (41, 41, {keys.this_year(): 301})
    report = audit.audit(log_folder.root.parent)
    assert (report.faults, report.lost_openings) == ([], 41)
    assert seal() == sealer.Sealed(301, 0)
    assert log_folder.read(CHECKPOINT) == note
    again = record("order.deliver", subject=order, actor=Clerk())
    assert (again.number, again.previous) == (2, first.leaf_hash)
    assert seal().size == 302
    assert [str(fault) for fault in audit.audit(log_folder.root.parent).faults] == []


def test_rehydration_links_entries_that_only_lost_their_place(log_folder):
    write(5)
    seal()
    lose(2, waiting=True)

    done = rehydrate()

    assert (done.leaves, done.lost_openings) == (3, 0)
    assert not Pending.objects.exists()
    assert audit.audit(log_folder.root.parent).faults == []


def test_rehydration_refuses_another_history_and_changes_nothing(log_folder):
    write(5)
    seal()
    lose(3)
    write(1)
    sequence.number_entries(keys.this_year(), 10)
    before = Leaf.objects.count()

    with pytest.raises(LogHalted, match="leaves_disagree"):
        rehydrate()

    assert Leaf.objects.count() == before


def test_rehydration_refuses_where_an_object_went_on_after_the_restore(log_folder):
    order = make_order()
    record("order.pay", subject=order, actor=Clerk())
    seal()
    lose(0)
    record("order.pay", subject=order, actor=Clerk())

    with pytest.raises(LogHalted, match="continued_after_restore"):
        rehydrate()


def test_rehydration_refuses_changed_files(log_folder):
    write(5)
    seal()
    lose(2)
    path = log_folder.root / tile_name("entries", 0, 5)
    path.write_bytes(path.read_bytes().replace(b"order.pay", b"order.fee"))

    with pytest.raises(LogHalted, match="tile_differs_from_entries"):
        rehydrate()


def test_rehydrate_command_says_what_it_did(log_folder, capsys):
    write(5)
    seal()
    lose(2)

    call_command("rehydrate_log")

    assert "3 leaves, 3 of them without their opening" in capsys.readouterr().out
    (log_folder.root / CHECKPOINT).write_bytes(b"x")
    with pytest.raises(CommandError, match="stays closed"):
        call_command("rehydrate_log")


@pytest.fixture
def two_keys(log_folder, turn, settings) -> list[str]:
    """Two years, each closed with a key of its own; the keys as published with each year."""
    write(300)
    seal()
    first = keys.verifier().vkey
    year = turn()
    seal()
    rotated(settings)
    write(2)
    while Pending.objects.exists():
        seal()
    settings.LOG_FORMER_KEYS = []  # what follows asks the settings nothing
    return [first, keys.verifier(year).vkey]


def verify(root, *given: str) -> str:
    out = StringIO()
    call_command("verify_log", files=root, key=list(given), stdout=out)
    return out.getvalue()


def test_copy_of_several_years_is_checked_with_the_key_of_each(log_folder, two_keys, tmp_path):
    held = tmp_path / "keys"
    held.write_text("\n".join(two_keys) + "\n")

    assert verify(log_folder.root.parent, *two_keys) == verify(log_folder.root.parent, str(held))
    assert "Tree of 4." in verify(log_folder.root.parent, *two_keys)


def test_key_of_one_year_does_not_vouch_for_the_other(log_folder, two_keys):
    for key in two_keys:
        with pytest.raises(CommandError, match="1 fault"):
            verify(log_folder.root.parent, key)


def test_keys_named_after_a_year_count_for_that_year_alone(two_keys):
    first, second = (notes.Verifier.parse(key) for key in two_keys)
    year = keys.this_year()

    assert [one.public for one in audit.keys_of(year - 1, [first, second])] == [first.public]
    assert [one.public for one in audit.keys_of(year, [first, second])] == [second.public]
    assert {one.public for one in audit.keys_of(year + 1, [first, second])} == {first.public, second.public}


def test_keys_of_two_logs_are_not_mixed(log_folder, two_keys):
    other = notes.Signer.generate("log.elsewhere.example/2026").verifier.vkey

    with pytest.raises(CommandError, match="different logs"):
        verify(log_folder.root.parent, two_keys[0], other)


def test_file_without_a_key_is_refused(log_folder, two_keys, tmp_path):
    (tmp_path / "empty").write_text("\n")

    with pytest.raises(CommandError, match="holds no key"):
        verify(log_folder.root.parent, str(tmp_path / "empty"))
