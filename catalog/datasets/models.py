"""The file of a revision, how it was read, and its dictionary."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Revision
from exchange.codes.models import in_language
from exchange.files.models import StoredFile


class ReadingState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be read")
    READING = "reading", _("Being read")
    READ = "read", _("Read, waiting for your confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    FAILED = "failed", _("Could not be read")


class DataFile(models.Model):
    """The data of a revision: the bytes that will be delivered, and how the exchange reads them."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="files")
    stored = models.ForeignKey(StoredFile, models.PROTECT)
    original_name = models.CharField(max_length=200)
    format = models.CharField(max_length=10)  # code list format: CSV, XLSX
    state = models.CharField(max_length=10, choices=ReadingState, default=ReadingState.WAITING)
    failure = models.TextField(blank=True)
    # reading, as found or as corrected by the steward
    encoding = models.CharField(max_length=20, blank=True)
    separator = models.CharField(max_length=3, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    header_rows = models.PositiveSmallIntegerField(default=1)
    skip_rows = models.PositiveSmallIntegerField(default=0)
    footer_rows = models.PositiveSmallIntegerField(default=0)
    guesses = models.JSONField(default=dict, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    sample = models.JSONField(default=list, blank=True)  # first rows for the confirm page; cleared at confirmation
    row_count = models.BigIntegerField(null=True, blank=True)
    column_count = models.PositiveIntegerField(null=True, blank=True)
    preview_on = models.BooleanField(default=False)
    preview_rows = models.JSONField(default=list, blank=True)  # at most 20, never of flagged columns
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"], condition=Q(removed_at__isnull=True), name="one_file_a_revision"
            )
        ]

    def __str__(self) -> str:
        return self.original_name


class Column(models.Model):
    """One field of the dictionary (N314 8.2(b), R19)."""

    file = models.ForeignKey(DataFile, models.CASCADE, related_name="columns")
    position = models.PositiveIntegerField()
    name = models.CharField(_("Name"), max_length=200)
    label_vi = models.CharField(_("Meaning"), max_length=300, blank=True)
    label_en = models.CharField(_("Meaning in English"), max_length=300, blank=True)
    type = models.CharField(_("Type"), max_length=12)  # text, integer, decimal, date, datetime, boolean
    unit = models.CharField(_("Unit"), max_length=40, blank=True)
    code_list = models.CharField(_("Code list"), max_length=100, blank=True)
    is_required = models.BooleanField(_("Mandatory"), default=False)
    is_key = models.BooleanField(_("Key"), default=False)
    nulls = models.BigIntegerField(default=0)
    distinct = models.BigIntegerField(default=0)
    minimum = models.CharField(max_length=100, blank=True)
    maximum = models.CharField(max_length=100, blank=True)
    example = models.CharField(_("Example"), max_length=200, blank=True)
    # personal data: found by the scan, decided by the steward
    suspected = models.CharField(max_length=20, blank=True)  # person_name, phone, email …
    suspected_share = models.FloatField(default=0)
    is_personal = models.BooleanField(_("Personal data"), default=False)
    override_reason = models.CharField(_("Why this is not personal data"), max_length=300, blank=True)
    override_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["file", "position"], name="column_position_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Meaning in the active language."""
        return in_language(self.label_vi, self.label_en)

    @property
    def is_flagged(self) -> bool:
        """Personal, or suspected and not explained: never shown in a preview."""
        return self.is_personal or (bool(self.suspected) and not self.override_reason)


class OpenRelease(models.Model):
    """How often open data was downloaded on a day; nobody is recorded."""

    file = models.ForeignKey(DataFile, models.PROTECT, related_name="releases")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "day"], name="release_count_once_a_day")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.day}"
