"""The bank's door: what is signed and well shaped is stored once, whatever it says."""

import json

import pytest
from django.conf import settings
from django.core import mail

from exchange.common.clock import now
from transactions.ledger.models import Journal
from transactions.payments.models import IncomingTransfer, TransferState
from transactions.payments.webhooks import signature

pytestmark = pytest.mark.django_db
ADDRESS = "/payments/webhooks/bank/"


def credit(**changes) -> dict:
    return {
        "bank_transaction_id": "FT26325001",
        "amount": 2_200_000,
        "currency": "VND",
        "credit_account": settings.ESCROW_ACCOUNT["number"],
        "memo": "no order here",
        "value_time": "2026-11-21T09:00:00+07:00",
        **changes,
    }


def send(client, body, *, age=0, secret=None, headers=None):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(now().timestamp()) - age)
    signed = signature(secret or settings.BANK_WEBHOOK_SECRET, "msg_1", stamp, raw)
    given = {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signed} | (headers or {})
    return client.post(ADDRESS, raw, content_type="application/json", headers=given)


def test_a_transfer_that_names_no_order_is_stored_and_queued(client):
    answer = send(client, credit())
    transfer = IncomingTransfer.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"status": "queued", "duplicate": False})
    assert (transfer.state, transfer.mismatch, transfer.amount) == (TransferState.MISMATCHED, "memo", 2_200_000)
    assert list(Journal.objects.values_list("key", flat=True)) == [f"arrival:{transfer.bank_transaction_id}"]


def test_the_same_report_twice_is_one_transfer(client):
    send(client, credit())
    answer = send(client, credit())
    assert (answer.status_code, answer.json()["duplicate"]) == (200, True)
    assert IncomingTransfer.objects.count() == 1


def test_a_second_report_with_other_content_changes_nothing_but_is_noted(client):
    send(client, credit())
    answer = send(client, credit(amount=9))
    transfer = IncomingTransfer.objects.get()
    assert answer.status_code == 200
    assert transfer.amount == 2_200_000
    assert transfer.note.startswith("other content reported:")


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": -5},
        {"amount": 1.5},
        {"amount": "2200000"},
        {"amount": True},
        {"amount": 10**16},
        {"currency": "vnd"},
        {"currency": "VND\n"},
        {"value_time": "yesterday"},
        {"bank_transaction_id": ""},
        {"memo": None},
        {"memo": "x" * 301},
    ],
)
def test_a_bad_shape_is_422_and_stores_nothing(client, changes):
    assert send(client, credit(**changes)).status_code == 422
    assert not IncomingTransfer.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'"x"', b"[" * 5000])
def test_a_body_that_is_no_object_is_422(client, body):
    assert send(client, body).status_code == 422


@pytest.mark.parametrize(
    "how",
    [
        {"age": 301},
        {"age": -301},
        {"secret": "whsec_AAAA"},
        {"headers": {"webhook-signature": "v1,AAAA"}},
        {"headers": {"webhook-id": "msg_2"}},
        {"headers": {"webhook-timestamp": "soon"}},
    ],
)
def test_a_bad_signature_or_age_is_401_and_stores_nothing(client, how):
    assert send(client, credit(), **how).status_code == 401
    assert not IncomingTransfer.objects.exists()


def test_get_is_not_a_door(client):
    assert client.get(ADDRESS).status_code == 405
    assert mail.outbox == []
