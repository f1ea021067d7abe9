"""Delivery: the approved bytes, to the right buyer, as long as the right lasts, and never after a change."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from accounts.access.actor import Actor
from exchange.common.clock import now, today
from exchange.common.errors import DomainError
from exchange.files.services import place_of
from tests.factories.catalog import CSV
from tests.factories.transactions import HoldFactory, OrderFactory, acting, reviewer, trader
from transactions.delivery import services
from transactions.delivery.models import Delivery, DownloadLink, Entitlement
from transactions.delivery.states import EntitlementState
from transactions.disputes.services import open_dispute
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance, total
from transactions.orders.states import OrderState
from transactions.payments.services import BankCredit, receive_transfer

pytestmark = pytest.mark.django_db
CLOCK = Actor.system("clock")


@pytest.fixture
def paid(settings, tmp_path):
    """A paid order whose file lies in the storage, with its money in escrow."""
    settings.MEDIA_ROOT = str(tmp_path)
    order = OrderFactory(awaiting_payment=True)
    receive_transfer(
        BankCredit("FT1", order.total, "VND", "0000000000", order.number, now(), "0" * 64), actor=Actor.system("bank")
    )
    stored = order.listing.revision.files.get().stored
    place = place_of(stored)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(CSV)
    order.refresh_from_db()
    return order


@pytest.fixture
def opened(paid):
    """The same with access opened."""
    services.open_access(order_id=paid.pk, actor=CLOCK)
    paid.refresh_from_db()
    return paid


@pytest.fixture
def buyer(opened):
    """A buyer of the order's buying side."""
    return acting(opened.buyer, "buyer")


def download(order, buyer, session="s1"):
    token = services.make_link(order_id=order.pk, session_key=session, actor=buyer)
    return services.use_link(order_id=order.pk, token=token, session_key=session, actor=buyer)


def test_paying_opens_access_until_the_end_of_the_term(opened):
    entitlement = opened.entitlement
    assert (opened.state, entitlement.state) == (OrderState.DELIVERING, EntitlementState.ACTIVE)
    assert entitlement.sha256 == opened.snapshot["file_sha256"]
    assert entitlement.ends_on > today()


def test_opening_twice_is_one_entitlement(opened):
    services.open_access(order_id=opened.pk, actor=CLOCK)
    assert Entitlement.objects.count() == 1


def test_a_held_order_is_not_opened_until_the_hold_is_released(paid):
    hold = HoldFactory(order=paid)
    services.open_access(order_id=paid.pk, actor=CLOCK)
    paid.refresh_from_db()
    assert (paid.state, Entitlement.objects.count()) == (OrderState.PAID, 0)
    hold.released_at, hold.concluded_by, hold.conclusion = now(), "user:1", "Đã xem xét xong."
    hold.save()
    services.open_access(order_id=paid.pk, actor=CLOCK)
    assert Entitlement.objects.count() == 1


def test_the_first_download_counts_once_and_asks_for_confirmation(opened, buyer):
    token = services.make_link(order_id=opened.pk, session_key="s1", actor=buyer)
    for _ in range(3):  # ranges of one download
        services.use_link(order_id=opened.pk, token=token, session_key="s1", actor=buyer)
    opened.refresh_from_db()
    assert opened.state == OrderState.AWAITING_ACCEPTANCE
    assert (opened.entitlement.used, Delivery.objects.count()) == (1, 1)
    assert Delivery.objects.get().sha256 == opened.snapshot["file_sha256"]


@pytest.mark.parametrize("wrong", ["session", "token", "person", "late"])
def test_a_link_works_only_in_its_session_for_its_person_and_five_minutes(opened, buyer, wrong):
    token = services.make_link(order_id=opened.pk, session_key="s1", actor=buyer)
    if wrong == "late":
        DownloadLink.objects.update(expires_at=now() - dt.timedelta(seconds=1))
    other = acting(opened.buyer, "buyer")
    with pytest.raises(DownloadLink.DoesNotExist):
        services.use_link(
            order_id=opened.pk,
            token=token + ("x" if wrong == "token" else ""),
            session_key="s2" if wrong == "session" else "s1",
            actor=other if wrong == "person" else buyer,
        )
    assert not Delivery.objects.exists()


