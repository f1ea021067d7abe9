"""When trade was stopped, what was found, and who let it go on. Kept for good."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.common.ids import random_ref
from exchange.transparency.rows import Logged


class TradingHalt(models.Model):
    """One stop of all trade. Open until a person lifts it with a reason; never more than one at a time."""

    scope = models.CharField(max_length=10, default="trade", editable=False)
    findings = models.JSONField()  # [{"invariant": "I5", "what": "order SDL…", "figures": {…}}]
    found_by = models.CharField(max_length=80)
    started_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    logged = Logged.but()

    class Meta:
        verbose_name = _("stop of trading")
        verbose_name_plural = _("stops of trading")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["scope"], condition=Q(lifted_at__isnull=True), name="one_open_halt"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(reason=""),
                name="halt_is_lifted_by_a_person_with_a_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="halt_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.started_at:%d/%m/%Y %H:%M}"
