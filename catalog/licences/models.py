"""Licence templates: versioned legal text with places for answers."""

from django.db import models

from exchange.codes.models import in_language


class LicenceTemplate(models.Model):
    """A template of the right to exploit and use; a new text is a new row."""

    code = models.CharField(max_length=20)  # e.g. HD-01
    version = models.PositiveSmallIntegerField(default=1)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    text_vi = models.TextField()
    text_en = models.TextField()
    is_open = models.BooleanField(default=False)  # usable for open data without order
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="licence_version_once")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def name(self) -> str:
        """Name in the active language."""
        return in_language(self.name_vi, self.name_en)
