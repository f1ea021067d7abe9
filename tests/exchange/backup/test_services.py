"""A backup is whole, opens nothing, and comes back to the byte; a restore overwrites nothing and signs nothing."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from exchange.backup import postgres, services
from exchange.backup.log import open_log
from exchange.backup.manifest import BackupProblem
from exchange.backup.services import Operator, restore, take
from exchange.files.models import StoredFile
from exchange.files.services import place_of
from exchange.transparency import hold, outbox
from exchange.transparency.models import Entry, Leaf, Pending
from exchange.transparency.restore import rehydrate
from exchange.transparency.sealer import LogHalted, seal
from tests.exchange.backup.conftest import contents, keep, made_to_fit, nothing_is_left
from tests.exchange.transparency.conftest import write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def checkpoint_of(root):
    (path,) = Path(root).glob("*/checkpoint")
    return path.read_text(encoding="utf-8")


@pytest.fixture
def backup(instance):
    return take(instance / "backups")


def test_backup_holds_everything_with_its_hash_and_the_log_notes_it(instance, settings, backup):
    listed = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))

    assert [part["name"] for part in listed["parts"]] == ["database.dump", "files.tar", "log.tar"]
    for part in listed["parts"]:
        content = (backup / part["name"]).read_bytes()
        assert (part["size"], part["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert [part["files"] for part in listed["parts"]] == [0, 2, len(contents(settings.LOG_ROOT))]
    assert listed["rows"]["exchange_leaf"] == 3
    assert [path.name for path in (instance / "backups").iterdir()] == [backup.name]
    noted = Entry.objects.order_by("-pk")[0]
    assert (noted.kind, noted.actor) == ("backup.take", "system:backup")
    assert json.loads(noted.record)["data"]["manifest"] == services.digest_of(backup)


def test_no_key_is_in_the_backup(settings, backup):
    whole = b"".join(contents(backup).values())

    for name in services.SECRETS:
        assert getattr(settings, name).encode() not in whole, name
    assert connection.settings_dict["PASSWORD"].encode() not in whole


def test_restored_instance_is_the_same_and_signs_only_after_it_was_shown_the_last_checkpoint(
    backup, elsewhere, settings
):
    files, published = contents(settings.MEDIA_ROOT), contents(settings.LOG_ROOT)
    rows = list(StoredFile.objects.order_by("pk").values_list("pk", "sha256"))
    leaves = list(Leaf.objects.order_by("index").values_list("index", "leaf_hash"))
    last = checkpoint_of(settings.LOG_ROOT)

    with elsewhere():
        assert restore(backup) == []

        assert contents(settings.MEDIA_ROOT) == {name: files[name] for name in files if "incoming" not in name}
        assert contents(settings.LOG_ROOT) == published
        assert list(StoredFile.objects.order_by("pk").values_list("pk", "sha256")) == rows
        assert list(Leaf.objects.order_by("index").values_list("index", "leaf_hash")) == leaves
        assert hold.facts()["manifest"] == services.digest_of(backup)
        with pytest.raises(LogHalted, match="closed_after_restore"):
            outbox._seal()

        assert open_log(last, actor=Operator()) == 3
        assert hold.facts() is None
        assert Entry.objects.order_by("-pk")[0].kind == "backup.restore"
        assert (seal().size, Pending.objects.count()) == (4, 0)
        call_command("verify_log")


def test_leaves_published_since_the_backup_come_back_before_anything_is_signed(backup, elsewhere, settings):
    write(2)
    seal()
    surviving, last = settings.LOG_ROOT, checkpoint_of(settings.LOG_ROOT)
    size = Leaf.objects.count()
    hashes = list(Leaf.objects.order_by("index").values_list("leaf_hash", flat=True))
    assert size > 3

    with elsewhere(log_root=surviving):
        restore(backup, published=surviving)
        with pytest.raises(BackupProblem, match=r"the database holds 3\. Run rehydrate_log"):
            open_log(last, actor=Operator())
        assert hold.facts() is not None

        rehydrate()
        assert open_log(last, actor=Operator()) == size

        assert list(Leaf.objects.order_by("index").values_list("leaf_hash", flat=True)) == hashes
        assert seal().size == size + 1
        call_command("verify_log")


def test_older_files_than_what_was_published_open_nothing(backup, elsewhere, settings):
    write(1)
    seal()
    last = checkpoint_of(settings.LOG_ROOT)

    with elsewhere():
        restore(backup)

        with pytest.raises(BackupProblem, match=r"entries were published, the files below .* hold 3\. Copy the newest"):
            open_log(last, actor=Operator())
        with pytest.raises(BackupProblem, match="This is no checkpoint of"):
            open_log("log.other.example/2026\n3\n", actor=Operator())
        assert hold.facts() is not None
        assert not Entry.objects.filter(kind="backup.restore").exists()


def test_restore_into_an_instance_in_use_is_refused(backup, elsewhere, settings):
    before = contents(settings.MEDIA_ROOT), Entry.objects.count()

    with pytest.raises(BackupProblem, match=r"holds \d+ tables\. A restore goes into an empty database only"):
        restore(backup)

    assert (contents(settings.MEDIA_ROOT), Entry.objects.count()) == before
    with elsewhere() as place:
        (place / "files").mkdir(parents=True)
        (place / "files" / "kept").write_text("x", encoding="utf-8")
        with pytest.raises(BackupProblem, match="A restore overwrites nothing"):
            restore(backup)
        assert contents(place) == {"files/kept": b"x"}
        assert connection.introspection.table_names() == []


def spoil(path, at=-3):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def other_release(folder):
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    listed["migrations"]["exchange"] = "9999_from_the_future"
    (folder / "manifest.json").write_text(json.dumps(listed), encoding="utf-8")


def no_archive(folder):
    (folder / "log.tar").write_bytes(b"no archive" * 100)
    made_to_fit(folder, "log.tar")


HARMS = (
    (lambda folder: spoil(folder / "database.dump"), "database.dump is not what was saved"),
    (lambda folder: spoil(folder / "files.tar", 600), "files.tar is not what was saved"),
    (lambda folder: (folder / "log.tar").unlink(), "log.tar is missing from the backup"),
    (lambda folder: spoil(folder / "manifest.json", 0), "holds no backup that can be read"),
    (no_archive, r"log\.tar cannot be unpacked"),
    (other_release, r"made by a newer release: it knows exchange\.9999"),
)


def test_what_cannot_be_restored_whole_leaves_nothing_behind(backup, elsewhere, settings, monkeypatch):
    def fail(database, source):
        raise BackupProblem("pg_restore failed: disk full")

    with elsewhere() as place:
        for number, (harm, sentence) in enumerate(HARMS):
            spoiled = shutil.copytree(backup, backup.with_name(f"spoiled-{number}"))
            harm(spoiled)
            with pytest.raises(BackupProblem, match=sentence):
                restore(spoiled)
            assert nothing_is_left(place), sentence

        known, settings.FIELD_ENCRYPTION_KEY = settings.FIELD_ENCRYPTION_KEY, "another"
        with pytest.raises(BackupProblem, match="FIELD_ENCRYPTION_KEY of this instance is not the one"):
            restore(backup)
        settings.FIELD_ENCRYPTION_KEY = known
        monkeypatch.setattr(postgres, "restore", fail)
        with pytest.raises(BackupProblem, match="disk full"):
            restore(backup)
        assert nothing_is_left(place)


def test_key_among_the_files_stops_the_backup_and_leaves_nothing(instance, settings):
    keep(f"SECRET={settings.LOG_SIGNING_KEY}".encode())
    before = Entry.objects.count()

    with pytest.raises(BackupProblem, match="holds a key of the exchange"):
        take(instance / "backups")

    assert list((instance / "backups").iterdir()) == []
    assert Entry.objects.count() == before


def test_what_is_wrong_with_files_is_named_and_not_mended(instance, elsewhere, settings):
    (Path(settings.MEDIA_ROOT) / "data" / "notes.txt").write_text("x", encoding="utf-8")
    stored = keep(b"x,y\n5,6\n")
    place_of(stored).write_bytes(b"x,y\n5,7\n")

    made = take(instance / "backups")

    listed = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    assert listed["strange"] == ["data/notes.txt"]
    assert listed["parts"][1]["files"] == 3
    with elsewhere() as place:
        with pytest.raises(BackupProblem, match=f"file_changed {stored.pk}.* Everything was taken out again"):
            restore(made)
        assert nothing_is_left(place)

        (fault,) = restore(made, keep=True)
    assert fault.startswith(f"file_changed {stored.pk}")


def test_commands_walk_the_whole_way(instance, elsewhere, settings, capsys):
    call_command("backup", str(instance / "backups"))
    (made,) = (instance / "backups").iterdir()
    last = instance / "checkpoint"
    last.write_text(checkpoint_of(settings.LOG_ROOT), encoding="utf-8")

    with elsewhere():
        call_command("restore", str(made))
        with pytest.raises(CommandError, match="empty database only"):
            call_command("restore", str(made))
        call_command("rehydrate_log")
        call_command("open_log", checkpoint=last)
        with pytest.raises(CommandError, match="The log is open: nothing was restored here"):
            call_command("open_log", checkpoint=last)

    said = capsys.readouterr().out
    assert f"Saved: {made}" in said
    assert "The log is open again and continues the tree of 3 entries." in said
