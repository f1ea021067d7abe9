"""Money in, matched with orders; money out to the seller's account in the ledger.

The exchange records what the bank holds in escrow; it never holds money itself (product rule 2.3).
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.access.services import require
from exchange.codes import identifiers
from exchange.codes.models import Bank
from exchange.common.clock import now
from exchange.common.errors import DomainError
from exchange.common.ids import is_order_number
from exchange.common.retry import retried
from exchange.common.vietnamese import clean
from exchange.jobs.services import enqueue
from exchange.notifications.services import notify
from exchange.transparency.services import record
from transactions.halts.selectors import is_halted
from transactions.halts.services import require_trading
from transactions.ledger import accounts, flows
from transactions.ledger.models import Journal
from transactions.ledger.services import book
from transactions.orders.models import Order
from transactions.orders.owners import weights
from transactions.orders.selectors import staff_of
from transactions.orders.services import move
from transactions.orders.states import OrderState
from transactions.payments.models import IncomingTransfer, TransferState
from transactions.payments.owners import stopped_by_owner, tell_owners

ORDER_IN_MEMO = re.compile(r"SDL\d{10,13}[0-9A-HJ-NP-Z]")


@dataclass(frozen=True)
class BankCredit:
    """One credit as the bank reports it; amount in whole dong."""

    bank_transaction_id: str
    amount: int
    currency: str
    credit_account: str
    memo: str
    value_time: dt.datetime
    body_digest: str


@retried
@transaction.atomic
def ask_payment(*, order_id: int, actor: Actor) -> Order:
    """A contracted order with a price starts to wait for its transfer; one that came early is applied at once."""
    order = Order.objects.locked().get(pk=order_id)
    require(actor, "transactions.run_clock")
    if order.state != OrderState.CONTRACTED or order.is_free or stopped_by_owner(order, actor=actor):
        return order
    move(order, "ask_payment", actor=actor)
    parked = IncomingTransfer.objects.filter(
        state=TransferState.MISMATCHED, mismatch="not_due", memo__icontains=order.number
    ).order_by("pk")
    for transfer in parked.select_for_update():
        _apply(transfer, order, actor=actor)
    return order


def order_number_in(memo: str) -> str:
    """The order number a transfer text contains, or ''; banks add blanks, prefixes and lower case."""
    for found in ORDER_IN_MEMO.findall(re.sub(r"[^0-9A-Z]", "", memo.upper())):
        if is_order_number(found):
            return found
    return ""


def _mismatch(transfer: IncomingTransfer, order: Order | None) -> str:
    if transfer.currency != "VND":
        return "currency"
    if transfer.credit_account != settings.ESCROW_ACCOUNT["number"]:
        return "account"
    if order is None:
        return "memo"
    if order.state in (OrderState.CONTRACTED, OrderState.SIGNING):
        return "not_due"
    if order.state != OrderState.AWAITING_PAYMENT:
        return "late" if order.state == OrderState.CANCELLED else "twice"
    return "" if transfer.amount == order.total else "amount"


def _apply(transfer: IncomingTransfer, order: Order | None, *, actor: Actor, is_new: bool = False) -> None:
    """Match the transfer with its order and book it, or leave it for the finance officer with the reason."""
    transfer.mismatch = _mismatch(transfer, order)
    if not transfer.mismatch and is_halted():
        transfer.mismatch = "halted"
    if transfer.mismatch or order is None:
        transfer.save(update_fields=["mismatch"])
        if is_new and transfer.reached_escrow:
            _book_unmatched(transfer, "arrival", accounts.BANK, accounts.unmatched(transfer.pk), actor=actor)
        else:
            _note("payment.queue", transfer, actor)
        return
    transfer.state, transfer.order = TransferState.MATCHED, order
    transfer.matched_by, transfer.matched_at = actor.label, now()
    transfer.save(update_fields=["state", "order", "mismatch", "matched_by", "matched_at"])
    move(order, "pay", actor=actor)
    source = accounts.BANK if is_new else accounts.unmatched(transfer.pk)
    book(
        "payment.match",
        subject=order,
        key=f"payment:{transfer.bank_transaction_id}",
        kind="payment",
        legs=flows.paid_in(source, accounts.escrow(order.number), order.total),
        order_number=order.number,
        actor=actor,
        data={"amount": str(order.total), "transfer": str(transfer.pk)},
        rows=[transfer],
    )
    enqueue("transactions.delivery.open_access", order_id=order.pk)


def _book_unmatched(transfer: IncomingTransfer, kind: str, source: str, target: str, *, actor: Actor) -> None:
    """Money that belongs to no order stands on accounts of its own (ADR 0011)."""
    book(
        f"payment.{kind}",
        subject=transfer,
        key=f"{kind}:{transfer.bank_transaction_id}",
        kind=kind,
        legs=flows.paid_in(source, target, transfer.amount),
        actor=actor,
        data={"amount": str(transfer.amount)},
    )


def _note(kind: str, transfer: IncomingTransfer, actor: Actor) -> None:
    """Commit to a transfer whose row changed without money being booked."""
    record(kind, subject=transfer, actor=actor, data={"mismatch": transfer.mismatch})


@retried
@transaction.atomic
def receive_transfer(credit: BankCredit, *, actor: Actor) -> tuple[IncomingTransfer, bool]:
    """Store a reported credit once and match it; returns the transfer and whether it is new."""
    require(actor, "transactions.match_payment")
    number = order_number_in(credit.memo)
    order = Order.objects.locked().filter(number=number).first() if number else None
    try:
        with transaction.atomic():
            transfer = IncomingTransfer.objects.create(
                bank_transaction_id=credit.bank_transaction_id,
                amount=credit.amount,
                currency=credit.currency,
                credit_account=credit.credit_account,
                memo=credit.memo,
                value_time=credit.value_time,
                body_digest=credit.body_digest,
            )
    except IntegrityError:
        return _repeated(credit, actor), False
    _apply(transfer, order, actor=actor, is_new=True)
    if transfer.state == TransferState.MISMATCHED:
        _tell_finance(transfer)
    return transfer, True


@retried
@transaction.atomic
def match_parked(*, transfer_id: int, actor: Actor) -> IncomingTransfer:
    """Match a transfer that only waited because trading was stopped."""
    require(actor, "transactions.match_payment")
    found = IncomingTransfer.objects.get(pk=transfer_id)
    order = Order.objects.locked().filter(number=order_number_in(found.memo)).first()
    transfer = IncomingTransfer.objects.select_for_update().get(pk=transfer_id)
    if transfer.state == TransferState.MISMATCHED and transfer.mismatch == "halted":
        _apply(transfer, order, actor=actor)
    return transfer


def _repeated(credit: BankCredit, actor: Actor) -> IncomingTransfer:
    """The stored transfer of a repeated report; a report that differs is noted for the finance officer."""
    transfer = IncomingTransfer.objects.select_for_update().get(bank_transaction_id=credit.bank_transaction_id)
    if transfer.body_digest != credit.body_digest and credit.body_digest not in transfer.note:
        transfer.note = f"{transfer.note}\nother content reported: {credit.body_digest}".strip()
        transfer.save(update_fields=["note"])
        _note("payment.differ", transfer, actor)
        _tell_finance(transfer)
    return transfer


def _tell_finance(transfer: IncomingTransfer) -> None:
    notify("payment.mismatched", users=staff_of(StaffRole.FINANCE), context={"transfer": transfer.pk})


@retried
@transaction.atomic
def match_by_hand(*, transfer_id: int, order_number: str, note: str, actor: Actor) -> IncomingTransfer:
    """The finance officer matches a queued transfer with its order; the sum must agree to the dong (R56)."""
    require(actor, "transactions.match_payment")
    order = Order.objects.locked().filter(number=order_number.strip().upper()).first()
    transfer = IncomingTransfer.objects.select_for_update().get(pk=transfer_id)
    if transfer.state != TransferState.MISMATCHED:
        raise DomainError(_("This transfer has been dealt with already."), code="transfer_done")
    if order is None:
        raise DomainError(
            _("No order has this number. Check it and enter it again."),
            code="no_such_order",
            fields={"order_number": ""},
        )
    require_trading()
    reason = _mismatch(transfer, order)
    if reason:
        raise DomainError(MISMATCH_SENTENCES[reason], code=f"mismatch_{reason}")
    transfer.note, transfer.decided_by = f"{transfer.note}\n{note}".strip(), actor.user
    transfer.save(update_fields=["note", "decided_by"])
    _apply(transfer, order, actor=actor)
    return transfer


@transaction.atomic
def set_return_account(*, transfer_id: int, bin: str, account: str, holder: str, actor: Actor) -> IncomingTransfer:
    """Where a transfer goes back to, as the bank's statement names its sender."""
    require(actor, "transactions.match_payment")
    transfer = IncomingTransfer.objects.select_for_update().get(pk=transfer_id)
    if transfer.state != TransferState.TO_REFUND:
        raise DomainError(_("This transfer is not to be paid back."), code="not_to_refund")
    transfer.return_bin = identifiers.bank_bin(bin, known=set(Bank.objects.values_list("bin", flat=True)))
    transfer.return_account, transfer.return_holder = identifiers.bank_account(account), clean(holder)
    transfer.save(update_fields=["return_bin", "return_account", "return_holder"])
    _note("payment.return_account", transfer, actor)
    return transfer


