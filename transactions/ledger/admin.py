"""The ledger for reading: accounts with their balances, journals with their legs."""

from typing import Any

from django.contrib import admin
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from exchange.common.admin import Register, column, dong
from transactions.ledger.models import Account, Journal


def legs(journal: Journal) -> object:
    """Accounts and amounts of a journal; they sum to zero."""
    rows = (
        (posting.account.code, dong(posting.amount)) for posting in sorted(journal.postings.all(), key=lambda p: p.pk)
    )
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", rows))


legs.short_description = _("Postings, credit positive")  # type: ignore[attr-defined]


@admin.register(Account)
class AccountAdmin(Register):
    """Trial balance."""

    reads = "transactions.view_ledger"
    singular, plural = _("ledger account"), _("ledger accounts")
    columns = (
        column("code", _("Account")),
        column("sum", _("Balance, credit positive"), order="sum", show=dong),
    )
    search_fields = ("code",)
    ordering = ("code",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Accounts with the sum of their postings."""
        return super().get_queryset(request).annotate(sum=Coalesce(Sum("postings__amount"), 0))


@admin.register(Journal)
class JournalAdmin(Register):
    """Money events, the newest first."""

    reads = "transactions.view_ledger"
    singular, plural = _("journal"), _("journals")
    columns = (
        column("pk", _("Number"), order="pk"),
        column("kind", _("Kind")),
        column("order_number", _("Order")),
        legs,
        column("made_at", _("Time")),
    )
    details = (
        column("pk", _("Number")),
        column("key", _("Key")),
        column("kind", _("Kind")),
        column("order_number", _("Order")),
        legs,
        column("reverses", _("Reverses")),
        column("reason", _("Reason")),
        column("made_by", _("Booked by")),
        column("made_at", _("Time")),
        column("body_digest", _("Hash")),
    )
    search_fields = ("order_number", "key")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Journals with their postings, in a fixed number of queries."""
        return super().get_queryset(request).prefetch_related("postings__account").select_related("reverses")
