"""The ledger for reading: trial balance, journals with their legs, the money story of an order."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from exchange.common.admin import EMPTY, column, dong
from exchange.common.exports import ExportedRegister, csv_response
from transactions.ledger import accounts
from transactions.ledger.models import Account, Journal
from transactions.ledger.selectors import journals_of_order, sums_of_kinds

ACCOUNT_KINDS = {
    accounts.BANK: _("Escrow account at the bank"),
    accounts.FEE: _("Fees earned"),
    accounts.FEE_VAT: _("VAT on fees owed"),
    accounts.CLEARING: _("Payouts under way"),
    accounts.BANK_FEES: _("Fees of the bank"),
    accounts.INTEREST: _("Interest of the bank"),
    accounts.SUSPENSE: _("Unexplained movements at the bank"),
    accounts.ESCROW: _("Payments of running orders"),
    accounts.PAYABLE: _("Owed to sellers"),
    accounts.RECEIVABLE: _("Owed by sellers"),
    accounts.REFUNDABLE: _("Owed to buyers"),
    accounts.UNMATCHED: _("Transfers without an order"),
    accounts.RETURNABLE: _("Transfers to be paid back"),
}
JOURNAL_KINDS = {
    "payment": _("Payment of an order"),
    "arrival": _("Transfer without an order"),
    "return": _("Transfer to be paid back"),
    "settle": _("Order settled"),
    "refund": _("Refund"),
    "correction": _("Correction by reversal"),
    "set_off": _("Earnings set off against a debt"),
    "payout": _("Payout handed to the bank"),
    "paid_out": _("Payout carried out"),
    "payout_failed": _("Payout failed"),
    "payout_returned": _("Payout came back"),
    "line_booking": _("Line of a statement booked by two people"),
}


def kind_of_account(code: str) -> object:
    """What an account of this kind is for."""
    return ACCOUNT_KINDS.get(code, code)


def kind_of_journal(code: str) -> object:
    """What happened."""
    return JOURNAL_KINDS.get(code, code)


def legs(journal: Journal) -> object:
    """Accounts and amounts of a journal; they sum to zero."""
    rows = (
        (posting.account.code, dong(posting.amount)) for posting in sorted(journal.postings.all(), key=lambda p: p.pk)
    )
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", rows))


legs.short_description = _("Postings, credit positive")  # type: ignore[attr-defined]
legs.raw = lambda journal: "; ".join(  # type: ignore[attr-defined]
    f"{posting.account.code} {posting.amount}" for posting in sorted(journal.postings.all(), key=lambda p: p.pk)
)


def order(journal: Journal) -> object:
    """The order with a link to its money story."""
    if not journal.order_number:
        return EMPTY
    url = reverse("admin:transactions_journal_story", args=[journal.order_number])
    return format_html('<a class="num" href="{}">{}</a>', url, journal.order_number)


order.short_description = _("Order")  # type: ignore[attr-defined]
order.raw = lambda journal: journal.order_number  # type: ignore[attr-defined]


@admin.register(Account)
class AccountAdmin(ExportedRegister):
    """Trial balance: sums by kind above, every account below."""

    reads = "transactions.view_ledger"
    singular, plural = _("ledger account"), _("trial balance")
    columns = (
        column("code", _("Account")),
        column("kind", _("Kind"), order="kind", show=kind_of_account),
        column("sum", _("Balance, credit positive"), order="sum", show=dong),
    )
    search_fields = ("code",)
    ordering = ("code",)
    change_list_template = "console/ledger/trial.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Accounts with the sum of their postings."""
        return super().get_queryset(request).annotate(sum=Coalesce(Sum("postings__amount"), 0))

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The list under its sums."""
        rows = [(kind_of_account(kind), count, amount) for kind, count, amount in sums_of_kinds()]
        total = sum(amount for _kind, _count, amount in rows)
        return super().changelist_view(request, {**(extra_context or {}), "sums": rows, "total": total})


@admin.register(Journal)
class JournalAdmin(ExportedRegister):
    """Money events, the newest first."""

    reads = "transactions.view_ledger"
    singular, plural = _("journal"), _("journals")
    columns = (
        column("pk", _("Number"), order="pk"),
        column("kind", _("Kind"), order="kind", show=kind_of_journal),
        order,
        legs,
        column("made_at", _("Time")),
    )
    details = (
        column("pk", _("Number")),
        column("key", _("Key")),
        column("kind", _("Kind"), show=kind_of_journal),
        order,
        legs,
        column("reverses", _("Reverses")),
        column("reason", _("Reason")),
        column("made_by", _("Booked by")),
        column("made_at", _("Time")),
        column("body_digest", _("Hash")),
    )
    search_fields = ("order_number", "key")
    ordering = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        """The story of an order has an address of its own."""
        wrap = self.admin_site.admin_view
        story, file = "transactions_journal_story", "transactions_journal_story_file"
        return [
            path("story/<slug:number>/", wrap(self.story_view), name=story),
            path("story/<slug:number>/export.csv", wrap(self.story_file_view), name=file),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Journals with their postings, in a fixed number of queries."""
        return super().get_queryset(request).prefetch_related("postings__account").select_related("reverses")

    def _story(self, request: HttpRequest, number: str) -> list[Journal]:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = journals_of_order(number)
        if not found:
            raise Http404
        return found

    def story_view(self, request: HttpRequest, number: str) -> HttpResponse:
        """Every money event of an order, oldest first, with what escrow held after it."""
        rows, escrow = [], 0
        for journal in self._story(request, number):
            postings = sorted(journal.postings.all(), key=lambda p: p.pk)
            escrow += sum(p.amount for p in postings if p.account.kind == accounts.ESCROW)
            named = [(kind_of_account(p.account.kind), p.account.code, p.amount) for p in postings]
            rows.append((journal, kind_of_journal(journal.kind), named, escrow))
        context = {
            **self.names(request),
            "title": _("Money of order %(number)s") % {"number": number},
            "rows": rows,
            "file_url": reverse("admin:transactions_journal_story_file", args=[number]),
        }
        return TemplateResponse(request, "console/ledger/story.html", context)

    def story_file_view(self, request: HttpRequest, number: str) -> HttpResponse:
        """The same as a file."""
        head = [_("Time"), _("Kind"), _("Account"), _("Amount"), _("Reason"), _("Booked by")]
        rows = [
            [j.made_at.isoformat(), kind_of_journal(j.kind), p.account.code, p.amount, j.reason, j.made_by]
            for j in self._story(request, number)
            for p in sorted(j.postings.all(), key=lambda p: p.pk)
        ]
        return csv_response(f"money-{number}", head, rows)