def test_a_link_ends_with_the_role_it_was_made_in(opened, buyer):
    token = services.make_link(order_id=opened.pk, session_key="s1", actor=buyer)
    without = replace(buyer, roles=frozenset({"finance"}))

    with pytest.raises(PermissionDenied):
        services.use_link(order_id=opened.pk, token=token, session_key="s1", actor=without)

    assert not Delivery.objects.exists()


def test_strangers_and_sellers_get_no_link(opened):
    for actor in (acting(trader(), "buyer"), acting(opened.seller, "steward"), acting(opened.buyer, "finance")):
        with pytest.raises(PermissionDenied):
            services.make_link(order_id=opened.pk, session_key="s1", actor=actor)
    assert not DownloadLink.objects.exists()


def test_one_changed_byte_of_the_file_stops_delivery_and_holds_the_order(opened, buyer):
    place = place_of(opened.listing.revision.files.get().stored)
    changed = bytearray(CSV)
    changed[7] ^= 1
    place.write_bytes(bytes(changed))
    with pytest.raises(DomainError) as refusal:
        download(opened, buyer)
    assert refusal.value.code == "file_changed"
    assert opened.holds.get().rule == "integrity"
    assert not Delivery.objects.exists()


def test_one_changed_byte_of_the_contract_stops_delivery(opened, buyer):
    contract = opened.contract
    with connection.cursor() as cursor:  # the owner of the tables, behind the portal's back
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE transactions_contract DISABLE TRIGGER USER")
        cursor.execute("UPDATE transactions_contract SET text_vi = text_vi || '~' WHERE id = %s", [contract.pk])
        cursor.execute("ALTER TABLE transactions_contract ENABLE TRIGGER USER")
    with pytest.raises(DomainError) as refusal:
        download(opened, buyer)
    assert refusal.value.code == "contract_changed"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("how", ["suspend", "revoke", "expire"])
def test_suspended_revoked_and_expired_rights_refuse_at_once_even_with_a_fresh_link(opened, buyer, how):
    token = services.make_link(order_id=opened.pk, session_key="s1", actor=buyer)
    if how == "expire":
        Entitlement.objects.update(ends_on=today() - dt.timedelta(days=1))
        services.expire(entitlement_id=opened.entitlement.pk, actor=CLOCK)
    else:
        getattr(services, how)(entitlement_id=opened.entitlement.pk, text="Có dấu hiệu vi phạm.", actor=reviewer())
    with pytest.raises(DomainError) as refusal:
        services.use_link(order_id=opened.pk, token=token, session_key="s1", actor=buyer)
    assert refusal.value.code == "entitlement_not_active"


def test_a_suspended_right_can_be_resumed(opened, buyer):
    officer = reviewer()
    services.suspend(entitlement_id=opened.entitlement.pk, text="Tạm dừng để kiểm tra.", actor=officer)
    services.resume(entitlement_id=opened.entitlement.pk, text="Không có vi phạm.", actor=officer)
    download(opened, buyer)
    assert Delivery.objects.count() == 1


def test_confirmation_completes_the_order_and_shares_out_the_escrow(opened, buyer):
    download(opened, buyer)
    services.confirm_receipt(order_id=opened.pk, actor=buyer)
    opened.refresh_from_db()
    assert opened.state == OrderState.COMPLETED
    assert balance(f"seller:payable:{opened.seller_id}") == opened.seller_share
    assert (balance(f"escrow:{opened.number}"), total()) == (0, 0)


def test_confirming_twice_has_one_effect(opened, buyer):
    download(opened, buyer)
    services.confirm_receipt(order_id=opened.pk, actor=buyer)
    with pytest.raises(DomainError):
        services.confirm_receipt(order_id=opened.pk, actor=buyer)
    assert Journal.objects.filter(kind="settle").count() == 1


def complain(order, buyer):
    return open_dispute(
        order_id=order.pk, reason_code="content_differs", text="Sai số liệu năm 2018, trang 2.", actor=buyer
    )


