"""record(): salted commitments, per-object order, one transaction, walls in the database."""

import datetime as dt
import hashlib
import json

import pytest
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from exchange.common.canonical import canonical_json
from exchange.common.clock import now
from exchange.jobs.selectors import due_jobs
from exchange.transparency import leaf
from exchange.transparency.models import Checkpoint, Entry, Leaf, Pending
from exchange.transparency.sealer import seal
from exchange.transparency.services import record
from tests.exchange.transparency.conftest import Clerk, make_order, write

pytestmark = pytest.mark.django_db


def test_leaf_shows_kind_time_reference_order_and_commitment_alone(settings):
    order = make_order()

    entry = record("order.pay", subject=order, actor=Clerk(), data={"total": 2_200_000})

    public = json.loads(bytes(entry.leaf))
    assert public == {
        "v": 1,
        "t": "order.pay",
        "ts": entry.made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "o": order.log_ref,
        "n": 1,
        "p": "",
        "c": hashlib.sha256(bytes(entry.salt) + bytes(entry.record)).hexdigest(),
        "pol": settings.LOG_POLICY,
    }
    assert canonical_json(public) == bytes(entry.leaf)
    assert hashlib.sha256(b"\x00" + bytes(entry.leaf)).hexdigest() == entry.leaf_hash


def test_record_holds_who_for_whom_and_amounts_as_text():
    order = make_order()

    entry = record("order.pay", subject=order, actor=Clerk(), data={"total": 2_200_000, "free": False, "on": None})

    content = json.loads(bytes(entry.record))
    assert content["actor"] == "user:7"
    assert content["acting_for"] == "organisation:3"
    assert content["data"] == {"total": "2200000", "free": False, "on": None}
    assert (content["t"], content["o"], content["n"]) == ("order.pay", order.log_ref, 1)
    assert canonical_json(content) == bytes(entry.record)


def test_entries_of_an_object_follow_one_another():
    order = make_order()

    first = record("order.pay", subject=order, actor=Clerk())
    second = record("order.deliver", subject=order, actor=Clerk(), acting_for="organisation:9")
    other = record("order.pay", subject=make_order(2), actor=Clerk())

    assert (second.number, second.previous) == (2, first.leaf_hash)
    assert json.loads(bytes(second.leaf))["p"] == first.leaf_hash
    assert second.acting_for == "organisation:9"
    assert (other.number, other.previous) == (1, "")


def test_equal_events_have_different_commitments():
    first, second = (record("order.pay", subject=make_order(), actor=Clerk(), data={"total": 5}) for _ in range(2))

    assert bytes(first.salt) != bytes(second.salt)
    assert json.loads(bytes(first.leaf))["c"] != json.loads(bytes(second.leaf))["c"]


def test_free_text_is_bound_by_its_hash_only():
    reason = "Bên mua chưa nêu rõ mục đích, đề nghị bổ sung"

    entry = record("order.return", subject=make_order(), actor=Clerk(), data={"reason": reason, "code": "R47"})

    assert json.loads(bytes(entry.record))["data"] == {
        "reason": {"sha256": hashlib.sha256(reason.encode()).hexdigest()},
        "code": "R47",
    }


@pytest.mark.parametrize("key", sorted(leaf.PERSONAL))
def test_personal_data_is_refused(key):
    with pytest.raises(ValueError, match=key):
        record("order.pay", subject=make_order(), actor=Clerk(), data={"party": {key: "0101234567"}})

    assert not Entry.objects.exists()


def test_floating_point_is_refused():
    with pytest.raises(TypeError):
        record("order.pay", subject=make_order(), actor=Clerk(), data={"total": 1.5})


def test_plain_values():
    day = dt.date(2026, 11, 21)

    assert leaf.plain({"a": [1, "x"], "b": day, "c": {"z", "y"}}) == {
        "a": ["1", "x"],
        "b": "2026-11-21",
        "c": ["y", "z"],
    }


def test_an_address_is_no_word():
    assert leaf.plain("a@b.example") == {"sha256": hashlib.sha256(b"a@b.example").hexdigest()}


def test_rolled_back_change_leaves_no_entry():
    class Refusal(Exception):
        pass

    def change():
        record("order.pay", subject=make_order(), actor=Clerk())
        raise Refusal

    with pytest.raises(Refusal), transaction.atomic():
        change()

    assert not Entry.objects.exists()
    assert not Pending.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record("order.pay", subject=make_order(), actor=Clerk())

    assert not Entry.objects.exists()


@pytest.mark.parametrize("model", [Entry, Leaf, Checkpoint])
def test_log_rows_are_neither_changed_nor_deleted(model):
    write(1)
    seal()
    row = model.objects.first()
    field = {Entry: "kind", Leaf: "leaf_hash", Checkpoint: "note"}[model]

    with pytest.raises(ProgrammingError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{field: "x"})
    with pytest.raises(ProgrammingError), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete(DEFAULT_DB_ALIAS)

    assert model.objects.get(pk=row.pk) == row


@pytest.mark.parametrize("model", [Entry, Leaf, Checkpoint])
def test_log_tables_are_not_truncated(model):
    with connection.cursor() as cursor:
        table = model._meta.db_table
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'pgtrigger_no_truncate%%'",
            [table],
        )
        assert cursor.fetchone() == (1,)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        with pytest.raises(ProgrammingError, match="kept for good"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")


def test_database_recomputes_the_leaf_hash():
    entry = write(1)[0]

    with pytest.raises(IntegrityError, match="log_leaf_hash_is_of_the_leaf"), transaction.atomic():
        Entry.objects.create(
            kind="order.pay",
            subject="x",
            object_ref=entry.object_ref,
            number=2,
            salt=b"",
            record=b"{}",
            leaf=b"{}",
            leaf_hash="0" * 64,
            actor="user:1",
        )


def test_one_number_an_object():
    entry = write(1)[0]

    with pytest.raises(IntegrityError, match="log_order_of_object"), transaction.atomic():
        Entry.objects.create(
            kind="order.pay",
            subject="x",
            object_ref=entry.object_ref,
            number=1,
            salt=b"",
            record=b"{}",
            leaf=b"{}",
            leaf_hash=hashlib.sha256(b"\x00{}").hexdigest(),
            actor="user:1",
        )


def test_recording_costs_two_queries(django_assert_num_queries):
    order = make_order()

    with django_assert_num_queries(2):
        record("order.pay", subject=order, actor=Clerk(), data={"total": 5})


def test_recorded_entry_waits_for_the_sequencer_and_queues_nothing():
    record("order.pay", subject=make_order(), actor=Clerk())

    assert Pending.objects.count() == 1
    assert not due_jobs(now()).exists()
