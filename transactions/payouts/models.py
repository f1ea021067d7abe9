"""Batches and payouts. Figures and accounts are frozen when a batch is prepared."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from exchange.common.ids import random_ref
from exchange.transparency.rows import Logged
from transactions.payments.models import IncomingTransfer
from transactions.payouts.states import BatchState, PayoutState


class PayoutBatch(models.Model):
    """One bank file: prepared by one person, approved or refused by another."""

    number = models.CharField(max_length=25, unique=True)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.PREPARED)
    total = models.BigIntegerField()
    count = models.PositiveIntegerField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    bank_file = models.TextField(blank=True)  # ISO 20022 pain.001, made at approval
    file_digest = models.CharField(max_length=64, blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    logged = Logged.but()

    class Meta:
        verbose_name = _("payout batch")
        verbose_name_plural = _("payout batches")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="payout_batch_state_known"),
            models.CheckConstraint(condition=Q(total__gt=0, count__gt=0), name="payout_batch_is_not_empty"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("prepared_by")), name="payout_needs_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(state="prepared"),
                name="payout_batch_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="approved") & ~Q(bank_file="") & ~Q(file_digest="")
                | ~Q(state="approved") & Q(bank_file="", file_digest=""),
                name="payout_file_comes_with_approval",
            ),
        ]
        triggers = [pgtrigger.Protect(name="payout_batch_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number


class Payout(models.Model):
    """One payment to one account: a seller's earnings, a buyer's refund, or a transfer that goes back."""

    batch = models.ForeignKey(PayoutBatch, models.PROTECT, related_name="payouts")
    reference = models.CharField(max_length=35, unique=True)  # EndToEndId; stands on the statement
    account_code = models.CharField(max_length=80)  # account of the ledger it is paid from
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="payouts")
    transfer = models.ForeignKey(IncomingTransfer, models.PROTECT, null=True, blank=True, related_name="payouts")
    amount = models.BigIntegerField()
    set_off = models.BigIntegerField(default=0)  # earnings that pay what the seller owes
    bank_bin = models.CharField(max_length=6)
    bank_account = models.CharField(max_length=30)
    bank_holder = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=PayoutState, default=PayoutState.HELD)
    state_since = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    logged = Logged.but()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PayoutState.values), name="payout_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0, set_off__gte=0), name="payout_is_positive"),
            models.UniqueConstraint(
                fields=["account_code"], condition=Q(state="held"), name="one_waiting_payout_an_account"
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, transfer__isnull=True)
                | Q(organisation__isnull=True, transfer__isnull=False),
                name="payout_has_one_payee",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="payout_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="payout_figures_are_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "batch",
                    "reference",
                    "account_code",
                    "organisation",
                    "transfer",
                    "amount",
                    "set_off",
                    "bank_bin",
                    "bank_account",
                    "bank_holder",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
