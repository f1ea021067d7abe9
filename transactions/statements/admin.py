"""Bank statements in the console: preview, import, and the differences between bank and ledger."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.acts import Act, ActingRegister
from exchange.common.admin import badge, column, dong, titled, two_lines, written
from exchange.common.exports import ExportedRegister, csv_response
from exchange.common.forms import PortalForm
from exchange.common.money import shown
from transactions.statements import bookings, services
from transactions.statements.models import BankStatement, BankStatementLine, LineBooking, LineEffect, StatementState
from transactions.statements.reading import read
from transactions.statements.selectors import Reconciliation, bookable_lines, lines_of, reconciliation
from transactions.statements.states import BookingKind, BookingState

DIFFERENCES = "transactions_bankstatement_differences"
TONES = {StatementState.PREVIEW: "warn", StatementState.IMPORTED: "ok"}
EFFECTS = {LineEffect.DIFFERS: "err", LineEffect.UNKNOWN: "err", LineEffect.RECEIVED: "info"}


class UploadForm(PortalForm):
    """A statement file as the bank gives it."""

    file = forms.FileField(
        label=_("Statement file (CSV)"),
        help_text=_("UTF-8, head transaction_id,value_time,amount,balance,description; lines OPENING and TOTAL."),
    )


def upload(actor: Actor, data: dict[str, Any]) -> object:
    """Read it and keep it for the preview."""
    sent = data["file"]
    made = services.upload_statement(file_name=sent.name, content=sent.read(), actor=actor)
    return _("Statement %(number)s was read. Check the preview, then import it.") % {"number": made.number}


def import_(actor: Actor, statement: BankStatement, data: dict[str, Any]) -> object:
    """Import it whole."""
    services.import_statement(statement_id=statement.pk, actor=actor)
    return _("The statement is imported.")


def discard(actor: Actor, statement: BankStatement, data: dict[str, Any]) -> object:
    """Put it aside."""
    services.discard_statement(statement_id=statement.pk, actor=actor)
    return _("The statement is discarded. Nothing was booked.")


def state(statement: BankStatement) -> object:
    """State as a chip."""
    return badge(TONES.get(StatementState(statement.state), ""), statement.get_state_display())


state.short_description = _("State")  # type: ignore[attr-defined]


def effect(line: BankStatementLine) -> object:
    """What a line is in the books as a chip: as two people named it, or that the second one has not decided yet."""
    for booking in line.named:  # type: ignore[attr-defined]
        if booking.state == BookingState.PROPOSED:
            chip = badge("warn", booking.get_state_display())
            return format_html('{}<small class="under">{}</small>', chip, booking.get_kind_display())
        return badge("ok", booking.get_kind_display())
    return badge(EFFECTS.get(LineEffect(line.effect), "ok"), effect_in_words(line))


def effect_in_words(line: BankStatementLine) -> str:
    """The same in words."""
    for booking in line.named:  # type: ignore[attr-defined]
        words = booking.get_kind_display()
        if booking.state == BookingState.PROPOSED:
            words = gettext("Waiting for a second person: %(kind)s") % {"kind": words}
        return words
    return line.get_effect_display()


def is_preview(statement: BankStatement) -> bool:
    """Whether somebody still has to press import."""
    return statement.state == StatementState.PREVIEW


@admin.register(BankStatement)
class StatementAdmin(ActingRegister, ExportedRegister):
    """Statements of the escrow account."""

    reads = "transactions.view_ledger"
    record_template = "console/statements/statement.html"
    columns = (
        column("number", _("Number")),
        state,
        column("first_day", _("First day")),
        column("last_day", _("Last day")),
        column("opening", _("Opening balance"), show=dong),
        column("closing", _("Closing balance"), show=dong),
        column("uploaded_at", _("Uploaded at")),
    )
    details = (
        column("number", _("Number")),
        state,
        column("file_name", _("File")),
        column("first_day", _("First day")),
        column("last_day", _("Last day")),
        column("opening", _("Opening balance"), show=dong),
        column("closing", _("Closing balance"), show=dong),
        column("uploaded_by", _("Uploaded by")),
        column("imported_at", _("Imported at")),
        column("content_digest", _("Hash of the file")),
    )
    list_filter = (("state", titled(_("State"))),)
    list_select_related = ("uploaded_by",)
    search_fields = ("number", "file_name", "lines__bank_transaction_id")
    ordering = ("-pk",)
    list_acts = (
        Act(
            code="upload",
            title=_("Upload a statement"),
            button=_("Upload a statement"),
            right="transactions.import_statement",
            run=upload,
            form_class=UploadForm,
            note=_("The file is read and shown first. A file that is wrong anywhere is refused with its line."),
        ),
    )
    acts = (
        Act(
            code="import",
            title=_("Import"),
            button=_("Import the statement"),
            right="transactions.import_statement",
            run=import_,
            when=is_preview,
        ),
        Act(
            code="discard",
            title=_("Discard"),
            button=_("Discard"),
            right="transactions.import_statement",
            run=discard,
            when=is_preview,
            takes_away=True,
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """The differences have an address of their own."""
        wrap = self.admin_site.admin_view
        return [
            path("differences/", wrap(self.differences_view), name=DIFFERENCES),
            path(
                "differences/export.csv",
                wrap(self.differences_file_view),
                name="transactions_bankstatement_differences_file",
            ),
            *super().get_urls(),
        ]

    def links(self, request: HttpRequest) -> list[tuple[str, object]]:
        """The differences stand one press away."""
        url = reverse(f"admin:{DIFFERENCES}")
        return [(url, _("Bank against ledger")), *super().links(request)]

    def show(self, request: HttpRequest, record: Any, status: int = 200, **extra: Any) -> HttpResponse:
        """The statement with its lines: what importing would do, or what it did."""
        content = read(record.content.encode())
        if is_preview(record):
            rows: list = [(one, one.transaction_id, badge("", words)) for one, words in services.preview(record)]
        else:
            rows = [(one, one.bank_transaction_id, effect(one)) for one in lines_of(record)]
        extra |= {"rows": rows, "credits": content.credits, "debits": content.debits, "is_preview": is_preview(record)}
        return super().show(request, record, status, **extra)

    def _found(self, request: HttpRequest) -> Reconciliation:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return reconciliation()

    def differences_view(self, request: HttpRequest) -> HttpResponse:
        """Bank against ledger, and every row that makes them differ."""
        context = {
            **self.names(request),
            "title": _("Bank against ledger"),
            "found": (found := self._found(request)),
            "not_in_books": [(line, effect(line)) for line in found.not_in_books],
            "file_url": reverse(f"admin:{DIFFERENCES}_file"),
            "book_url": reverse("admin:transactions_linebooking_new", args=["propose"])
            if self.site_may(request, "transactions.propose_booking")
            else "",
        }
        return TemplateResponse(request, "console/statements/differences.html", context)

    def differences_file_view(self, request: HttpRequest) -> HttpResponse:
        """The same as a file."""
        found = self._found(request)
        head = [_("What"), _("Number at the bank"), _("Time"), _("Amount"), _("Transfer text")]
        rows: list[list[object]] = [
            [
                effect_in_words(line),
                line.bank_transaction_id,
                line.value_time.isoformat(),
                line.amount,
                line.description,
            ]
            for line in found.not_in_books
        ]
        rows += [
            [_("Not on a statement yet"), one.bank_transaction_id, one.value_time.isoformat(), one.amount, one.memo]
            for one in found.not_on_statement
        ]
        return csv_response("differences", head, rows)


class LineChoice(forms.ModelChoiceField):
    """A line by its number at the bank, its sum and its text."""

    def label_from_instance(self, obj: Any) -> str:
        """How it reads in the list."""
        return f"{obj.bank_transaction_id} · {shown(obj.amount)} · {obj.description}"


class BookingForm(PortalForm):
    """What a line is, and why."""

    line = LineChoice(label=_("Line of the statement"), queryset=BankStatementLine.objects.none())
    kind = forms.ChoiceField(label=_("What it is"), choices=BookingKind.choices)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = bookable_lines()  # type: ignore[attr-defined]


class BookingReasonForm(PortalForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


def propose(actor: Actor, data: dict[str, Any]) -> object:
    """Propose what a line is."""
    bookings.propose_booking(line_id=data["line"].pk, kind=data["kind"], reason=data["reason"], actor=actor)
    return _("The booking is proposed. A second finance officer decides on it.")


def propose_reversal(actor: Actor, booking: LineBooking, data: dict[str, Any]) -> object:
    """Propose to undo it."""
    bookings.propose_reversal(booking_id=booking.pk, actor=actor, **data)
    return _("The reversal is proposed. A second finance officer decides on it.")


def approve(actor: Actor, booking: LineBooking, data: dict[str, Any]) -> object:
    """Book it."""
    bookings.approve_booking(booking_id=booking.pk, actor=actor)
    return _("It is booked.")


def refuse(actor: Actor, booking: LineBooking, data: dict[str, Any]) -> object:
    """Refuse it."""
    bookings.refuse_booking(booking_id=booking.pk, actor=actor, **data)
    return _("The proposal is refused. Nothing was booked.")


BOOKING_TONES = {BookingState.PROPOSED: "warn", BookingState.BOOKED: "ok", BookingState.REVERSED: "info"}


def booking_state(booking: LineBooking) -> object:
    """State as a chip."""
    return badge(BOOKING_TONES.get(BookingState(booking.state), ""), booking.get_state_display())


booking_state.short_description = _("State")  # type: ignore[attr-defined]
booking_state.admin_order_field = "state"  # type: ignore[attr-defined]


def what(booking: LineBooking) -> object:
    """What is proposed."""
    if booking.reverses_id:
        return _("Reversal: %(kind)s") % {"kind": booking.get_kind_display()}
    return booking.get_kind_display()


what.short_description = _("What it is")  # type: ignore[attr-defined]


def numbered(booking: LineBooking) -> object:
    """The number at the bank with what it is under it."""
    return two_lines(booking.line, what(booking))


numbered.short_description = _("Number at the bank")  # type: ignore[attr-defined]
numbered.admin_order_field = "line__bank_transaction_id"  # type: ignore[attr-defined]


def proposal(booking: LineBooking) -> object:
    """Who proposed it, with the time under it."""
    return format_html('{}<small class="under">{}</small>', booking.proposed_by, written(booking.proposed_at))


proposal.short_description = _("Proposed by")  # type: ignore[attr-defined]
proposal.admin_order_field = "proposed_at"  # type: ignore[attr-defined]


@admin.register(LineBooking)
class LineBookingAdmin(ActingRegister, ExportedRegister):
    """Lines that nobody ordered: proposed by one person, decided by another, undone only by a reversal."""

    reads = "transactions.view_ledger"
    columns = (
        numbered,
        column("amount", _("Amount"), order="amount", show=dong),
        booking_state,
        proposal,
        column("decided_by", _("Decided by")),
    )
    exported = (
        column("line", _("Number at the bank")),
        what,
        column("amount", _("Amount"), show=dong),
        booking_state,
        column("proposed_by", _("Proposed by")),
        column("decided_by", _("Decided by")),
        column("proposed_at", _("Proposed at")),
    )
    details = (
        column("line", _("Number at the bank")),
        column("line__statement", _("Statement")),
        column("line__value_time", _("Time")),
        column("line__description", _("Transfer text")),
        what,
        column("amount", _("Amount"), show=dong),
        column("reason", _("Reason")),
        booking_state,
        column("proposed_by", _("Proposed by")),
        column("proposed_at", _("Proposed at")),
        column("decided_by", _("Decided by")),
        column("decided_at", _("Decided at")),
        column("refusal", _("Reason of the refusal")),
    )
    list_filter = (("state", titled(_("State"))), ("kind", titled(_("What it is"))))
    list_select_related = ("line__statement", "proposed_by", "decided_by", "reverses")
    search_fields = ("line__bank_transaction_id",)
    ordering = ("-pk",)
    list_acts = (
        Act(
            code="propose",
            title=_("Propose to book a line"),
            button=_("Propose to book a line"),
            right="transactions.propose_booking",
            run=propose,
            form_class=BookingForm,
            note=_("Lines of statements that match no order and no payout. Nothing is booked yet."),
        ),
    )
    acts = (
        Act(
            code="approve",
            title=_("Approve"),
            button=_("Approve and book"),
            right="transactions.approve_booking",
            run=approve,
            note=_("Whoever proposed the booking cannot approve it."),
            when=bookings.is_open,
            barred=bookings.barred,
        ),
        Act(
            code="refuse",
            title=_("Refuse"),
            button=_("Refuse"),
            right="transactions.approve_booking",
            run=refuse,
            form_class=BookingReasonForm,
            when=bookings.is_open,
            barred=bookings.barred,
            takes_away=True,
        ),
        Act(
            code="reverse",
            title=_("Undo a wrong booking"),
            button=_("Propose the reversal"),
            right="transactions.propose_booking",
            run=propose_reversal,
            form_class=BookingReasonForm,
            when=bookings.may_be_reversed,
            takes_away=True,
        ),
    )
