"""What a ruling does to money, access and trade, and what stands still until then."""

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import translation

from accounts.access.models import StaffRole
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.transactions import (
    WORDS,
    acting,
    disputed,
    funded,
    reviewer,
    staff,
    verdict,
)
from tests.transactions.disputes.steps import CLOCK, accept, fresh, money, overdue
from tests.transactions.refusals import refused
from transactions.delivery.models import Entitlement
from transactions.disputes import services
from transactions.disputes.models import Consent, DisputeEvidence, Ruling, Statement
from transactions.ledger.models import Journal
from transactions.orders.overlays import hold_order, release_hold
from transactions.payments.refunds import refund_order
from transactions.payouts.services import approve_batch, prepare_batch

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def close_decided(outcome, order=None):
    dispute = disputed("mediation", order=order)
    services.decide(dispute_id=dispute.pk, verdict=verdict(outcome), actor=reviewer())
    overdue(dispute)
    services.run(actor=CLOCK)
    dispute.order.refresh_from_db()
    return fresh(dispute)


def test_a_decision_for_the_buyer_pays_back_ends_the_trade_and_access():
    dispute = close_decided("buyer")

    order = dispute.order
    assert (dispute.state, dispute.outcome, dispute.refund) == ("closed", "buyer", 2_200_000)
    assert (order.state, order.reason_code, order.is_disputed) == ("terminated", "dispute_decided", False)
    assert money(order) == {"escrow": 0, "buyer": 2_200_000, "seller": 0, "fee": 0, "vat": 0}
    assert Entitlement.objects.get(order=order).state == "revoked"


def test_a_decision_for_the_seller_completes_and_settles():
    dispute = close_decided("seller")

    order = dispute.order
    assert (dispute.outcome, dispute.refund, order.state) == ("seller", 0, "completed")
    assert money(order) == {"escrow": 0, "buyer": 0, "seller": 2_156_000, "fee": 40_000, "vat": 4_000}
    assert Entitlement.objects.get(order=order).state == "active"


@pytest.mark.parametrize(
    ("outcome", "state", "access"), [("buyer", "terminated", "revoked"), ("seller", "completed", "active")]
)
def test_a_free_trade_ends_without_money(outcome, state, access):
    dispute = close_decided(outcome, order=funded(awaiting_acceptance=True, free=True))

    assert (dispute.order.state, Journal.objects.count()) == (state, 0)
    assert Entitlement.objects.get().state == access


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("buyer", {"escrow": 0, "buyer": 2_200_000, "seller": 0, "fee": 0, "vat": 0}),
        ("split", {"escrow": 0, "buyer": 550_000, "seller": 1_617_000, "fee": 30_000, "vat": 3_000}),
        ("seller", {"escrow": 0, "buyer": 0, "seller": 2_156_000, "fee": 40_000, "vat": 4_000}),
    ],
)
def test_after_completion_the_shares_are_taken_back(outcome, expected):
    dispute = close_decided(outcome, order=funded(completed=True))

    assert (dispute.state, dispute.order.state) == ("closed", "completed")
    assert money(dispute.order) == expected
    assert Entitlement.objects.get().state == ("revoked" if outcome == "buyer" else "active")


def test_a_decision_both_sides_accept_takes_effect_before_the_time_of_appeal_is_over():
    dispute = disputed("decided")

    accept(dispute, "seller")
    accept(dispute, "buyer")

    assert fresh(dispute).state == "closed"
    assert money(dispute.order)["buyer"] == 550_000


def test_closing_twice_has_one_effect():
    dispute = close_decided("split")

    services.run(actor=CLOCK)
    services.act_on(dispute_id=dispute.pk, actor=CLOCK)

    assert Journal.objects.filter(kind="refund").count() == 1


def test_on_hold_nothing_is_carried_out_until_the_hold_is_concluded():
    dispute = disputed("decided")
    hold_order(order_id=dispute.order_id, reason_text="Cần xem xét thêm.", actor=staff("supervisor"))
    overdue(dispute)
    assert services.run(actor=CLOCK) == 0
    assert (fresh(dispute).state, money(dispute.order)["escrow"]) == ("decided", 2_200_000)

    release_hold(order_id=dispute.order_id, conclusion="Đã xem xét xong.", actor=reviewer())
    services.run(actor=CLOCK)

    assert fresh(dispute).state == "closed"


def test_a_ruling_is_the_end_of_the_matter_at_the_exchange():
    dispute = close_decided("seller")

    refused(
        "already_settled",
        services.open_dispute,
        order_id=dispute.order_id,
        reason_code="other",
        text=WORDS,
        actor=acting(dispute.order.buyer, "buyer"),
    )


def test_the_exchange_does_not_refund_past_an_open_dispute():
    dispute = disputed("mediation")

    refused(
        "disputed",
        refund_order,
        order_id=dispute.order_id,
        amount=None,
        reason_code="content_differs",
        reason_text="Nội dung không khớp.",
        actor=reviewer(),
    )


def test_the_sellers_share_is_not_paid_out_while_a_dispute_is_open():
    order = funded(completed=True)
    order.seller.bank_id, order.seller.bank_account = "970436", "0011223344"
    order.seller.bank_holder = "CONG TY MINH HOA"
    order.seller.save()
    batch = prepare_batch(actor=staff(StaffRole.FINANCE))
    dispute = disputed("mediation", order=order)

    refused("payout_changed", approve_batch, batch_id=batch.pk, actor=staff(StaffRole.FINANCE))
    services.withdraw(
        dispute_id=dispute.pk,
        reason_code="mended",
        text="Bên bán đã gửi tệp đúng.",
        actor=acting(order.buyer, "buyer"),
    )

    assert approve_batch(batch_id=batch.pk, actor=staff(StaffRole.FINANCE)).total == 2_156_000


def test_what_was_said_and_ruled_cannot_be_changed_or_removed():
    dispute = disputed("proposed")
    accept(dispute, "buyer")
    said = dispute.statements.first()
    DisputeEvidence.objects.create(statement=said, file=dispute.order.listing.revision.files.get().stored)

    for model in (Statement, Ruling, Consent, DisputeEvidence):
        rows, field = model.objects.all(), "file_id" if model is DisputeEvidence else "made_by"
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            rows.update(**{field: F(field)})
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            rows._raw_delete(rows.db)


def test_the_log_holds_hashes_and_never_words():
    dispute = disputed("proposed")

    entries = Entry.objects.filter(object_ref=dispute.log_ref)

    assert entries.count() == 4
    assert all(WORDS.encode() not in bytes(entry.record) for entry in entries)


def test_every_message_reads_whole_in_both_languages():
    for person in ("buyer", "seller"):
        disputed("appealed", side=person)
    for message in Message.objects.filter(kind__startswith="dispute."):
        for language in ("vi", "en"):
            with translation.override(language):
                wording = message.wording
                assert len(wording.sentences) >= 2, message.kind
                assert "TC-" in wording.subject
