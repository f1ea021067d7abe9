"""Payouts in the console: what is due, batches that wait for a second person, and what became of each payout."""

from typing import Any

import structlog
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.acts import Act, ActingRegister
from exchange.common.admin import badge, column, dong, titled
from exchange.common.exports import ExportedRegister, csv_response
from exchange.common.forms import PortalForm
from transactions.payments.models import IncomingTransfer
from transactions.payouts import services
from transactions.payouts.models import Payout, PayoutBatch
from transactions.payouts.selectors import due
from transactions.payouts.states import BatchState, PayoutState

log = structlog.get_logger(__name__)
TONES = {
    BatchState.PREPARED: "warn",
    BatchState.APPROVED: "ok",
    PayoutState.HELD: "warn",
    PayoutState.RELEASED: "info",
    PayoutState.PAID: "ok",
    PayoutState.FAILED: "err",
}


class ReasonForm(PortalForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnedForm(PortalForm):
    """The transfer in which a payout came back."""

    transfer = forms.CharField(label=_("Number at the bank of the transfer that came back"), max_length=80)


def state(record: Any) -> object:
    """State as a chip."""
    return badge(TONES.get(record.state, ""), record.get_state_display())


state.short_description = _("State")  # type: ignore[attr-defined]
state.admin_order_field = "state"  # type: ignore[attr-defined]


def payee(payout: Payout) -> object:
    """Who is paid."""
    return payout.organisation.name if payout.organisation else payout.bank_holder


payee.short_description = _("Payee")  # type: ignore[attr-defined]


def tail(account: str) -> str:
    """The last four signs of an account number."""
    return f"••••{account[-4:]}"


def prepare(actor: Actor, data: dict[str, Any]) -> object:
    """Put what is due into a batch."""
    batch = services.prepare_batch(actor=actor)
    return _("Batch %(number)s is prepared. A second finance officer decides on it.") % {"number": batch.number}


def approve(actor: Actor, batch: PayoutBatch, data: dict[str, Any]) -> object:
    """Release."""
    services.approve_batch(batch_id=batch.pk, actor=actor)
    return _("The batch is approved. Hand its file to the bank.")


def refuse(actor: Actor, batch: PayoutBatch, data: dict[str, Any]) -> object:
    """Refuse."""
    services.refuse_batch(batch_id=batch.pk, actor=actor, **data)
    return _("The batch is refused. Nothing was booked.")


def fail(actor: Actor, payout: Payout, data: dict[str, Any]) -> object:
    """The bank did not carry it out."""
    services.fail_payout(payout_id=payout.pk, actor=actor, **data)
    return _("The payout is reversed; its money is due again.")


def came_back(actor: Actor, payout: Payout, data: dict[str, Any]) -> object:
    """The money came back."""
    found = IncomingTransfer.objects.filter(bank_transaction_id=data["transfer"].strip()).first()
    services.book_returned(payout_id=payout.pk, transfer_id=found.pk if found else 0, actor=actor)
    return _("The payout is reversed; its money is due again.")


@admin.register(PayoutBatch)
class PayoutBatchAdmin(ActingRegister, ExportedRegister):
    """Bank files: prepared by one person, decided by another."""

    reads = "transactions.view_ledger"
    record_template = "console/payouts/batch.html"
    columns = (
        column("number", _("Number")),
        state,
        column("count", _("Payouts")),
        column("total", _("Total"), order="total", show=dong),
        column("prepared_by", _("Prepared by")),
        column("decided_by", _("Decided by")),
        column("prepared_at", _("Prepared at")),
    )
    details = (
        column("number", _("Number")),
        state,
        column("count", _("Payouts")),
        column("total", _("Total"), show=dong),
        column("prepared_by", _("Prepared by")),
        column("prepared_at", _("Prepared at")),
        column("decided_by", _("Decided by")),
        column("decided_at", _("Decided at")),
        column("reason", _("Reason")),
        column("file_digest", _("Hash of the bank file")),
    )
    list_filter = (("state", titled(_("State"))),)
    list_select_related = ("prepared_by", "decided_by")
    search_fields = ("number", "payouts__reference")
    ordering = ("-pk",)
    list_acts = (
        Act(
            code="prepare",
            title=_("Prepare payouts"),
            button=_("Prepare payouts"),
            right="transactions.prepare_payout",
            run=prepare,
            note=_("Everything that can be paid out now goes into one batch. Nothing is booked yet."),
        ),
    )
    acts = (
        Act(
            code="approve",
            title=_("Approve"),
            button=_("Approve and make the bank file"),
            right="transactions.approve_payout",
            run=approve,
            note=_("Whoever prepared the batch cannot approve it."),
            when=services.is_open,
            barred=services.barred,
            asks_again=True,
        ),
        Act(
            code="refuse",
            title=_("Refuse"),
            button=_("Refuse"),
            right="transactions.approve_payout",
            run=refuse,
            form_class=ReasonForm,
            when=services.is_open,
            barred=services.barred,
            takes_away=True,
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """The bank file and the list of what is due."""
        wrap = self.admin_site.admin_view
        return [
            path("due/", wrap(self.due_view), name="transactions_payoutbatch_due"),
            path("due/export.csv", wrap(self.due_file_view), name="transactions_payoutbatch_due_file"),
            path("<int:batch_id>/bank-file/", wrap(self.file_view), name="transactions_payoutbatch_file"),
            *super().get_urls(),
        ]

    def links(self, request: HttpRequest) -> list[tuple[str, object]]:
        """What is due stands one press away."""
        return [(reverse("admin:transactions_payoutbatch_due"), _("What is due")), *super().links(request)]

    def show(self, request: HttpRequest, record: Any, status: int = 200, **extra: Any) -> HttpResponse:
        """The batch with its payouts."""
        payouts = record.payouts.select_related("organisation").order_by("pk")
        may_save = record.bank_file and self.site_may(request, "transactions.prepare_payout")
        extra |= {
            "payouts": [(one, payee(one), tail(one.bank_account), state(one)) for one in payouts],
            "file_url": reverse("admin:transactions_payoutbatch_file", args=[record.pk]) if may_save else "",
        }
        return super().show(request, record, status, **extra)

    def file_view(self, request: HttpRequest, batch_id: int) -> HttpResponse:
        """The file for the bank; each handing out is logged."""
        if not self.site_may(request, "transactions.prepare_payout"):
            raise PermissionDenied
        batch = PayoutBatch.objects.filter(pk=batch_id, state=BatchState.APPROVED).first()
        if batch is None:
            raise Http404
        log.info("bank_file_saved", batch=batch.number, actor=request.actor.label)  # type: ignore[attr-defined]
        response = HttpResponse(batch.bank_file, content_type="application/xml; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{batch.number}.xml"'
        response["Cache-Control"] = "no-store"
        return response

    def _due(self, request: HttpRequest) -> list:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return due()

    def due_view(self, request: HttpRequest) -> HttpResponse:
        """What the exchange owes now, and what waits for what."""
        rows = self._due(request)
        context = {
            **self.names(request),
            "title": _("What is due"),
            "rows": rows,
            "total": sum(one.amount for one in rows if one.can_go),
            "file_url": reverse("admin:transactions_payoutbatch_due_file"),
        }
        return TemplateResponse(request, "console/payouts/due.html", context)

    def due_file_view(self, request: HttpRequest) -> HttpResponse:
        """The same as a file."""
        head = [_("Account"), _("Payee"), _("Amount"), _("Set off"), _("Waits for")]
        rows = [
            [one.account_code, one.organisation or one.transfer or "", one.amount, one.set_off, one.waits_for]
            for one in self._due(request)
        ]
        return csv_response("payouts-due", head, rows)


@admin.register(Payout)
class PayoutAdmin(ActingRegister, ExportedRegister):
    """Every payout and what became of it."""

    reads = "transactions.view_ledger"
    columns = (
        column("reference", _("Reference")),
        payee,
        column("amount", _("Amount"), order="amount", show=dong),
        state,
        column("state_since", _("Since")),
    )
    details = (
        column("reference", _("Reference")),
        column("batch", _("Batch")),
        payee,
        column("account_code", _("Ledger account")),
        column("amount", _("Amount"), show=dong),
        column("set_off", _("Set off"), show=dong),
        column("bank_bin", _("Bank")),
        column("bank_account", _("Account number"), show=tail),
        column("bank_holder", _("Account holder")),
        state,
        column("state_since", _("Since")),
        column("reason", _("Reason")),
    )
    list_filter = (("state", titled(_("State"))),)
    list_select_related = ("organisation", "batch")
    search_fields = ("reference", "organisation__name_vi")
    ordering = ("-pk",)
    acts = (
        Act(
            code="fail",
            title=_("The bank did not carry it out"),
            button=_("Reverse the payout"),
            right="transactions.prepare_payout",
            run=fail,
            form_class=ReasonForm,
            when=lambda payout: payout.state == PayoutState.RELEASED,
            takes_away=True,
        ),
        Act(
            code="returned",
            title=_("The money came back"),
            button=_("Book the return"),
            right="transactions.prepare_payout",
            run=came_back,
            form_class=ReturnedForm,
            when=lambda payout: payout.state == PayoutState.PAID,
        ),
    )
