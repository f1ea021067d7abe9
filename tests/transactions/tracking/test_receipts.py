"""Receipts of an order: a promise at once, proof and opening to both sides as soon as the log has published them."""

import json

import pytest
from django.core import mail
from django.db import transaction

from exchange.jobs.testing import run_jobs
from exchange.notifications.models import Message
from exchange.transparency.checker import GOOD, WAITING, check
from exchange.transparency.models import Entry
from exchange.transparency.sealer import seal
from exchange.transparency.services import record
from tests.factories.accounts import MembershipFactory
from tests.factories.transactions import OrderFactory
from transactions.tracking.receipts import content_of
from transactions.tracking.services import send_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    found = OrderFactory(paid=True)
    for side in (found.buyer, found.seller):
        MembershipFactory(organisation=side, roles=["owner"])
    return found


@pytest.fixture
def entry(order):
    with transaction.atomic():
        return record("order.pay", subject=order, actor=Clerk(), data={"total": order.total}, rows=[])


class Clerk:
    """The bank's report."""

    label = "system:bank"
    acting_for = ""


def test_receipt_goes_to_both_sides_once_it_is_published(order, entry):
    assert send_receipt(order_id=order.pk, entry_id=entry.pk) is False  # not published: looked at again later
    assert not Message.objects.filter(kind="order.receipt").exists()
    seal()

    assert send_receipt(order_id=order.pk, entry_id=entry.pk) is True
    assert send_receipt(order_id=order.pk, entry_id=entry.pk) is False

    told = set(Message.objects.filter(kind="order.receipt").values_list("recipient", flat=True))
    owners = {
        pk
        for side in (order.buyer, order.seller)
        for pk in side.memberships.filter(roles__contains=["owner"]).values_list("user", flat=True)
    }
    assert owners <= told


def test_mail_carries_proof_and_opening_that_hold(order, entry):
    seal()
    send_receipt(order_id=order.pk, entry_id=entry.pk)

    run_jobs()

    sent = [one for one in mail.outbox if one.attachments]
    assert sent
    files = {attachment.filename: attachment.content for attachment in sent[0].attachments}
    assert set(files) == {f"{order.number}-{entry.pk}.tlog-proof", f"{order.number}-{entry.pk}-opening.json"}
    assert [check(content).outcome for content in files.values()] == [GOOD, GOOD]
    assert entry.leaf_hash in sent[0].body


def test_order_page_gives_the_promise_first_and_then_the_proof(client, order, entry):
    client.force_login(order.buyer.memberships.filter(roles__contains=["owner"]).first().user)
    page = f"/orders/{order.number}/"
    address = f"{page}receipts/{entry.pk}"
    before = client.get(page).content.decode()
    assert f"{address}/pending/" in before
    assert f"{address}/proof/" not in before
    assert check(client.get(f"{address}/pending/").content.decode()).outcome == WAITING
    assert client.get(f"{address}/proof/").status_code == 404
    seal()

    after = client.get(page).content.decode()

    assert f"{address}/proof/" in after
    assert 'class="qr-code"' in after
    assert check(client.get(f"{address}/proof/").content.decode()).outcome == GOOD
    assert check(client.get(f"{address}/pending/").content.decode()).outcome == GOOD
    opening = client.get(f"{address}/opening/").content.decode()
    assert json.loads(opening)["record"]["data"] == {"total": str(order.total)}
    assert check(opening).outcome == GOOD


@pytest.mark.parametrize("kind", ["proof", "opening", "pending"])
def test_strangers_get_no_receipt(client, order, entry, kind):
    seal()
    client.force_login(MembershipFactory().user)

    assert client.get(f"/orders/{order.number}/receipts/{entry.pk}/{kind}/").status_code == 404


def test_receipt_of_another_order_is_not_given_under_this_one(client, order, entry):
    seal()
    other = OrderFactory(paid=True)
    client.force_login(MembershipFactory(organisation=other.buyer, roles=["owner"]).user)

    assert client.get(f"/orders/{other.number}/receipts/{entry.pk}/proof/").status_code == 404


def test_entry_without_its_opening_keeps_its_proof(order, entry):
    seal()
    lost = Entry.objects.select_related("sequenced").get(pk=entry.pk)
    lost.salt = lost.record = b""

    assert content_of(lost, "opening") == ""
    assert check(content_of(lost, "proof")).outcome == GOOD
