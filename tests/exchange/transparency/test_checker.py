"""The check page says exactly what holds and what is wrong with what somebody pasted."""

import base64
import json

import pytest
from django.conf import settings
from django.utils import translation

from exchange.transparency import checker, notes, selectors
from exchange.transparency.checker import BAD, GOOD, WAITING, check
from exchange.transparency.models import Checkpoint, Leaf
from exchange.transparency.sealer import seal
from exchange.transparency.tiles import CHECKPOINT
from tests.exchange.transparency.conftest import open_walls, write

pytestmark = pytest.mark.django_db


def wrong(verdict) -> list[str]:
    return [step.sentence for step in verdict.steps if not step.holds]


@pytest.fixture
def entry(log_folder):
    """Entry 3 of 7."""
    entries = write(7)
    seal()
    return selectors.find(entries[3].leaf_hash)


def test_published_leaf_hash_is_found_and_proved(entry):
    verdict = check(entry.leaf_hash.upper())

    assert verdict.outcome == GOOD
    assert (verdict.leaf.index, verdict.proof["size"], verdict.proof["leaf"]) == (3, 7, entry.leaf_hash)


def test_waiting_leaf_is_told_from_a_published_one(entry):
    verdict = check(write(1)[0].leaf_hash)

    assert (verdict.outcome, wrong(verdict), verdict.leaf) == (WAITING, [], None)


def test_unknown_leaf(entry):
    changed = ("0" if entry.leaf_hash[0] != "0" else "1") + entry.leaf_hash[1:]

    assert check(changed).outcome == BAD


def test_opening_holds(entry):
    verdict = check(json.dumps(selectors.opening(entry), ensure_ascii=False, indent=1))

    assert (verdict.outcome, wrong(verdict)) == (GOOD, [])
    assert verdict.leaf.index == 3
    assert len(verdict.steps) == 5


def test_opening_of_a_waiting_entry(entry):
    waiting = write(1)[0]

    assert check(json.dumps(selectors.opening(waiting))).outcome == WAITING


def change(content: dict, *path: str, to) -> str:
    place = content
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return json.dumps(content)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("record", "data", "total"), "1", "cam kết|commitment"),
        (("salt",), "00" * 32, "cam kết|commitment"),
        (("leaf", "ts"), "2026-01-01T00:00:00Z", "changed|sửa"),
        (("leaf", "c"), "00" * 32, "commitment|cam kết"),
        (("leaf_hash",), "00" * 32, "changed|sửa"),
        (("origin",), "log.other.example/2026", "log.exchange.example/…"),
    ],
)
def test_changed_opening(entry, path, value, words):
    verdict = check(change(selectors.opening(entry), *path, to=value))

    assert verdict.outcome == BAD
    assert any(any(word in sentence for word in words.split("|")) for sentence in wrong(verdict))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"leaf": 1, "record": 2, "salt": 3}',
        '{"leaf": {}, "record": {}, "salt": "00"}',
        '{"leaf": {}, "record": {}, "salt": "zz"}',
        '{"leaf": [], "record": {"a": 1.5}, "salt": "00"}',
        "[" * 10 + "{",
        "{" + '"a":{' * 2000,
    ],
)
def test_damaged_opening(log_folder, text):
    verdict = check(text)

    assert (verdict.outcome, len(verdict.steps)) == (BAD, 1)


def test_opening_cut_short(entry):
    assert check(json.dumps(selectors.opening(entry))[:-20]).outcome == BAD


def test_proof_file_holds_with_and_without_the_leaf_in_it(entry):
    text = selectors.receipt(entry)
    bare = "\n".join(line for line in text.split("\n") if not line.startswith("extra "))

    assert (check(text).outcome, check(text).leaf.index) == (GOOD, 3)
    assert (check(bare).outcome, check(bare).leaf.index) == (GOOD, 3)


def test_proof_file_with_line_ends_of_another_system(entry):
    assert check(selectors.receipt(entry).replace("\n", "\r\n")).outcome == GOOD


def test_old_proof_file_still_holds_when_the_log_has_grown(entry):
    text = selectors.receipt(entry)
    write(300)
    seal()

    assert check(text).outcome == GOOD


def flip(text: str) -> str:
    return ("B" if text[0] != "B" else "C") + text[1:]


def edited(text: str, line: int, how) -> str:
    lines = text.split("\n")
    lines[line] = how(lines[line])
    return "\n".join(lines)


