"""Transfers the bank reported: what did not match waits for a finance officer."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.acts import Act, ActingRegister
from exchange.common.admin import badge, column, dong, titled
from exchange.common.forms import PortalForm
from transactions.payments import services
from transactions.payments.models import IncomingTransfer, TransferState

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
class IncomingTransferAdmin(ActingRegister):
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
            is_final=True,
        ),
    )
