"""Bit rot: every changed, cut, missing or foreign file is named, and nothing else."""

import io
import random
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exchange.files.audit import differences
from exchange.files.services import erase, place_of, store
from exchange.transparency.sealer import seal
from tests.exchange.transparency.conftest import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def keep(content):
    upload = io.BytesIO(content)
    upload.name = "bang.csv"
    return store(upload, purpose="data", max_bytes=10_000)


def found():
    return [(difference.code, difference.file) for difference in differences()]


def flip(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_fifty_flipped_bits_are_fifty_differences():
    chance = random.Random(20261130)  # noqa: S311 - the same bits each time
    files = [keep(chance.randbytes(chance.randint(1, 3000))) for _ in range(60)]
    assert found() == []

    touched = chance.sample(files, 50)
    for stored in touched:
        flip(place_of(stored), chance.randrange(stored.size))

    assert sorted(found()) == sorted(("file_changed", str(stored.pk)) for stored in touched)


def test_erased_content_is_no_difference_until_it_is_there_again(django_capture_on_commit_callbacks):
    stored, content = keep(b"a,b\n1,2\n"), place_of(keep(b"a,b\n3,4\n")).read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        erase(stored)
    assert found() == []

    place_of(stored).write_bytes(content)

    assert found() == [("erased_file_still_there", str(stored.pk))]


def test_missing_cut_and_foreign_files_are_told_apart():
    missing, cut = keep(b"a,b\n1,2\n"), keep(b"a,b\n3,4\n")
    place_of(missing).unlink()
    place_of(cut).write_bytes(b"a,b")
    foreign = place_of(cut).with_name(cut.pk.hex[:2] + "0" * 30)
    foreign.write_bytes(b"x")

    assert sorted(found()) == sorted(
        [("file_missing", str(missing.pk)), ("file_of_other_size", str(cut.pk)), ("file_not_recorded", foreign.name)]
    )


def test_upload_on_its_way_is_no_difference(tmp_path):
    keep(b"a")
    (tmp_path / "incoming" / ("a" * 32)).write_bytes(b"half")

    assert found() == []


def test_command_is_content_with_what_is_as_recorded(capsys):
    keep(b"a")
    write(3)
    seal()

    call_command("verify_files")

    assert "Read: 1 stored files." in capsys.readouterr().out


def test_command_names_a_flipped_bit_in_a_file_and_in_a_tile(capsys, settings):
    stored = keep(b"abc")
    write(3)
    seal()
    flip(place_of(stored), 1)
    flip(
        next(path for path in sorted(Path(settings.LOG_ROOT).rglob("*")) if path.is_file() and "entries" in str(path)),
        5,
    )

    with pytest.raises(CommandError, match="2 difference"):
        call_command("verify_files")

    said = capsys.readouterr().out
    assert f"file_changed {stored.pk}" in said
    assert "tile_differs_from_entries" in said
