"""Rows of the queues and how one of them reads in the work list."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from accounts.verification.models import VerificationCase
from catalog.assets.models import Revision
from catalog.offers.models import Listing
from exchange.common.money import shown
from exchange.transparency.models import Discrepancy
from exchange.transparency.wording import FINDINGS
from transactions.compliance.selectors import waiting_for_review
from transactions.disputes.models import Dispute
from transactions.disputes.selectors import waiting_for_review as disputes_waiting
from transactions.orders.models import Hold, Order
from transactions.payments.models import IncomingTransfer, TransferState
from transactions.payouts.models import PayoutBatch
from transactions.payouts.selectors import waiting_batches
from transactions.statements.models import LineBooking
from transactions.statements.selectors import waiting_bookings

WAITING = ("submitted", "in_review")


@dataclass
class Item:
    """One line of the work list."""

    kind: str | Promise
    icon: str
    title: str
    who: str
    number: str
    stage: object
    url: str
    due: dt.date | None = None
    holder: str = ""
    holder_id: int | None = None
    flags: list[tuple[str, object]] = field(default_factory=list)
    days: int | None = None


def _url(address: str, pk: int) -> str:
    return reverse(f"admin:{address}_change", args=[pk])


def _held_by(holder: User | None) -> dict[str, object]:
    return {"holder": str(holder) if holder else "", "holder_id": holder.pk if holder else None}


def cases() -> QuerySet[VerificationCase]:
    """Files of participants that wait for a reviewer."""
    return VerificationCase.objects.waiting().select_related("organisation", "holder")


def case_item(case: VerificationCase) -> Item:
    """A file of a participant."""
    return Item(
        kind=_("Verification"),
        icon="user",
        title=case.organisation.name,
        who=case.organisation.get_kind_display(),
        number=case.number,
        stage=case.get_state_display(),
        url=_url("accounts_verificationcase", case.pk),
        due=case.due_on,
        **_held_by(case.holder),
    )


def registrations() -> QuerySet[Revision]:
    """Registrations that wait for a reviewer."""
    waiting = Revision.objects.filter(state__in=WAITING)
    return waiting.select_related("asset__owner", "holder")


def registration_item(revision: Revision) -> Item:
    """A registration."""
    return Item(
        kind=_("Registration"),
        icon="cert",
        title=revision.title,
        who=revision.asset.owner.name,
        number=revision.asset.number,
        stage=revision.get_state_display(),
        url=_url("catalog_revision", revision.pk),
        due=revision.due_on,
        **_held_by(revision.holder),
    )


def listings() -> QuerySet[Listing]:
    """Listings that wait for a reviewer."""
    waiting = Listing.objects.filter(state__in=WAITING)
    return waiting.select_related("revision__asset__owner", "holder")


def listing_item(listing: Listing) -> Item:
    """A listing."""
    return Item(
        kind=_("Listing"),
        icon="layers",
        title=listing.revision.title,
        who=listing.revision.asset.owner.name,
        number=listing.number,
        stage=listing.get_state_display(),
        url=_url("catalog_listing", listing.pk),
        due=listing.due_on,
        **_held_by(listing.holder),
    )


def trades() -> QuerySet[Order]:
    """Trades under the legality check."""
    return waiting_for_review().select_related("buyer", "seller", "holder").prefetch_related("holds")


def _sides(order: Order) -> str:
    return f"{order.seller.name} → {order.buyer.name}"


def trade_item(order: Order) -> Item:
    """A trade under check, with its open holds."""
    held = sorted(hold.rule for hold in order.holds.all() if hold.released_at is None)
    return Item(
        kind=_("Trade"),
        icon="cart",
        title=order.title,
        who=_sides(order),
        number=order.number,
        stage=order.get_state_display(),
        url=_url("transactions_order", order.pk),
        due=order.due_on,
        flags=[("warn", rule) for rule in held],
        **_held_by(order.holder),
    )


def _open_holds() -> QuerySet[Hold]:
    return Hold.objects.open().placed_by_people().select_related("order__buyer", "order__seller", "order__holder")


def disputes() -> QuerySet[Dispute]:
    """Disputes that wait for a reviewer."""
    return disputes_waiting()


def dispute_item(dispute: Dispute) -> Item:
    """A dispute."""
    return Item(
        kind=_("Dispute"),
        icon="chat",
        title=dispute.order.title,
        who=_sides(dispute.order),
        number=dispute.number,
        stage=dispute.get_state_display(),
        url=_url("transactions_dispute", dispute.pk),
        due=dispute.due_on,
        **_held_by(dispute.holder),
    )


def holds() -> QuerySet[Hold]:
    """Holds of staff and of integrity."""
    return _open_holds()


def hold_item(hold: Hold) -> Item:
    """A hold on a trade; the clock of the trade stands still."""
    order = hold.order
    return Item(
        kind=_("Hold"),
        icon="clock",
        title=order.title,
        who=_sides(order),
        number=order.number,
        stage=order.get_state_display(),
        url=_url("transactions_order", order.pk),
        **_held_by(order.holder),
    )


def transfers() -> QuerySet[IncomingTransfer]:
    """Transfers that match no order."""
    return IncomingTransfer.objects.filter(state=TransferState.MISMATCHED).select_related("order")


def transfer_item(transfer: IncomingTransfer) -> Item:
    """A transfer that matches no order."""
    return Item(
        kind=_("Matching"),
        icon="coin",
        title=shown(transfer.amount),
        who=transfer.memo,
        number=transfer.bank_transaction_id,
        stage=transfer.get_state_display(),
        url=_url("transactions_incomingtransfer", transfer.pk),
    )


def batches() -> QuerySet[PayoutBatch]:
    """Batches of payouts that wait for a second person."""
    return waiting_batches()


def batch_item(batch: PayoutBatch) -> Item:
    """A batch of payouts that waits for a second person."""
    return Item(
        kind=_("Payouts"),
        icon="coin",
        title=shown(batch.total),
        who=str(batch.prepared_by),
        number=batch.number,
        stage=batch.get_state_display(),
        url=_url("transactions_payoutbatch", batch.pk),
    )


def bookings() -> QuerySet[LineBooking]:
    """Bookings of statement lines that wait for a second person."""
    return waiting_bookings()


def booking_item(booking: LineBooking) -> Item:
    """A booking of a statement line that waits for a second person."""
    return Item(
        kind=_("Statement line"),
        icon="coin",
        title=shown(booking.amount),
        who=str(booking.proposed_by),
        number=booking.line.bank_transaction_id,
        stage=booking.get_kind_display(),
        url=_url("transactions_linebooking", booking.pk),
    )


def discrepancies() -> QuerySet[Discrepancy]:
    """Differences between records and log that nobody has concluded."""
    return Discrepancy.objects.filter(concluded_at__isnull=True)


def discrepancy_item(found: Discrepancy) -> Item:
    """A row that is not what the log committed to."""
    return Item(
        kind=_("Log"),
        icon="log",
        title=str(FINDINGS.get(found.code, found.code)),
        who="",
        number=found.place,
        stage=_("Not concluded"),
        url=_url("exchange_discrepancy", found.pk),
        flags=[("err", _("Differs from the log"))],
    )
