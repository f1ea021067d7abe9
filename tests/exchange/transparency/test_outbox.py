"""The sequencer's process: seals what waits, goes on after trouble, ends when told."""

import threading

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from procrastinate.exceptions import ConnectorException
from structlog.testing import capture_logs

from exchange.transparency import hold, keys, outbox, pulse, sealer, sequence
from exchange.transparency.models import Pending
from exchange.transparency.sealer import LogHalted, Sealed
from tests.exchange.transparency.conftest import write

pytestmark = pytest.mark.django_db


class Looks(threading.Event):
    """An end that comes after so many looks; remembers how long each pause was."""

    def __init__(self, count):
        super().__init__()
        self.count = count
        self.pauses = []

    def wait(self, timeout=None):
        self.pauses.append(timeout)
        if len(self.pauses) >= self.count:
            self.set()
        return self.is_set()


@pytest.fixture
def stay_connected(monkeypatch):
    """A test's transaction lives on its connection."""
    monkeypatch.setattr(outbox.connection, "close", lambda: None)


def test_what_waits_is_published_and_then_only_looked_for():
    write(2)
    looks = Looks(3)

    outbox.watch(looks)

    assert Pending.objects.count() == 0
    assert sequence.tree_size(keys.this_year()) == 2
    assert looks.pauses == [0.1, 0.1, 0.1]


@pytest.mark.parametrize("trouble", [OperationalError("gone"), LogHalted("roots_disagree", size=1), OSError("full")])
def test_trouble_is_waited_out_and_tried_again(monkeypatch, stay_connected, trouble):
    write(1)
    answers = iter([trouble, Sealed(1, 1)])

    def seal():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        Pending.objects.all().delete()
        return answer

    monkeypatch.setattr(sealer, "seal", seal)
    looks = Looks(2)

    outbox.watch(looks)

    assert looks.pauses == [5.0, 0.1]


def test_halt_that_cannot_be_told_ends_nothing_and_is_told_at_the_next_look(monkeypatch, stay_connected):
    def seal():
        raise LogHalted("roots_disagree", size=1)

    def queue(name, **words):
        if not queued:
            queued.append("failed")
            raise ConnectorException
        queued.append(words["code"])

    queued = []
    monkeypatch.setattr(sealer, "seal", seal)
    monkeypatch.setattr(outbox, "enqueue", queue)
    looks = Looks(3)

    outbox.watch(looks)

    assert (queued, looks.pauses) == (["failed", "roots_disagree"], [5.0, 5.0, 5.0])


def test_told_to_end_it_looks_no_more(monkeypatch):
    monkeypatch.setattr(sealer, "seal", lambda: pytest.fail("sealed after the end"))
    ended = threading.Event()
    ended.set()

    outbox.watch(ended)


def test_closed_after_a_restore_nothing_is_sealed(monkeypatch, stay_connected):
    monkeypatch.setattr(sealer, "seal", lambda: pytest.fail("sealed a closed log"))
    write(1)
    hold.put({"manifest": "ab", "restored_at": "2026-11-30T00:00:00+00:00"})
    looks = Looks(2)

    with capture_logs() as said:
        outbox.watch(looks)

    assert [line["code"] for line in said if line["event"] == "log_closed"] == ["closed_after_restore"]
    assert (Pending.objects.count(), looks.pauses) == (1, [5.0, 5.0])
    hold.take_away()
    assert hold.facts() is None


@pytest.mark.parametrize("trouble", [None, LogHalted("roots_disagree", size=1), OSError("full")])
def test_heart_beats_while_it_works_and_while_the_log_refuses(monkeypatch, stay_connected, trouble):
    def seal():
        if trouble:
            raise trouble
        return Sealed()

    monkeypatch.setattr(sealer, "seal", seal)

    outbox.watch(Looks(1))

    assert pulse.sequencer_heard_within(5)


def test_between_two_beats_nothing_is_written(stay_connected):
    with CaptureQueriesContext(connection) as queries:
        outbox.watch(Looks(4))

    written = [one["sql"] for one in queries if "exchange_pulse" in one["sql"]]
    assert [sql.split()[0] for sql in written] == ["UPDATE", "INSERT"]  # the first beat ever; none at later looks
