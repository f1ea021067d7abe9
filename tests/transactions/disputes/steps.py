"""What tests of disputes do again and again, and what a refusal must leave untouched."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.access.actor import Actor
from exchange.common import clock
from tests.factories.transactions import (
    WORDS,
    acting,
)
from transactions.disputes import services
from transactions.disputes.models import Dispute
from transactions.ledger.selectors import balance

CLOCK = Actor.system("clock")
PDF = b"%PDF-1.7 chung cu"


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
