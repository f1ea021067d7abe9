"""Witnesses: they confirm growth, refuse every forgery even with the right key, and their silence stops new sales."""

import datetime as dt
import shutil

import pytest
from django.core.exceptions import ImproperlyConfigured

from exchange.common import clock
from exchange.common.errors import DomainError
from exchange.transparency import checker, keys, notes, selectors, witnesses
from exchange.transparency.folders import folder_of
from exchange.transparency.models import Checkpoint, Cosignature, Entry, Leaf
from exchange.transparency.models import Witness as State
from exchange.transparency.restore import rebuild
from exchange.transparency.sealer import seal
from exchange.transparency.tiles import CHECKPOINT
from tests.exchange.transparency.conftest import open_walls, write
from tests.exchange.transparency.witness import Witness, serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def witness(settings):
    found = Witness()
    found.trust(keys.verifier().name, keys.verifier().vkey)
    server, address = serve(found)
    settings.LOG_WITNESSES = [f"{found.vkey} {address}"]
    yield found
    server.shutdown()
    server.server_close()


def grow(count: int) -> None:
    write(count)
    seal()


def problem() -> str:
    return State.objects.get().problem


def test_growth_is_confirmed_step_by_step(witness, log_folder):
    for count in (1, 6, 250, 3):
        grow(count)
        witnesses.ask_all()

    assert [status for _path, status in witness.requests] == [200] * 4
    assert witness.requests[0][0] == "/log/add-checkpoint"
    assert list(Cosignature.objects.values_list("checkpoint__size", "witness")) == [
        (size, witness.name) for size in (1, 7, 257, 260)
    ]
    assert (State.objects.get().size, problem()) == (260, "")
    seal()
    published = log_folder.read(CHECKPOINT).decode()
    assert published == selectors.latest_checkpoint().cosigned
    assert f"\u2014 {witness.name} " in published
    assert checker.check(published).outcome == checker.GOOD


def test_receipt_carries_the_cosignature(witness):
    entry = write(3)[1]
    seal()
    witnesses.ask_all()

    text = selectors.receipt(selectors.find(entry.leaf_hash))

    assert f"\u2014 {witness.name} " in text
    assert checker.check(text).outcome == checker.GOOD


def test_unchanged_checkpoint_is_shown_again_only_after_a_minute(witness, monkeypatch):
    grow(2)
    witnesses.ask_all()
    witnesses.ask_all()
    assert len(witness.requests) == 1

    State.objects.update(confirmed_at=clock.now() - dt.timedelta(seconds=61))
    witnesses.ask_all()

    assert [status for _path, status in witness.requests] == [200, 200]
    assert Cosignature.objects.count() == 1


def test_forgotten_size_is_learnt_from_the_witness(witness):
    grow(3)
    witnesses.ask_all()
    State.objects.update(size=0, year=0)
    grow(2)

    witnesses.ask_all()

    assert [status for _path, status in witness.requests] == [200, 409, 200]
    assert (State.objects.get().size, problem()) == (5, "")


def forge(settings, tmp_path, keep: int | None = None) -> None:
    """A database administrator who also holds the signing key rewrites the log and signs it anew."""
    open_walls(Checkpoint, Leaf, Entry, Cosignature)
    Cosignature.objects.all()._raw_delete("default")
    Checkpoint.objects.all()._raw_delete("default")
    settings.LOG_ROOT = tmp_path / "forged"
    if keep is not None:
        Leaf.objects.filter(index__gte=keep)._raw_delete("default")
        return
    Leaf.objects.filter(index=0).update(index=99)
    Leaf.objects.filter(index=2).update(index=0)
    Leaf.objects.filter(index=99).update(index=2)


def test_rewriting_at_the_same_size_is_refused(witness, settings, tmp_path):
    grow(5)
    witnesses.ask_all()
    forge(settings, tmp_path)
    seal()
    State.objects.update(confirmed_at=None)

    witnesses.ask_all()

    assert witness.requests[-1][1] == 422
    assert problem() == "refuses_history"
    assert len(witness.evidence) == 1


