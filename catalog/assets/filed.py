"""What every paper sent to the exchange carries, whether a registration or an offer: who sent it, who decides, why."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from exchange.common.ids import random_ref


class Filed(models.Model):
    """Sending, deadline, decision and the frozen content of one filing."""

    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    declared_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    reminders_sent = models.PositiveSmallIntegerField(default=0)  # since the last return
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_number = models.CharField(max_length=30, blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    reason_text = models.TextField(blank=True)
    reason_fields = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    cleared_rules = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    snapshot = models.JSONField(default=dict, blank=True)  # what the hash covers, frozen at the decision
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
