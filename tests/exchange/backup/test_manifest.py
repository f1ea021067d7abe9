"""The list of a backup: written once, read strictly."""

import hashlib
import json

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from exchange.backup.manifest import BackupProblem, Manifest, Part, check_keys, check_parts, fingerprint

MADE = {
    "made_at": "2026-11-30T00:00:00+00:00",
    "parts": [Part("log.tar", 3, hashlib.sha256(b"abc").hexdigest(), 1)],
    "migrations": {"exchange": "0001_functions"},
    "rows": {"exchange_leaf": 3},
    "keys": {"FIELD_ENCRYPTION_KEY": fingerprint("a-key")},
}


def test_what_is_written_is_read_again_and_its_hash_is_of_the_file(tmp_path):
    digest = Manifest(**MADE).write(tmp_path)

    assert Manifest.read(tmp_path) == Manifest(**MADE)
    assert digest == hashlib.sha256((tmp_path / "manifest.json").read_bytes()).hexdigest()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"parts": [{"name": 1}]}', '{"parts": [], "strange_field": 1}'])
def test_what_is_no_list_is_refused(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")

    with pytest.raises(BackupProblem, match="holds no backup that can be read"):
        Manifest.read(tmp_path)


def test_other_format_is_refused(tmp_path):
    Manifest(**MADE, format=2).write(tmp_path)

    with pytest.raises(BackupProblem, match="has format 2; this release reads format 1"):
        Manifest.read(tmp_path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"abd", "is not what was saved"), (b"abcd", "is not what was saved"), (None, "is missing from the backup")],
)
def test_part_that_is_not_what_was_saved_is_refused(tmp_path, content, sentence):
    if content is not None:
        (tmp_path / "log.tar").write_bytes(content)

    with pytest.raises(BackupProblem, match=sentence):
        check_parts(tmp_path, Manifest(**MADE))


def test_right_part_and_right_key_pass(tmp_path):
    (tmp_path / "log.tar").write_bytes(b"abc")

    check_parts(tmp_path, Manifest(**MADE))
    check_keys(Manifest(**MADE), {"FIELD_ENCRYPTION_KEY": "a-key"})


@pytest.mark.parametrize("present", [{}, {"FIELD_ENCRYPTION_KEY": ""}, {"FIELD_ENCRYPTION_KEY": "b-key"}])
def test_missing_or_other_key_is_refused(present):
    with pytest.raises(BackupProblem, match="is not the one the backup was made with"):
        check_keys(Manifest(**MADE), present)


def test_fingerprint_tells_keys_apart_and_is_no_part_of_them():
    assert fingerprint("a") != fingerprint("b")
    assert fingerprint("") == ""
    assert len(fingerprint("a")) == 16
    assert json.dumps(MADE["keys"]).count("a-key") == 0


def test_checks_after_a_restore_exist():
    assert settings.RESTORE_CHECKS == [
        "exchange.files.audit.problems",
        "exchange.transparency.reconcile.rows_that_differ",
        "transactions.invariants.checks.breaches",
    ]
    assert all(callable(import_string(name)) for name in settings.RESTORE_CHECKS)
