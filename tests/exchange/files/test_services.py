"""Stored content: complete or absent, and never handed out when it changed."""

import errno
import hashlib
import os
from pathlib import Path

import pytest
from django.db import transaction

from exchange.common.errors import DomainError
from exchange.files import services
from exchange.files.models import StoredFile
from tests.factories.exchange import PDF, Upload, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    services._checked.clear()
    return tmp_path / "files"


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_content_is_stored_with_size_and_hash_under_our_own_id(storage, django_capture_on_commit_callbacks):
    content = os.urandom(700_000)

    with django_capture_on_commit_callbacks(execute=True):
        file = services.store(Upload(content, "../Dân số.csv", "text/csv"), purpose="data", max_bytes=1_000_000)

    assert (file.name, file.size, file.media_type) == ("Dân số.csv", 700_000, "text/csv")
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert files_in(storage) == [f"data/{file.id.hex[:2]}/{file.id.hex}"]
    assert services.place_of(file).read_bytes() == content
    assert services.place_of(file).stat().st_mode & 0o007 == 0
    assert services.verify(file)


@pytest.mark.parametrize(("content", "limit", "code"), [(b"", 10, "file_empty"), (b"x" * 11, 10, "file_too_large")])
def test_empty_and_too_large_files_leave_nothing(storage, content, limit, code):
    with pytest.raises(DomainError) as refusal:
        services.store(Upload(content, "a.csv"), purpose="data", max_bytes=limit)

    assert refusal.value.code == code
    assert files_in(storage) == []
    assert not StoredFile.objects.exists()


def test_file_of_exactly_the_limit_is_taken(storage):
    assert services.store(Upload(b"x" * 10, "a.csv"), purpose="data", max_bytes=10).size == 10


def test_evidence_of_another_kind_leaves_nothing(storage):
    with pytest.raises(DomainError) as refusal:
        services.store(Upload(b"<html>", "a.pdf", "application/pdf"), purpose="evidence", max_bytes=100)

    assert refusal.value.code == "evidence_kind_refused"
    assert files_in(storage) == []


def test_evidence_takes_the_media_type_of_its_content():
    file = services.store(Upload(PDF, "a.pdf", "text/html"), purpose="evidence", max_bytes=1000)

    assert file.media_type == "application/pdf"


def test_rolled_back_upload_is_swept_and_a_committed_one_stays(storage, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        kept = stored()
    with transaction.atomic():
        stored()
        transaction.set_rollback(True)
    assert len(files_in(storage)) == 3

    assert services.sweep(older_than=3600) == 0
    assert services.sweep(older_than=-1) == 1

    assert files_in(storage) == [kept.path]
    assert services.verify(kept)


def test_sweeping_before_the_commit_was_noted_keeps_the_file(storage):
    file = stored()

    assert services.sweep(older_than=-1) == 0

    assert files_in(storage) == [file.path]


def test_interrupted_upload_is_swept(storage):
    (storage / "incoming").mkdir(parents=True)
    (storage / "incoming" / "0123").write_bytes(b"half")

    assert services.sweep(older_than=-1) == 1
    assert files_in(storage) == []


def test_failing_disk_leaves_neither_row_nor_file(storage, monkeypatch):
    def full(folder):
        raise OSError("disk full")

    monkeypatch.setattr(services, "_sync_folder", full)
    with pytest.raises(OSError, match="disk full"):
        stored()

    assert not StoredFile.objects.exists()
    assert files_in(storage) == []


@pytest.mark.parametrize("step", ["_incoming", "_write", "_sync_folder"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_is_a_sentence_and_keeps_nothing(storage, monkeypatch, step, number):
    def full(*arguments):
        raise OSError(number, "No space left on device")

    monkeypatch.setattr(services, step, full)
    with pytest.raises(DomainError) as refusal:
        stored()

    assert refusal.value.code == "no_space"
    assert not StoredFile.objects.exists()
    assert files_in(storage) == []


@pytest.mark.parametrize("place", [0, 17, -1])
def test_one_changed_byte_is_noticed_even_when_the_clock_of_the_file_is_set_back(place):
    file = stored()
    services.open_verified(file).close()
    path = services.place_of(file)
    before, content = path.stat(), bytearray(path.read_bytes())
    content[place] ^= 1

    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert not services.verify(file)
    with pytest.raises(DomainError) as refusal:
        services.open_verified(file)
    assert refusal.value.code == "file_corrupt"


def test_missing_or_longer_content_is_refused():
    gone, longer = stored(), stored()
    services.place_of(gone).unlink()
    with services.place_of(longer).open("ab") as content:
        content.write(b" ")

    for file in (gone, longer):
        assert not services.verify(file)
        with pytest.raises(DomainError) as refusal:
            services.open_verified(file)
        assert refusal.value.code == "file_corrupt"


def test_untouched_file_is_read_once_and_opened_often(monkeypatch):
    file = stored()
    services.open_verified(file).close()
    monkeypatch.setattr(services, "_fits", lambda *args: pytest.fail("read again"))

    with services.open_verified(file) as content:
        assert content.read() == PDF


@pytest.mark.parametrize(("mask", "mode"), [(0o077, (0o600, 0o700)), (0o007, (0o660, 0o770)), (0o000, (0o660, 0o770))])
def test_umask_says_whether_the_group_of_web_and_worker_gets_in_and_others_never_do(storage, mask, mode):
    before = os.umask(mask)
    try:
        place = services.place_of(services.store(Upload(b"a", "a.csv", "text/csv"), purpose="data", max_bytes=9))
    finally:
        os.umask(before)

    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == mode
