"""Dated rule parameters and stored evaluations."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class RuleParameter(models.Model):
    """One value of a rule's number or switch, with its period and its citation (R85)."""

    name = models.CharField(max_length=60)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    citation = models.CharField(max_length=300)
    confidence = models.CharField(max_length=1, choices=[("A", "A"), ("B", "B"), ("C", "C")])
    note = models.CharField(max_length=300, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["name", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="one_parameter_value_a_day"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="parameter_period_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("proposed_by")),
                name="parameter_needs_second_approver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


class Evaluation(models.Model):
    """One evaluation of a set of rules over a snapshot of facts; never changed."""

    subject = models.CharField(max_length=60)  # e.g. catalog.revision:12, text so that it outlives rows
    stage = models.CharField(max_length=20)
    ruleset = models.CharField(max_length=40)
    facts = models.JSONField()
    parameters = models.JSONField()
    findings = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject", "stage", "-id"])]

    def __str__(self) -> str:
        return f"{self.subject} {self.stage}"
