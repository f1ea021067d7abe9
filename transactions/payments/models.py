"""Money that arrives in the escrow account, as the bank reports it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.common.ids import random_ref
from exchange.transparency.rows import Logged
from transactions.ledger.models import Journal
from transactions.orders.models import Order


class TransferState(models.TextChoices):
    MATCHED = "matched", _("Matched with an order")
    MISMATCHED = "mismatched", _("Waiting for the finance officer")
    TO_REFUND = "to_refund", _("To be paid back")
    PAYOUT_RETURNED = "returned", _("A payout that came back")
    BOOKED = "booked", _("Booked without an order by two people")


class IncomingTransfer(models.Model):
    """One credit reported by the bank. What does not match is stored and queued, never refused."""

    bank_transaction_id = models.CharField(max_length=80, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    credit_account = models.CharField(max_length=30)
    memo = models.CharField(max_length=300, blank=True)
    value_time = models.DateTimeField()
    body_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=TransferState, default=TransferState.MISMATCHED)
    order = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="transfers")
    mismatch = models.CharField(max_length=40, blank=True)  # amount, memo, account, currency, late, twice, halted
    matched_by = models.CharField(max_length=80, blank=True)
    matched_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    # where it goes back to, as the bank names the sender; entered by the finance officer
    return_bin = models.CharField(max_length=6, blank=True)
    return_account = models.CharField(max_length=30, blank=True)
    return_holder = models.CharField(max_length=200, blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    logged = Logged.but()

    class Meta:
        verbose_name = _("incoming transfer")
        verbose_name_plural = _("incoming transfers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_is_positive"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="matched"), name="one_matched_transfer_an_order"
            ),
            models.CheckConstraint(
                condition=~Q(state="matched") | Q(order__isnull=False, matched_at__isnull=False),
                name="matched_transfer_has_order",
            ),
        ]

    def __str__(self) -> str:
        return self.bank_transaction_id

    @property
    def reached_escrow(self) -> bool:
        """Whether the money lies on the escrow account, in dong: then it stands in the ledger, matched or not."""
        return self.currency == "VND" and self.credit_account == settings.ESCROW_ACCOUNT["number"]


class RefundManager(models.Manager):
    def get_queryset(self) -> models.QuerySet:
        """Journals that gave a buyer's money back."""
        return super().get_queryset().filter(kind="refund")


class Refund(Journal):
    """A journal that gives a buyer's payment back, whole or in part."""

    objects = RefundManager()

    class Meta:
        proxy = True
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")

    def __str__(self) -> str:
        return self.order_number