# lines: 0 header, 1 extra, 2 index, 3-5 path, 6 empty, 7 origin, 8 size, 9 root, 10 empty, 11 signature
PATH, SHORT, LONG = (checker.PROOF_WORDS[code] for code in ("root_mismatch", "proof_too_short", "proof_too_long"))
CHANGED, UNKNOWN, CUT = (checker.NOTE_WORDS[code] for code in ("bad_signature", "unknown_key", "truncated"))
FOREIGN = str(checker.NOTE_WORDS["foreign_origin"]).replace("%(origin)s", "log.exchange.example/…")
TAMPERED = {
    "bit flip in the leaf": (lambda t: edited(t, 1, lambda line: line.replace("extra eyJ", "extra eyK")), PATH),
    "another leaf": (lambda t: edited(t, 1, lambda _: "extra " + base64.b64encode(b"{}").decode()), PATH),
    "another index": (lambda t: edited(t, 2, lambda _: "index 2"), PATH),
    "index beyond the tree": (lambda t: edited(t, 2, lambda _: "index 7"), checker.PROOF_WORDS["index_beyond_size"]),
    "bit flip in the path": (lambda t: edited(t, 3, flip), PATH),
    "swapped siblings": (lambda t: "\n".join([*(ls := t.split("\n"))[:3], ls[4], ls[3], *ls[5:]]), PATH),
    "truncated path": (lambda t: "\n".join([*(ls := t.split("\n"))[:3], *ls[4:]]), SHORT),
    "extended path": (lambda t: "\n".join([*(ls := t.split("\n"))[:4], ls[3], *ls[4:]]), LONG),
    "origin": (lambda t: edited(t, 7, lambda _: "log.other.example/2026"), FOREIGN),
    "size": (lambda t: edited(t, 8, lambda _: "8"), CHANGED),
    "root": (lambda t: edited(t, 9, flip), CHANGED),
    "key id": (lambda t: edited(t, 11, lambda line: f"{(w := line.split(' '))[0]} {w[1]} {flip(w[2])}"), UNKNOWN),
    "signature": (lambda t: edited(t, 11, lambda line: line[:-10] + flip(line[-10:])), CHANGED),
    "another key name": (lambda t: edited(t, 11, lambda line: line.replace("exchange", "other")), UNKNOWN),
    "no checkpoint": (lambda t: t.partition("\n\n")[0], CUT),
    "no signature": (lambda t: t.rpartition("\n\n")[0], checker.NOTE_WORDS["not_a_note"]),
    "cut in the middle": (lambda t: t[: len(t) // 3], CUT),
    "damaged base64": (lambda t: edited(t, 3, lambda line: line[:-2] + "!="), checker.NOTE_WORDS["bad_base64"]),
    "damaged first lines": (lambda t: edited(t, 2, lambda _: "index four"), checker.NOTE_WORDS["not_a_proof"]),
    "size that is none": (lambda t: edited(t, 8, lambda _: "many"), checker.NOTE_WORDS["not_a_checkpoint"]),
    "header": (lambda t: t.replace("proof@v1", "proof@v2"), None),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_tampered_proof_file_is_refused_with_exactly_what_is_wrong(entry, kind):
    tamper, sentence = TAMPERED[kind]

    verdict = check(tamper(selectors.receipt(entry)))

    assert verdict.outcome == BAD
    assert len(wrong(verdict)) == 1
    if sentence is None:  # another format: the page says what a receipt looks like
        assert "c2sp.org/tlog-proof@v1" in wrong(verdict)[0]
    else:
        assert wrong(verdict) == [str(sentence)]


def test_proof_of_another_opening_is_refused(entry):
    other = selectors.places(list(type(entry).objects.filter(sequenced__index=4).select_related("sequenced")))[0]

    verdict = check(change(selectors.opening(entry), "proof", to=other.file))

    assert verdict.outcome == BAD


def test_foreign_log_is_named(entry):
    foreign = notes.Signer.generate("log.other.example/2026")
    note = foreign.sign(notes.TreeHead(foreign.name, 7, bytes(32)).text)

    verdict = check(notes.Proof(0, (), note, b"{}").text)

    assert wrong(verdict) == [FOREIGN]


def test_checkpoint_holds_and_an_older_one_still_does(entry, log_folder):
    older = log_folder.read(CHECKPOINT).decode()
    write(3)
    seal()

    assert check(older).outcome == GOOD
    assert check(log_folder.read(CHECKPOINT).decode()).outcome == GOOD


def test_rewritten_history_is_noticed_by_an_old_receipt(entry, settings, tmp_path):
    text = selectors.receipt(entry)
    open_walls(Checkpoint, Leaf)
    Checkpoint.objects.all()._raw_delete("default")
    settings.LOG_ROOT = tmp_path / "forged"
    Leaf.objects.filter(index=0).update(index=99)
    Leaf.objects.filter(index=6).update(index=0)
    Leaf.objects.filter(index=99).update(index=6)
    seal()

    verdict = check(text)

    assert verdict.outcome == BAD
    assert len(wrong(verdict)) == 1


def test_truncated_history_is_noticed_by_an_old_receipt(entry, settings, tmp_path, monkeypatch):
    text = selectors.receipt(entry)
    small = Checkpoint(size=3, root="0" * 64, note="")
    monkeypatch.setattr(selectors, "latest_checkpoint", lambda year: small)

    assert check(text).outcome == BAD


@pytest.mark.parametrize("text", ["hello", "0" * 63, "<script>alert(1)</script>", "x" * 70_000])
def test_other_texts_are_told_what_a_receipt_looks_like(log_folder, text):
    assert check(text).outcome == BAD


def test_every_refusal_has_a_sentence():
    source = {"truncated", "not_a_proof", "bad_base64", "not_a_note", "not_a_checkpoint", "bad_signature"}

    assert source <= set(checker.NOTE_WORDS)
    assert all(str(words) for words in [*checker.NOTE_WORDS.values(), *checker.PROOF_WORDS.values()])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_browser_uses_the_words_of_the_server(language):
    script = (settings.BASE_DIR / "static" / "js" / "proof.js").read_text(encoding="utf-8")
    codes = ("truncated", "not_a_proof", "bad_base64", "not_a_note", "not_a_checkpoint", "unknown_key", "bad_signature")

    with translation.override(language):
        said = [str(checker.NOTE_WORDS[code]) for code in codes] + [
            str(words) for words in checker.PROOF_WORDS.values()
        ]

    assert [words for words in said if f'"{words}"' not in script] == []