def test_an_objection_opens_a_dispute_that_freezes_the_order_and_the_money(opened, buyer):
    download(opened, buyer)
    dispute = complain(opened, buyer)
    with pytest.raises(DomainError) as refusal:
        services.confirm_receipt(order_id=opened.pk, actor=buyer)
    assert refusal.value.code == "disputed"
    assert (dispute.state, dispute.side) == ("answer_due", "buyer")
    assert balance(f"escrow:{opened.number}") == opened.total


def test_every_delivery_call_is_refused_while_a_dispute_is_open(opened, buyer):
    token = services.make_link(order_id=opened.pk, session_key="s1", actor=buyer)
    services.use_link(order_id=opened.pk, token=token, session_key="s1", actor=buyer)
    complain(opened, buyer)
    for call in (
        lambda: services.make_link(order_id=opened.pk, session_key="s1", actor=buyer),
        lambda: services.use_link(order_id=opened.pk, token=token, session_key="s1", actor=buyer),
    ):
        with pytest.raises(DomainError) as refusal:
            call()
        assert refusal.value.code == "disputed"
    assert (Delivery.objects.count(), DownloadLink.objects.count()) == (1, 1)


def test_the_clock_does_not_accept_a_disputed_order(opened, buyer):
    download(opened, buyer)
    complain(opened, buyer)
    type(opened).objects.update(due_on=today() - dt.timedelta(days=1))
    services.accept_by_clock(order_id=opened.pk, actor=CLOCK)
    opened.refresh_from_db()
    assert opened.state == OrderState.AWAITING_ACCEPTANCE
    assert not Journal.objects.filter(kind="settle").exists()


def test_nobody_objects_before_the_data_was_handed_over(opened, buyer):
    with pytest.raises(DomainError) as refusal:
        complain(opened, buyer)
    assert refusal.value.code == "too_late"
    opened.refresh_from_db()
    assert not opened.is_frozen


def test_the_clock_accepts_only_after_the_last_day_and_never_a_held_order(opened, buyer):
    download(opened, buyer)
    services.accept_by_clock(order_id=opened.pk, actor=CLOCK)
    opened.refresh_from_db()
    assert opened.state == OrderState.AWAITING_ACCEPTANCE
    type(opened).objects.update(due_on=today() - dt.timedelta(days=1))
    hold = HoldFactory(order=opened)
    services.accept_by_clock(order_id=opened.pk, actor=CLOCK)
    opened.refresh_from_db()
    assert opened.state == OrderState.AWAITING_ACCEPTANCE
    type(hold).objects.update(released_at=now(), concluded_by="user:1", conclusion="Đã xem xét xong.")
    services.accept_by_clock(order_id=opened.pk, actor=CLOCK)
    opened.refresh_from_db()
    assert opened.state == OrderState.COMPLETED
    assert balance(f"escrow:{opened.number}") == 0


def test_the_quota_of_downloads_ends(opened, buyer):
    Entitlement.objects.update(quota=1)
    download(opened, buyer)
    with pytest.raises(DomainError) as refusal:
        services.make_link(order_id=opened.pk, session_key="s1", actor=buyer)
    assert refusal.value.code == "quota"


def test_the_page_hands_out_the_very_bytes_in_ranges(client, opened, buyer):
    client.force_login(buyer.user)
    started = client.post(reverse("transactions:download-start", args=[opened.number]))
    assert started.status_code == 302
    whole = client.get(started.url)
    part = client.get(started.url, headers={"range": "bytes=3-9"})
    assert b"".join(whole.streaming_content) == CSV
    assert (part.status_code, b"".join(part.streaming_content)) == (206, CSV[3:10])
    assert Delivery.objects.count() == 1


def test_another_session_of_the_same_person_gets_404(client, opened, buyer):
    client.force_login(buyer.user)
    started = client.post(reverse("transactions:download-start", args=[opened.number]))
    client.logout()
    client.force_login(buyer.user)
    assert client.get(started.url).status_code == 404
