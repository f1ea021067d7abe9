"""Tables of closed lists. Rules compare codes, never labels."""

import datetime as dt

from django.db import models
from django.utils.translation import get_language


def in_language(vi: str, en: str) -> str:
    """The label of the active language; Vietnamese where the English one is missing."""
    return en if get_language() == "en" and en else vi


class CodeQuerySet(models.QuerySet):
    def valid_on(self, day: dt.date) -> "CodeQuerySet":
        """Codes in force on a day."""
        return self.filter(valid_from__lte=day).filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day))


class Code(models.Model):
    """One code of a closed list."""

    list = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    label_vi = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(default=dt.date(2025, 1, 1))
    valid_to = models.DateField(null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        ordering = ["list", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="code_once_in_list")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Label in the active language."""
        return in_language(self.label_vi, self.label_en)

    @property
    def hint(self) -> str:
        """A line that explains the code, in the active language; empty where the label says enough."""
        return in_language(self.extra.get("hint_vi", ""), self.extra.get("hint_en", ""))


class Province(models.Model):
    """One of the 34 provinces and centrally-run cities (Decision 19/2025/QĐ-TTg)."""

    code = models.CharField(max_length=2, primary_key=True)
    name_vi = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    h_code = models.CharField(max_length=3)
    is_city = models.BooleanField(default=False)
    sort_key = models.CharField(max_length=80)

    class Meta:
        ordering = ["sort_key"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Name in the active language."""
        return in_language(self.name_vi, self.name_en)


class Bank(models.Model):
    """A bank of the NAPAS list, by its six-digit BIN."""

    bin = models.CharField(max_length=6, primary_key=True)
    short_name = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["short_name"]

    def __str__(self) -> str:
        return f"{self.short_name} ({self.bin})"


class AgencyCode(models.Model):
    """Level-1 agency code (Decision 20/2020, 09/2025); closed ones stay with their successor."""

    code = models.CharField(max_length=3, primary_key=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    closed_on = models.DateField(null=True, blank=True)
    successor = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {in_language(self.name_vi, self.name_en)}"


class Holiday(models.Model):
    """A day the regulator adds to or takes from the working calendar."""

    day = models.DateField(primary_key=True)
    is_off = models.BooleanField(default=True)
    note = models.CharField(max_length=200)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"
