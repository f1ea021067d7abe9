"""What tests of disputes do again and again, and what a refusal must leave untouched."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.access.actor import Actor
from exchange.common import clock
from exchange.common.errors import DomainError
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.transactions import (
    WORDS,
    acting,
)
from transactions.disputes import services
from transactions.disputes.models import Consent, Dispute, DisputeEvidence, Ruling, Statement
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance
from transactions.orders.models import OrderEvent

CLOCK = Actor.system("clock")
PDF = b"%PDF-1.7 chung cu"
TRACED = (Dispute, Statement, DisputeEvidence, Ruling, Consent, Entry, Message, Journal, OrderEvent)


def traces() -> tuple:
    return (*(model.objects.count() for model in TRACED), *Dispute.objects.values_list("state", "version"))


def refused(code: str, call, **kwargs) -> DomainError:
    before = traces()
    with pytest.raises(DomainError) as refusal:
        call(**kwargs)
    assert refusal.value.code == code
    assert traces() == before
    return refusal.value


def pdf(name: str = "bien-ban.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def opening(order, actor, **changes):
    given = {"reason_code": "content_differs", "text": WORDS}
    return services.open_dispute(order_id=order.pk, actor=actor, **given | changes)


def accept(dispute, side, *, is_accepted=True):
    ruling = dispute.rulings.order_by("-pk").first().number
    actor = acting(getattr(dispute.order, side), "signatory")
    services.respond(dispute_id=dispute.pk, ruling=ruling, is_accepted=is_accepted, actor=actor)


def fresh(dispute) -> Dispute:
    return Dispute.objects.select_related("order").get(pk=dispute.pk)


def money(order) -> dict[str, int]:
    return {
        "escrow": balance(f"escrow:{order.number}"),
        "buyer": balance(f"buyer:refundable:{order.buyer_id}"),
        "seller": balance(f"seller:payable:{order.seller_id}"),
        "fee": balance("fee:income"),
        "vat": balance("vat:payable"),
    }


def overdue(dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(due_on=clock.today() - dt.timedelta(days=1))
