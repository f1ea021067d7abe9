"""A dispute about one order: what both sides say, their papers, rulings, and what each side makes of them."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.ids import random_ref
from exchange.files.models import StoredFile
from exchange.transparency.rows import Logged
from transactions.disputes.states import RULED, DisputeState, Outcome, RulingKind
from transactions.orders.models import Order

SIDE_CHOICES = [("buyer", _("Buyer")), ("seller", _("Seller"))]


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """Rows that are never changed or removed."""
    return [pgtrigger.Protect(name=f"{name}_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class DisputeQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> "DisputeQuerySet":
        """Disputes of the orders an actor may see."""
        return self.filter(order__in=Order.objects.visible_to(actor))

    def locked(self) -> "DisputeQuerySet":
        """Rows locked until the transaction ends, in key order."""
        return self.order_by("pk").select_for_update(of=("self",))

    def open(self) -> "DisputeQuerySet":
        """Disputes that have not been closed."""
        return self.exclude(state=DisputeState.CLOSED)


class Dispute(models.Model):
    """A dispute; while it is open its order is frozen."""

    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="disputes")
    side = models.CharField(max_length=6, choices=SIDE_CHOICES)  # who opened it
    state = models.CharField(max_length=12, choices=DisputeState, default=DisputeState.OPENED)
    version = models.PositiveIntegerField(default=1)
    reason_code = models.CharField(max_length=40)
    opened_at = models.DateTimeField(default=timezone.now)
    state_since = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(null=True, blank=True)  # of the next step
    reminded_at = models.DateTimeField(null=True, blank=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    refund = models.BigIntegerField(default=0)  # what the buyer gets back, in dong
    closed_at = models.DateTimeField(null=True, blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    logged = Logged.but("reminded_at")

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DisputeState.values), name="dispute_state_known"),
            models.CheckConstraint(condition=Q(side__in=["buyer", "seller"]), name="dispute_side_known"),
            models.CheckConstraint(condition=Q(refund__gte=0), name="dispute_refund_not_negative"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, outcome__in=Outcome.values)
                | ~Q(state="closed") & Q(closed_at__isnull=True, outcome=""),
                name="closed_dispute_has_outcome",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(closed_at__isnull=True), name="one_open_dispute_an_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Address of the dispute's page."""
        return reverse("transactions:dispute-detail", args=[self.number])

    @property
    def other_side(self) -> str:
        """The side that answers."""
        return "seller" if self.side == "buyer" else "buyer"

    @property
    def is_open(self) -> bool:
        """Whether it still freezes the trade."""
        return self.state != DisputeState.CLOSED


class Statement(models.Model):
    """What a side says: complaint, answer, addition, appeal. Never changed."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="statements")
    side = models.CharField(max_length=6, choices=SIDE_CHOICES)
    kind = models.CharField(
        max_length=10,
        choices=[
            ("complaint", _("Complaint")),
            ("answer", _("Answer")),
            ("addition", _("Addition")),
            ("appeal", _("Appeal")),
            ("withdrawal", _("Withdrawal")),
        ],
    )
    reason_code = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    logged = Logged.once()

    class Meta:
        ordering = ["pk"]
        triggers = append_only("dispute_statement")

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.kind}"


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> "EvidenceQuerySet":
        """Papers of disputes an actor may see; the policy says which staff open them."""
        return self.filter(statement__dispute__in=Dispute.objects.visible_to(actor))


class DisputeEvidence(models.Model):
    """A paper a side hands in with what it says. Never changed."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    logged = Logged.once()

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        triggers = append_only("dispute_evidence")

    def __str__(self) -> str:
        return f"{self.statement_id} {self.file_id}"


class Ruling(models.Model):
    """What a reviewer proposes or decides: outcome, sum, reason, article. Never changed."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=10, choices=RulingKind)
    number = models.CharField(max_length=30, unique=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    refund = models.BigIntegerField(default=0)
    reason_code = models.CharField(max_length=40)
    article = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    logged = Logged.once()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RulingKind.values), name="ruling_kind_known"),
            models.CheckConstraint(condition=Q(outcome__in=RULED), name="ruling_outcome_known"),
            models.CheckConstraint(condition=Q(refund__gte=0), name="ruling_refund_not_negative"),
            models.CheckConstraint(condition=Q(kind="proposal") | ~Q(article=""), name="decision_names_article"),
            models.UniqueConstraint(
                fields=["dispute", "kind"], condition=~Q(kind="proposal"), name="one_decision_of_a_kind"
            ),
        ]
        triggers = append_only("dispute_ruling")

    def __str__(self) -> str:
        return self.number


class Consent(models.Model):
    """What a signatory makes of a ruling: accepted or not, once a side. Never changed."""

    ruling = models.ForeignKey(Ruling, models.PROTECT, related_name="consents")
    side = models.CharField(max_length=6, choices=SIDE_CHOICES)
    is_accepted = models.BooleanField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    logged = Logged.once()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ruling", "side"], name="one_consent_a_side")]
        triggers = append_only("dispute_consent")

    def __str__(self) -> str:
        return f"{self.ruling_id} {self.side}"
