"""Dated rule parameters and stored evaluations."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.common.walls import append_only
from exchange.rules.findings import Finding, Verdict
from exchange.transparency.rows import Logged


class RuleParameterQuerySet(models.QuerySet):
    def in_force(self, day: dt.date) -> "RuleParameterQuerySet":
        """One row a name: approved (or brought by the repository), begun, not ended; the last one begun wins."""
        waiting = models.Q(proposed_by__isnull=False, approved_by__isnull=True)
        ended = models.Q(valid_to__lt=day)
        begun = self.filter(valid_from__lte=day).exclude(waiting).exclude(ended)
        return begun.order_by("name", "-valid_from").distinct("name")

    def proposed(self) -> "RuleParameterQuerySet":
        """Values that wait for a second person."""
        return self.filter(proposed_by__isnull=False, approved_by__isnull=True)


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

    logged = Logged.but(from_repository=True)

    objects = RuleParameterQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule parameter")
        verbose_name_plural = _("rule parameters")
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

    logged = Logged.once(unrecorded=models.Q())  # bound by the decision that rests on it; a look ahead is not

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject", "stage", "-id"])]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject} {self.stage}"

    @property
    def results(self) -> list[Finding]:
        """The findings, readable in the active language."""
        return [Finding.from_dict(row) for row in self.findings]

    def rules_with(self, verdict: Verdict) -> list[str]:
        """Numbers of the rules that gave this verdict."""
        return [row["rule"] for row in self.findings if row["verdict"] == verdict]

    @property
    def passed(self) -> int:
        """How many rules hold."""
        return len(self.rules_with(Verdict.PASS))
