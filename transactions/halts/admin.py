"""Stops of trading: what was found, and the button that lets trade go on."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.acts import Act, ActingRegister
from exchange.common.admin import badge, column
from exchange.common.forms import PortalForm
from transactions.halts import services
from transactions.halts.models import TradingHalt


class LiftForm(PortalForm):
    """Why trade may go on."""

    reason = forms.CharField(
        label=_("What was found and what was done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


def lift(actor: Actor, halt: TradingHalt, data: dict[str, Any]) -> object:
    """Let trade go on."""
    services.lift(halt_id=halt.pk, actor=actor, **data)
    return _("Trading goes on.")


def state(halt: TradingHalt) -> object:
    """Whether it still lies."""
    return badge("ok", _("Lifted")) if halt.lifted_at else badge("err", _("Trading is stopped"), "stop")


state.short_description = _("State")  # type: ignore[attr-defined]


def findings(halt: TradingHalt) -> object:
    """Each broken invariant with the row that breaks it."""
    rows = ((one["invariant"], one["what"]) for one in halt.findings)
    return format_html("<ul>{}</ul>", format_html_join("", "<li><b>{}</b> {}</li>", rows))


findings.short_description = _("Findings")  # type: ignore[attr-defined]


@admin.register(TradingHalt)
class TradingHaltAdmin(ActingRegister):
    """Every stop, the newest first."""

    reads = "transactions.view_ledger"
    columns = (
        column("started_at", _("Since")),
        state,
        column("found_by", _("Found by")),
        column("lifted_at", _("Lifted at")),
    )
    details = (
        column("started_at", _("Since")),
        state,
        column("found_by", _("Found by")),
        findings,
        column("lifted_at", _("Lifted at")),
        column("lifted_by", _("Lifted by")),
        column("reason", _("Reason")),
    )
    list_select_related = ("lifted_by",)
    ordering = ("-pk",)
    acts = (
        Act(
            code="lift",
            title=_("Let trading go on"),
            button=_("Lift the stop"),
            right="transactions.lift_halt",
            run=lift,
            form_class=LiftForm,
            note=_("If the cause still stands, the next check stops trading again within a minute."),
            when=lambda halt: halt.lifted_at is None,
        ),
    )
