"""The right to receive a file, and each time it was received."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.datasets.models import DataFile
from exchange.common.ids import random_ref
from exchange.transparency.rows import Logged
from transactions.delivery.states import EntitlementState
from transactions.orders.models import Order


class EntitlementQuerySet(models.QuerySet):
    def locked(self) -> "EntitlementQuerySet":
        """Rows locked until the transaction ends."""
        return self.order_by("pk").select_for_update(of=("self",))


class Entitlement(models.Model):
    """What the buyer may receive: file, scope, quota, end date; checked at every call."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="entitlement")
    file = models.ForeignKey(DataFile, models.PROTECT, related_name="entitlements")
    state = models.CharField(max_length=10, choices=EntitlementState, default=EntitlementState.PENDING)
    scope = models.JSONField(default=dict)
    quota = models.PositiveIntegerField(default=100)  # deliveries
    used = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)  # of the approved file
    opened_at = models.DateTimeField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    logged = Logged.but()

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EntitlementState.values), name="entitlement_state_known"),
            models.CheckConstraint(condition=Q(used__lte=models.F("quota")), name="entitlement_within_quota"),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(ends_on__isnull=False), name="active_entitlement_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}"


class DownloadLink(models.Model):
    """A short-lived signed link bound to session, order and file; one delivery is counted per link."""

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    first_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.entitlement_id}"


class Delivery(models.Model):
    """One delivery of the bytes: when, to whom, which hash. Never changed."""

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="deliveries")
    link = models.OneToOneField(DownloadLink, models.PROTECT, related_name="delivery")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    delivered_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField(default=timezone.now)

    logged = Logged.but()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.entitlement_id} {self.delivered_at:%d/%m/%Y}"
