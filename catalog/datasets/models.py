"""The file of a revision, how it was read, and its dictionary."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Revision
from catalog.assets.states import EDITABLE
from catalog.datasets.states import ReadingState
from catalog.datasets.words import refusal_sentence
from exchange.codes.models import in_language
from exchange.files.models import StoredFile
from exchange.transparency.rows import Logged

OVERDUE = dt.timedelta(minutes=3)


class ValueType(models.TextChoices):
    TEXT = "text", _("Text")
    INTEGER = "integer", _("Whole number")
    DECIMAL = "decimal", _("Decimal number")
    DATE = "date", _("Day")
    DATETIME = "datetime", _("Day and time")
    BOOLEAN = "boolean", _("Yes or no")


class DataFileQuerySet(models.QuerySet):
    def current(self) -> "DataFileQuerySet":
        """Files that were not replaced."""
        return self.filter(removed_at__isnull=True)

    def locked(self) -> "DataFileQuerySet":
        """Rows locked until the transaction ends."""
        return self.order_by("pk").select_for_update(of=("self",))


class DataFile(models.Model):
    """The data of a revision: the bytes that will be delivered, and how the exchange reads them."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="files")
    stored = models.ForeignKey(StoredFile, models.PROTECT)
    original_name = models.CharField(max_length=200)
    format = models.CharField(max_length=10)  # code list format: CSV, XLSX
    state = models.CharField(max_length=10, choices=ReadingState, default=ReadingState.WAITING)
    state_since = models.DateTimeField(default=timezone.now)
    attempt = models.PositiveIntegerField(default=1)  # grows with every request to read: an older job keeps nothing
    failure = models.CharField(max_length=40, blank=True)  # a code of catalog.datasets.words
    failure_values = models.JSONField(default=dict, blank=True)
    # reading, as found or as corrected by the steward
    encoding = models.CharField(max_length=20, blank=True)
    separator = models.CharField(max_length=3, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    header_rows = models.PositiveSmallIntegerField(default=1)
    skip_rows = models.PositiveSmallIntegerField(default=0)
    footer_rows = models.PositiveSmallIntegerField(default=0)
    given = models.JSONField(default=dict, blank=True)  # parts of the reading the steward corrected
    guesses = models.JSONField(default=dict, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    sample = models.JSONField(default=list, blank=True)  # first rows for the confirm page; cleared at confirmation
    row_count = models.BigIntegerField(null=True, blank=True)
    column_count = models.PositiveIntegerField(null=True, blank=True)
    figures = models.JSONField(default=dict, blank=True)  # repeated rows, repeated and incomplete keys
    candidates = models.JSONField(default=dict, blank=True)  # rows the preview is chosen from, flagged columns left out
    preview_on = models.BooleanField(default=False)
    preview_rows = models.JSONField(default=list, blank=True)  # at most 20, never of flagged columns
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    logged = Logged(
        always=frozenset(),
        editable=Q(revision__state__in=EDITABLE),
        unrecorded=Q(revision__state__in=EDITABLE) | Q(removed_at__isnull=False),
    )

    objects = DataFileQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"], condition=Q(removed_at__isnull=True), name="one_file_a_revision"
            ),
            models.CheckConstraint(condition=Q(state__in=ReadingState.values), name="reading_state_known"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(failure=""), name="failed_reading_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=["read", "confirmed"]) | Q(row_count__isnull=False),
                name="file_read_has_rows",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def failure_sentence(self) -> str:
        """Why the file could not be read and what to do, in the active language."""
        return refusal_sentence(self.failure, self.failure_values) if self.failure else ""

    @property
    def decimal_mark(self) -> str:
        """The decimal mark the steward chose for numbers that can be read in two ways: "comma", "point" or none."""
        return str(self.given.get("decimal", ""))

    def is_overdue(self, moment: dt.datetime) -> bool:
        """Whether a reading takes so long that it may be asked for again."""
        busy = self.state in (ReadingState.WAITING, ReadingState.READING)
        return busy and moment - self.state_since > OVERDUE


class Column(models.Model):
    """One field of the dictionary (N314 8.2(b), R19)."""

    file = models.ForeignKey(DataFile, models.CASCADE, related_name="columns")
    position = models.PositiveIntegerField()
    name = models.CharField(_("Name"), max_length=200)
    label_vi = models.CharField(_("Meaning"), max_length=300, blank=True)
    label_en = models.CharField(_("Meaning in English"), max_length=300, blank=True)
    type = models.CharField(_("Type"), max_length=12, choices=ValueType)
    unit = models.CharField(_("Unit"), max_length=40, blank=True)
    code_list = models.CharField(_("Code list"), max_length=100, blank=True)
    is_required = models.BooleanField(_("Mandatory"), default=False)
    is_key = models.BooleanField(_("Key"), default=False)
    nulls = models.BigIntegerField(default=0)
    distinct = models.BigIntegerField(default=0)
    minimum = models.CharField(max_length=100, blank=True)
    maximum = models.CharField(max_length=100, blank=True)
    example = models.CharField(_("Example"), max_length=200, blank=True)
    facts = models.JSONField(default=dict, blank=True)  # original heading, type and style found, valid values, codes
    # personal data: found by the scan, decided by the steward
    suspected = models.CharField(max_length=20, blank=True)  # person_name, phone, email …
    suspected_share = models.FloatField(default=0)
    is_personal = models.BooleanField(_("Personal data"), default=False)
    override_reason = models.CharField(_("Why this is not personal data"), max_length=300, blank=True)
    override_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    logged = Logged(
        always=frozenset(),
        editable=Q(file__revision__state__in=EDITABLE),
        unrecorded=Q(file__revision__state__in=EDITABLE) | Q(file__removed_at__isnull=False),
    )

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
