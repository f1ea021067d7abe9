"""Licence templates: versioned legal text with places for answers."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.codes.models import in_language
from exchange.transparency.rows import Logged


class Onward(models.TextChoices):
    NONE = "none", _("Not permitted")
    GROUP = "group", _("Only to subsidiaries owned by more than 50 %")
    CONSENT = "consent", _("Only with the seller's written consent each time")
    FREE = "free", _("Free, with the same attribution")


class Derivation(models.TextChoices):
    NONE = "none", _("Not permitted: look up, analyse and report only")
    INTERNAL = "internal", _("For internal use only")
    PRODUCT = "product", _("Value-added products may be made and sold")
    FREE = "free", _("Free, plainly labelled as not original data")


class LicenceTemplateQuerySet(models.QuerySet):
    def valid_on(self, day: dt.date) -> "LicenceTemplateQuerySet":
        """Templates a seller may choose on a day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class LicenceTemplate(models.Model):
    """A template of the right to exploit and use; a new text is a new row."""

    code = models.CharField(max_length=20)  # e.g. HD-01
    version = models.PositiveSmallIntegerField(default=1)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    text_vi = models.TextField()
    text_en = models.TextField()
    answers = models.JSONField(default=dict, blank=True)  # clause -> answers the template admits; one answer = fixed
    is_open = models.BooleanField(default=False)  # usable for open data without order
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    logged = Logged.once(from_repository=True)

    objects = LicenceTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("licence template")
        verbose_name_plural = _("licence templates")
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="licence_version_once")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def name(self) -> str:
        """Name in the active language."""
        return in_language(self.name_vi, self.name_en)

    def fixed(self) -> dict:
        """Answers the template gives by itself."""
        return {clause: choices[0] for clause, choices in self.answers.items() if len(choices) == 1}

    def admits(self, clause: str, answer: object) -> bool:
        """Whether the template allows an answer to a clause."""
        return clause not in self.answers or answer in self.answers[clause]
