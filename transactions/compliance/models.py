"""Decisions of the legality review; the evaluations stand in exchange.rules."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from exchange.rules.models import Evaluation
from exchange.transparency.rows import Logged
from transactions.orders.models import Order


class LegalityDecision(models.Model):
    """A reasoned verdict over one evaluation: cleared, returned or refused; four eyes keep the proposer apart."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="legality_decisions")
    evaluation = models.ForeignKey(Evaluation, models.PROTECT)
    number = models.CharField(max_length=30, unique=True)
    verdict = models.CharField(max_length=10, choices=[(v, v) for v in ("clear", "return", "refuse", "propose")])
    reason_code = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    article = models.CharField(max_length=100, blank=True)
    cleared_rules = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    logged = Logged.once()

    class Meta:
        ordering = ["pk"]
        triggers = [
            pgtrigger.Protect(name="legality_decision_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number