def test_rewriting_with_growth_is_refused(witness, settings, tmp_path):
    grow(5)
    witnesses.ask_all()
    forge(settings, tmp_path)
    grow(4)

    witnesses.ask_all()

    assert (witness.requests[-1][1], problem()) == (422, "refuses_history")
    assert Entry.objects.filter(kind="witness.fail").count() == 1


def test_truncation_is_refused(witness, settings, tmp_path):
    grow(5)
    witnesses.ask_all()
    forge(settings, tmp_path, keep=3)
    seal()

    witnesses.ask_all()

    assert (witness.requests[-1][1], problem()) == (409, "ahead_of_us")


def test_another_key_is_refused(witness, settings, log_folder):
    grow(2)
    other = notes.Signer.generate(keys.verifier().name)
    witness.trust(keys.verifier().name, other.verifier.vkey)

    witnesses.ask_all()

    assert (witness.requests[-1][1], problem()) == (403, "foreign_key")
    assert not Cosignature.objects.exists()


def test_witness_that_signs_something_else_is_not_believed(witness):
    grow(2)
    witness.lies = True

    witnesses.ask_all()

    assert problem() == "bad_signature"
    assert not Cosignature.objects.exists()


@pytest.mark.parametrize(("status", "name"), [(404, "unknown_log"), (500, "error"), (302, "error")])
def test_other_answers_are_failures(witness, status, name):
    grow(1)
    witness.broken = status

    witnesses.ask_all()

    assert problem() == name


def test_silence_is_noted_once_and_so_is_the_return(witness, settings):
    grow(1)
    address = settings.LOG_WITNESSES[0]
    settings.LOG_WITNESSES = [f"{witness.vkey} http://127.0.0.1:9"]
    witnesses.ask_all()
    witnesses.ask_all()
    assert problem() == "unreachable"
    settings.LOG_WITNESSES = [address]

    witnesses.ask_all()

    assert problem() == ""
    kinds = Entry.objects.filter(kind__startswith="witness.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["witness.fail", "witness.back"]


@pytest.mark.parametrize(
    ("minutes", "alarming", "stopping"), [(4, False, False), (5, True, False), (59, True, False), (60, True, True)]
)
def test_silence_alarms_and_then_stops_new_sales(witness, minutes, alarming, stopping):
    grow(1)
    witnesses.ask_all()
    State.objects.update(confirmed_at=clock.now() - dt.timedelta(minutes=minutes, seconds=5))

    found = witnesses.freshness()

    assert (found.minutes, found.is_alarming, found.is_stopping) == (minutes, alarming, stopping)
    if stopping:
        with pytest.raises(DomainError) as refusal:
            witnesses.refuse_unwitnessed_sale()
        assert refusal.value.code == "log_unwitnessed"
    else:
        witnesses.refuse_unwitnessed_sale()


def test_witness_that_never_answered_stops_sales_too(witness):
    grow(1)
    witness.broken = 500
    witnesses.ask_all()
    State.objects.update(failed_since=clock.now() - dt.timedelta(minutes=61))

    assert witnesses.freshness().is_stopping


def test_one_fresh_witness_of_two_is_enough(witness, settings):
    grow(1)
    second = Witness("witness.example/w2")
    settings.LOG_WITNESSES = [*settings.LOG_WITNESSES, f"{second.vkey} http://127.0.0.1:9"]
    witnesses.ask_all()
    State.objects.filter(name=second.name).update(failed_since=clock.now() - dt.timedelta(hours=3))

    assert not witnesses.freshness().is_alarming


def test_without_a_witness_nothing_is_late(settings, django_assert_num_queries):
    settings.LOG_WITNESSES = []

    with django_assert_num_queries(0):
        assert witnesses.freshness() is None
        witnesses.refuse_unwitnessed_sale()


@pytest.mark.parametrize("line", ["x", "x http://w.example", "log+00000000+AAAA https://w.example"])
def test_wrong_configuration_is_named(settings, line):
    settings.LOG_WITNESSES = [line]

    with pytest.raises(ImproperlyConfigured):
        witnesses.configured()


def test_rebuilt_files_keep_the_cosignatures(witness, log_folder):
    grow(3)
    witnesses.ask_all()
    seal()
    before = log_folder.read(CHECKPOINT)
    shutil.rmtree(log_folder.root)

    rebuild()

    assert folder_of(keys.this_year()).read(CHECKPOINT) == before