@retried
@transaction.atomic
def mark_for_refund(*, transfer_id: int, note: str, actor: Actor) -> IncomingTransfer:
    """A queued transfer that belongs to no order is to be paid back by the bank; a reason is kept."""
    require(actor, "transactions.match_payment")
    transfer = IncomingTransfer.objects.select_for_update().get(pk=transfer_id)
    if transfer.state != TransferState.MISMATCHED:
        raise DomainError(_("This transfer has been dealt with already."), code="transfer_done")
    if not note.strip():
        raise DomainError(_("Say why the money is to be paid back."), code="note_missing", fields={"note": ""})
    transfer.state, transfer.decided_by = TransferState.TO_REFUND, actor.user
    transfer.note = f"{transfer.note}\n{note}".strip()
    transfer.save(update_fields=["state", "note", "decided_by"])
    if transfer.reached_escrow:
        _book_unmatched(
            transfer, "return", accounts.unmatched(transfer.pk), accounts.returnable(transfer.pk), actor=actor
        )
    else:
        _note("payment.to_return", transfer, actor)
    return transfer


MISMATCH_SENTENCES = {
    "currency": _("The transfer is not in dong."),
    "account": _("The transfer did not reach the escrow account of the exchange."),
    "memo": _("The transfer text names no order."),
    "not_due": _("The order is not waiting for payment yet; the transfer will be applied when it is."),
    "late": _("The order was cancelled before the transfer came."),
    "twice": _("The order is not waiting for a payment: it may have been paid already."),
    "amount": _("The sum differs from what the order asks."),
    "halted": _("Trading is stopped; the transfer will be applied when it goes on."),
}


def parts_of_order(order: Order) -> flows.Legs:
    """What becomes of an order's payment by the figures frozen on it: owners, fee, VAT on the fee."""
    return flows.parts_of(order.seller_share, order.fee, order.fee_vat, weights(order))


def settle(order: Order, *, actor: Actor, parts: flows.Legs | None = None) -> Journal | None:
    """Share out the escrow of an accepted order by its frozen figures, once; the caller holds the row lock.

    escrow −(P+VAT), owners +(P+VAT−fee−VAT on fee), fee income +fee, VAT payable +VAT on fee (product rule 2.3).
    `parts` names what is left where a part of the payment went back to the buyer.
    """
    if order.is_free:
        return None
    parts = parts or parts_of_order(order)
    legs = flows.settled(order.number, parts)
    share = sum(parts.values()) - parts[accounts.FEE] - parts[accounts.FEE_VAT]
    tell_owners("payment.settled", order, parts)
    # Last, because the account of a busy seller is locked from here to the end of the transaction.
    return book(
        "payment.settle",
        subject=order,
        key=f"settle:{order.number}",
        kind="settle",
        legs=legs,
        order_number=order.number,
        actor=actor,
        data={"seller_share": str(share)},
    )
