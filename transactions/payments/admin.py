"""Transfers the bank reported: what did not match waits for a finance officer."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.codes.models import Bank
from exchange.codes.selectors import choices
from exchange.common.acts import Act, ActingRegister
from exchange.common.admin import badge, column, dong, titled
from exchange.common.errors import DomainError
from exchange.common.exports import ExportedRegister
from exchange.common.fields import DongField
from exchange.common.forms import PortalForm
from exchange.common.ids import random_ref
from transactions.ledger import accounts
from transactions.orders.models import Order
from transactions.payments import refunds, services
from transactions.payments.models import IncomingTransfer, Refund, TransferState

TONES = {TransferState.MATCHED: "ok", TransferState.MISMATCHED: "warn"}


class MatchForm(PortalForm):
    """The order the money belongs to."""

    order_number = forms.CharField(label=_("Order number"), max_length=25)
    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class RefundForm(PortalForm):
    """Why the money goes back."""

    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def match(actor: Actor, transfer: IncomingTransfer, data: dict[str, Any]) -> object:
    """Match by hand."""
    services.match_by_hand(transfer_id=transfer.pk, actor=actor, **data)
    return _("The transfer is matched and the order is paid.")


def refund(actor: Actor, transfer: IncomingTransfer, data: dict[str, Any]) -> object:
    """Mark for paying back."""
    services.mark_for_refund(transfer_id=transfer.pk, actor=actor, **data)
    return _("The transfer will be paid back by the bank.")


class ReturnForm(PortalForm):
    """Where the money goes back to, as the bank's statement names its sender."""

    bin = forms.ModelChoiceField(label=_("Bank"), queryset=Bank.objects.filter(is_active=True))
    account = forms.CharField(label=_("Account number"), max_length=30)
    holder = forms.CharField(label=_("Account holder"), max_length=200)


def set_return(actor: Actor, transfer: IncomingTransfer, data: dict[str, Any]) -> object:
    """Keep the account of the sender."""
    given = {**data, "bin": data["bin"].pk}
    services.set_return_account(transfer_id=transfer.pk, actor=actor, **given)
    return _("The account is kept. The next batch of payouts will pay the transfer back.")


def state(transfer: IncomingTransfer) -> object:
    """State as a chip."""
    return badge(TONES.get(transfer.state, ""), transfer.get_state_display())


state.short_description = _("State")  # type: ignore[attr-defined]
state.admin_order_field = "state"  # type: ignore[attr-defined]


def why(transfer: IncomingTransfer) -> object:
    """Why it did not match, in a sentence."""
    return services.MISMATCH_SENTENCES.get(transfer.mismatch, "–")


why.short_description = _("Why it did not match")  # type: ignore[attr-defined]


def is_waiting(transfer: IncomingTransfer) -> bool:
    """Whether somebody has to decide."""
    return transfer.state == TransferState.MISMATCHED


@admin.register(IncomingTransfer)
class IncomingTransferAdmin(ActingRegister, ExportedRegister):
    """Every credit on the escrow account."""

    reads = "transactions.view_ledger"
    columns = (
        column("bank_transaction_id", _("Number at the bank")),
        column("amount", _("Amount"), order="amount", show=dong),
        column("memo", _("Transfer text")),
        state,
        column("value_time", _("Value date")),
    )
    details = (
        column("bank_transaction_id", _("Number at the bank")),
        column("amount", _("Amount"), show=dong),
        column("currency", _("Currency")),
        column("credit_account", _("Credited account")),
        column("memo", _("Transfer text")),
        column("value_time", _("Value date")),
        column("received_at", _("Reported at")),
        state,
        why,
        column("order", _("Order")),
        column("matched_at", _("Matched at")),
        column("matched_by", _("Matched by")),
        column("return_holder", _("Pay back to")),
        column("note", _("Note")),
        column("body_digest", _("Hash of the report")),
    )
    list_filter = (("state", titled(_("State"))),)
    list_select_related = ("order",)
    search_fields = ("bank_transaction_id", "memo", "order__number")
    ordering = ("-pk",)
    acts = (
        Act(
            code="match",
            title=_("Match with an order"),
            button=_("Match"),
            right="transactions.match_payment",
            run=match,
            form_class=MatchForm,
            note=_("The sum must agree to the dong."),
            when=is_waiting,
        ),
        Act(
            code="refund",
            title=_("Pay back"),
            button=_("Mark for paying back"),
            right="transactions.match_payment",
            run=refund,
            form_class=RefundForm,
            when=is_waiting,
            takes_away=True,
        ),
        Act(
            code="return",
            title=_("Account to pay back to"),
            button=_("Keep the account"),
            right="transactions.match_payment",
            run=set_return,
            form_class=ReturnForm,
            when=lambda transfer: transfer.state == TransferState.TO_REFUND and transfer.reached_escrow,
        ),
    )


