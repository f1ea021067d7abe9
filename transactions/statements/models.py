"""Imported statements and their lines: never changed once imported."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.common.ids import random_ref
from exchange.common.walls import append_only
from exchange.transparency.rows import Logged
from transactions.payments.models import IncomingTransfer
from transactions.payouts.models import Payout
from transactions.statements.states import OPEN, BookingKind, BookingState


class StatementState(models.TextChoices):
    PREVIEW = "preview", _("Preview: nothing is booked yet")
    IMPORTED = "imported", _("Imported")
    DISCARDED = "discarded", _("Discarded")


class LineEffect(models.TextChoices):
    KNOWN = "known", _("Known from the bank's report")
    RECEIVED = "received", _("New transfer")
    PAID_OUT = "paid_out", _("Payout carried out")
    DIFFERS = "differs", _("Another sum than in the books")
    UNKNOWN = "unknown", _("Money went out that nobody ordered")


class BankStatement(models.Model):
    """One statement file of the escrow account: read and shown first, imported by a second press."""

    number = models.CharField(max_length=25, unique=True)
    state = models.CharField(max_length=10, choices=StatementState, default=StatementState.PREVIEW)
    file_name = models.CharField(max_length=200)
    content = models.TextField()
    content_digest = models.CharField(max_length=64)
    first_day = models.DateField()
    last_day = models.DateField()
    opening = models.BigIntegerField()
    closing = models.BigIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    imported_at = models.DateTimeField(null=True, blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    logged = Logged.once(unrecorded=~Q(state="imported"))

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StatementState.values), name="statement_state_known"),
            models.CheckConstraint(
                condition=Q(state="imported", imported_at__isnull=False)
                | ~Q(state="imported") & Q(imported_at__isnull=True),
                name="imported_statement_has_time",
            ),
            models.UniqueConstraint(
                fields=["content_digest"], condition=~Q(state="discarded"), name="statement_file_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="statement_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="statement_content_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("number", "content", "content_digest", "opening", "closing"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BankStatementLine(models.Model):
    """One movement as the bank reports it, and what it is in the books."""

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    bank_transaction_id = models.CharField(max_length=80, unique=True)
    value_time = models.DateTimeField()
    amount = models.BigIntegerField()
    description = models.CharField(max_length=300, blank=True)
    effect = models.CharField(max_length=10, choices=LineEffect)
    transfer = models.OneToOneField(
        IncomingTransfer, models.PROTECT, null=True, blank=True, related_name="statement_line"
    )
    payout = models.OneToOneField(Payout, models.PROTECT, null=True, blank=True, related_name="statement_line")

    logged = Logged.once()

    class Meta:
        ordering = ["statement", "line"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="statement_line_moves_money"),
            models.CheckConstraint(condition=Q(effect__in=LineEffect.values), name="statement_effect_known"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.bank_transaction_id


class LineBooking(models.Model):
    """What a line that nobody ordered is in the books: proposed by one finance officer, decided by another.

    A wrong one is undone by a row of its own, which names it and is decided by two people as well.
    """

    line = models.ForeignKey(BankStatementLine, models.PROTECT, related_name="bookings")
    kind = models.CharField(max_length=10, choices=BookingKind, verbose_name=_("kind"))
    amount = models.BigIntegerField()  # as the bank reports it: below zero where money went out
    reason = models.TextField()
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    state = models.CharField(max_length=10, choices=BookingState, default=BookingState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    logged = Logged.but()

    class Meta:
        verbose_name = _("booking of a statement line")
        verbose_name_plural = _("bookings of statement lines")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="line_booking_state_known"),
            models.CheckConstraint(
                condition=Q(kind="bank_fee", amount__lt=0)
                | Q(kind="interest", amount__gt=0)
                | Q(kind="unknown") & ~Q(amount=0),
                name="line_booking_kind_fits_amount",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="line_booking_needs_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(state="proposed"),
                name="line_booking_decision_is_whole",
            ),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state__in=OPEN, reverses__isnull=True), name="statement_line_booked_once"
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(state__in=OPEN), name="line_booking_reversed_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="line_booking_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="line_booking_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("line", "kind", "amount", "reason", "reverses", "proposed_by"),
            ),
        ]

    def __str__(self) -> str:
        return self.line.bank_transaction_id

    @property
    def journal_key(self) -> str:
        """Key of the journal that books it."""
        return f"line:{self.pk}"
