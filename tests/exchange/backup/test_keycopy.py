"""The encrypted copy of the keys: opens with every passphrase and no other, gives nothing away, tells every change."""

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from exchange.backup import keycopy, services
from exchange.backup.manifest import BackupProblem, fingerprint

FIRST, SECOND = "người giữ khóa thứ nhất", "the second keeper's words"
KEYS = {"FIELD_ENCRYPTION_KEY": "f" * 44, "SECRET_KEY": "s" * 50, "LOG_SIGNING_KEY": ""}


@pytest.fixture(autouse=True)
def light(monkeypatch):
    monkeypatch.setattr(keycopy, "COST", 2**10)


@pytest.fixture
def copy(tmp_path):
    keycopy.seal_keys(tmp_path / "keys.json", KEYS, [FIRST, SECOND])
    return tmp_path / "keys.json"


def test_copy_holds_every_key_that_is_held_and_opens_with_both_passphrases(copy):
    assert keycopy.open_keys(copy, [FIRST, SECOND]) == {name: value for name, value in KEYS.items() if value}
    assert keycopy.people_of(copy) == 2
    assert copy.stat().st_mode & 0o777 == 0o600


def test_copy_shows_names_and_fingerprints_and_no_key(copy):
    text = copy.read_text(encoding="ascii")

    assert json.loads(text)["keys"] == {name: fingerprint(value) for name, value in KEYS.items() if value}
    assert not any(secret in text for secret in (*filter(None, KEYS.values()), FIRST, SECOND))


def test_strength_of_a_real_copy_is_that_of_the_documentation(monkeypatch):
    monkeypatch.undo()

    assert keycopy.COST == 2**17


@pytest.mark.parametrize(
    ("passphrases", "sentence"),
    [
        ([FIRST, FIRST], "a passphrase is wrong, or the file was changed"),
        ([SECOND, FIRST], "a passphrase is wrong"),
        ([FIRST + SECOND], "made by 2 people: all of their passphrases"),
        ([FIRST, SECOND, SECOND], "made by 2 people"),
    ],
)
def test_other_passphrases_open_nothing(copy, passphrases, sentence):
    with pytest.raises(BackupProblem, match=sentence):
        keycopy.open_keys(copy, passphrases)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"made_at": "2020-01-01"}, "or the file was changed"),
        ({"keys": {"SECRET_KEY": "0" * 16}}, "or the file was changed"),
        ({"nonce": "AAAAAAAAAAAAAAAA"}, "or the file was changed"),
        ({"sealed": "AAAA"}, "or the file was changed"),
        ({"sealed": "?"}, "is no copy of keys that can be read: ValueError"),
        ({"kdf": {"name": "scrypt", "n": 2**40, "r": 8, "p": 1, "salt": ""}}, "in a way this release does not know"),
        ({"format": "exchange-keys-9"}, "in a way this release does not know"),
        ({"people": "many"}, "is no copy of keys that can be read: ValueError"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_changed_copy_is_refused(copy, change, sentence):
    copy.write_text(json.dumps(json.loads(copy.read_text()) | change), encoding="ascii")

    with pytest.raises(BackupProblem, match=sentence):
        keycopy.open_keys(copy, [FIRST, SECOND])


@pytest.mark.parametrize("content", ["", "[]", "no copy", "x" * 70_000])
def test_what_is_no_copy_is_refused(tmp_path, content):
    (tmp_path / "keys.json").write_text(content, encoding="ascii")

    with pytest.raises(BackupProblem, match="is no copy of keys"):
        keycopy.people_of(tmp_path / "keys.json")


def test_short_passphrase_and_a_process_without_keys_write_nothing(tmp_path):
    with pytest.raises(BackupProblem, match="Passphrase 2 is shorter than 15 characters"):
        keycopy.seal_keys(tmp_path / "keys.json", KEYS, [FIRST, "too short"])
    with pytest.raises(BackupProblem, match="holds no key"):
        keycopy.seal_keys(tmp_path / "keys.json", {"SECRET_KEY": ""}, [FIRST])

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(copy, tmp_path):
    before = copy.read_bytes()

    with pytest.raises(BackupProblem, match="Nothing is overwritten"):
        keycopy.seal_keys(copy, KEYS, [FIRST])
    with pytest.raises(BackupProblem, match="Name a folder that does not exist"):
        keycopy.put_keys(tmp_path, KEYS)

    assert copy.read_bytes() == before


@pytest.fixture
def passphrase(tmp_path):
    path = tmp_path / "passphrase"
    path.touch(mode=0o600)
    path.write_text(FIRST + "\n", encoding="utf-8")
    return path


def test_commands_save_compare_and_give_back_files_for_the_settings(tmp_path, passphrase, capsys):
    where = {"passphrase_file": [passphrase]}
    call_command("keys", "save", tmp_path / "keys.json", **where)
    call_command("keys", "compare", tmp_path / "keys.json", **where)
    call_command("keys", "open", tmp_path / "keys.json", into=tmp_path / "keys", **where)

    given_back = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "keys").iterdir()}
    assert given_back == {name: f"{getattr(settings, name)}\n" for name in services.SECRETS}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    said = capsys.readouterr().out
    assert not any(getattr(settings, name) in said for name in services.SECRETS)


def test_copy_of_other_keys_is_told(tmp_path, passphrase, settings):
    call_command("keys", "save", tmp_path / "keys.json", passphrase_file=[passphrase])
    settings.LINK_SIGNING_KEY = "another-key-of-links"

    with pytest.raises(CommandError, match="not of the keys of this process: LINK_SIGNING_KEY is another one"):
        call_command("keys", "compare", tmp_path / "keys.json", passphrase_file=[passphrase])


def test_passphrase_others_can_read_is_refused(tmp_path, passphrase):
    passphrase.chmod(0o640)

    with pytest.raises(CommandError, match="can be read by others"):
        call_command("keys", "save", tmp_path / "keys.json", passphrase_file=[passphrase])
    with pytest.raises(CommandError, match="There is no keyboard here"):
        call_command("keys", "save", tmp_path / "keys.json")

    assert not (tmp_path / "keys.json").exists()
