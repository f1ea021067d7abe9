"""Pending receipts: signed at once, checked by anybody, evidence when they are broken."""

import datetime as dt

import pytest

from exchange.common import clock
from exchange.transparency import keys, notes, promises, selectors
from exchange.transparency.checker import BAD, GOOD, WAITING, check
from exchange.transparency.models import Entry, Leaf
from exchange.transparency.sealer import seal
from tests.exchange.transparency.conftest import open_walls, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return write(3)[1]


def age(entry: Entry, seconds: int) -> Entry:
    open_walls(Entry)
    Entry.objects.filter(pk=entry.pk).update(made_at=clock.now() - dt.timedelta(seconds=seconds))
    entry.refresh_from_db()
    return entry


def said(verdict) -> str:
    return " ".join(step.sentence for step in verdict.steps if not step.holds)


def test_promise_names_leaf_and_moment_and_is_always_the_same(entry):
    text = selectors.pending_receipt(entry)

    found = promises.open_promise(text)
    assert found.leaf_hash == entry.leaf_hash
    assert found.by == (entry.made_at + dt.timedelta(seconds=60)).replace(microsecond=0)
    assert selectors.pending_receipt(entry) == text
    assert text.split("\n")[0] == "log.exchange.example/promise"


def test_promise_is_signed_by_a_key_that_signs_no_checkpoint(entry):
    assert keys.promise_signer().verifier.public != keys.verifier().public
    with pytest.raises(notes.NoteError):
        notes.open_checkpoint(selectors.pending_receipt(entry), keys.verifier())


def test_promise_waits_and_is_then_kept(entry):
    text = selectors.pending_receipt(entry)
    assert check(text).outcome == WAITING

    seal()

    verdict = check(text)
    assert (verdict.outcome, verdict.leaf.index) == (GOOD, 1)


def test_broken_promise_says_so(entry):
    text = selectors.pending_receipt(age(entry, 61))

    verdict = check(text)

    assert verdict.outcome == BAD
    assert "không giữ cam kết" in said(verdict)


def test_removed_entry_is_proved_by_the_promise(entry):
    text = selectors.pending_receipt(age(entry, 61))
    seal()
    open_walls(Entry, Leaf)
    Leaf.objects.filter(entry=entry)._raw_delete("default")
    Entry.objects.filter(pk=entry.pk)._raw_delete("default")

    assert "không giữ cam kết" in said(check(text))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("leaf ", "leaf 0", 1)[:-1], "cắt ngắn|hỏng|đổi|sửa"),
        (lambda text: text.replace("by 2", "by 3", 1), "sửa"),
        (lambda text: text.rpartition("\n\n")[0], "cắt ngắn"),
        (lambda text: text.replace("log.exchange.example/promise\n", "log.other.example/promise\n", 1), "bên khác"),
        (lambda text: text.replace("\u2014 log.exchange", "\u2014 log.other"), "không có chữ ký"),
    ],
)
def test_edited_promise_is_refused_with_its_reason(entry, change, words):
    verdict = check(change(selectors.pending_receipt(entry)))

    assert verdict.outcome == BAD
    assert any(word in said(verdict) for word in words.split("|"))


def test_former_promise_key_still_counts(entry, settings):
    text = selectors.pending_receipt(entry)
    settings.LOG_FORMER_PROMISE_KEYS = [keys.promise_signer().verifier.vkey]
    settings.LOG_PROMISE_KEY = "QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="
    seal()

    assert check(text).outcome == GOOD