class RefundOrderForm(PortalForm):
    """Which payment goes back, how much of it, and why."""

    order_number = forms.CharField(label=_("Order number"), max_length=25)
    amount = DongField(
        label=_("Amount"), min_value=1, required=False, help_text=_("Leave it empty to return all that is left.")
    )
    reason_code = forms.ChoiceField(label=_("Reason"))
    reason_text = forms.CharField(label=_("Explanation"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    once = forms.CharField(widget=forms.HiddenInput, max_length=32, initial=random_ref)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = choices("reason_trade", action="refund")


class UndoForm(PortalForm):
    """Why a booking was wrong."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def refund_order(actor: Actor, data: dict[str, Any]) -> object:
    """Give a payment back; the same form sent twice is booked once."""
    number, once = data.pop("order_number").strip().upper(), data.pop("once")
    order = Order.objects.visible_to(actor).filter(number=number).first()
    if order is None:
        sentence = _("No order has this number. Check it and enter it again.")
        raise DomainError(sentence, code="no_such_order", fields={"order_number": sentence})
    refunds.refund_order(order_id=order.pk, actor=actor, reference=f"console:{once}", **data)
    return _("The refund of order %(number)s is booked.") % {"number": number}


def undo(actor: Actor, refund: Refund, data: dict[str, Any]) -> object:
    """Undo a wrong refund by its reversal."""
    refunds.correct_refund(journal_id=refund.pk, actor=actor, **data)
    return _("The refund is undone by its reversal.")


def returned(refund: Refund) -> object:
    """What the buyer gets back."""
    return dong(_returned(refund))


def _returned(refund: Refund) -> int:
    return sum(leg.amount for leg in refund.postings.all() if leg.account.kind == accounts.REFUNDABLE)


returned.short_description = _("Amount")  # type: ignore[attr-defined]
returned.raw = _returned  # type: ignore[attr-defined]


def undone(refund: Refund) -> object:
    """Whether it was undone."""
    return badge("warn", _("Undone")) if hasattr(refund, "reversed_by") else badge("ok", _("Booked"))


undone.short_description = _("State")  # type: ignore[attr-defined]


@admin.register(Refund)
class RefundAdmin(ActingRegister, ExportedRegister):
    """Payments that went back, the newest first."""

    reads = "transactions.view_order"
    columns = (
        column("order_number", _("Order")),
        returned,
        undone,
        column("reason", _("Reason")),
        column("made_at", _("Time")),
    )
    details = (*columns, column("made_by", _("Booked by")), column("key", _("Key")))
    search_fields = ("order_number",)
    ordering = ("-pk",)
    list_acts = (
        Act(
            code="refund",
            title=_("Refund an order"),
            button=_("Refund an order"),
            right="transactions.refund_order",
            run=refund_order,
            form_class=RefundOrderForm,
            note=_("Before settlement the whole sum ends the trade; a part completes it and the rest is settled."),
            takes_away=True,
        ),
    )
    acts = (
        Act(
            code="undo",
            title=_("Undo a wrong refund"),
            button=_("Book the reversal"),
            right="transactions.correct_ledger",
            run=undo,
            form_class=UndoForm,
            when=lambda refund: not hasattr(refund, "reversed_by"),
            takes_away=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Refunds with their legs, in a fixed number of queries."""
        return super().get_queryset(request).select_related("reversed_by").prefetch_related("postings__account")
