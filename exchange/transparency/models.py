"""Openings, outbox and leaves of the public log (trust.md section 4)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.common.ids import random_ref
from exchange.common.walls import append_only

CONTINUE = "log.continue"  # leaf 0 of every log but the first: the last checkpoint of the year before, as it is
TO_THE_OUTBOX = "INSERT INTO exchange_pending (entry_id) VALUES (NEW.id); RETURN NULL;"


def sql_truth(sql: str) -> RawSQL:
    """A condition the database checks in its own words."""
    return RawSQL(sql, (), output_field=models.BooleanField())  # noqa: S611 - constant text


def subject_label(subject: models.Model) -> str:
    """Text that names a row and outlives it: transactions.order:12."""
    return f"{subject._meta.label_lower}:{subject.pk}"


class Entry(models.Model):
    """What happened, with the salt that opens its public commitment. Never changed."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)  # app.model:pk, text so that it outlives rows
    object_ref = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    salt = models.BinaryField(max_length=32)  # empty, like record: taken back from the published files after a restore
    record = models.BinaryField()  # canonical JSON of the record
    rows = models.BinaryField(default=bytes, blank=True)  # states of business rows; the record holds the SHA-256
    leaf = models.BinaryField()  # canonical JSON of the public leaf
    leaf_hash = models.CharField(max_length=64, unique=True)
    actor = models.CharField(max_length=80)
    acting_for = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["object_ref", "number"], name="log_order_of_object"),
            models.CheckConstraint(
                condition=sql_truth("leaf_hash = encode(sha256('\\x00'::bytea || leaf), 'hex')"),
                name="log_leaf_hash_is_of_the_leaf",
            ),
        ]
        indexes = [models.Index(fields=["subject", "number"])]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(  # by the database, so that no code can record and forget to publish
                name="to_the_outbox",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("length(NEW.record) > 0"),
                func=TO_THE_OUTBOX,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_ref}#{self.number}"

    @property
    def is_opening_lost(self) -> bool:
        """Whether only the public leaf is left: the entry came back from the published files after a restore."""
        return not self.record and self.kind != CONTINUE


class Pending(models.Model):
    """Outbox: entries that wait for the sequencer."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="pending")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.entry_id)


class Leaf(models.Model):
    """Place of an entry in the tree of its year, numbered from 0."""

    year = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="sequenced")
    leaf_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["year", "index"]
        constraints = [models.UniqueConstraint(fields=["year", "index"], name="one_leaf_a_place")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.year}/{self.index}"


class Checkpoint(models.Model):
    """A signed tree head as it was published, with this log's own signature alone."""

    year = models.PositiveSmallIntegerField()
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    note = models.TextField()
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-year", "-size"]
        constraints = [models.UniqueConstraint(fields=["year", "size"], name="one_checkpoint_a_size")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.year}/{self.size}"

    @property
    def cosigned(self) -> str:
        """The note with the lines of the witnesses that have cosigned it."""
        return self.note + "".join(one.line + "\n" for one in self.cosignatures.all())


class Cosignature(models.Model):
    """What a witness said about a checkpoint: it continues everything the witness saw before."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)
    line = models.TextField()
    signed_at = models.DateTimeField()  # by the clock of the witness
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosigned_once_a_witness")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness}"


class Witness(models.Model):
    """How far a configured witness has come. The only table of the log that changes; it proves nothing by itself."""

    name = models.CharField(max_length=200, unique=True)
    year = models.PositiveSmallIntegerField(default=0)
    size = models.BigIntegerField(default=0)  # of the checkpoint it cosigned last
    confirmed_at = models.DateTimeField(null=True, blank=True)  # when it last cosigned what was then the newest
    asked_at = models.DateTimeField(null=True, blank=True)
    failed_since = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Pulse(models.Model):
    """When a process that has no row elsewhere was last at work; says whether it lives and proves nothing."""

    name = models.CharField(max_length=40, unique=True)
    beaten_at = models.DateTimeField(db_default=Now())  # by the clock of the database, like the question about it

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SystemSubject(models.Model):
    """What the exchange itself does has no business row: backups, keys, the ledger's daily root speak about this."""

    name = models.CharField(max_length=40, unique=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    def __str__(self) -> str:
        return self.name


class Discrepancy(models.Model):
    """A row that is not what the log committed to, or an entry that is not what was published."""

    code = models.CharField(max_length=40)
    place = models.CharField(max_length=120)  # the row or entry meant
    details = models.JSONField(default=list)  # [{column, logged, found}]; sealed columns show fingerprints
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)  # by the last run that met it
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    conclusion = models.TextField(blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    class Meta:
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "place"],
                condition=models.Q(concluded_at__isnull=True),
                name="one_open_discrepancy_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.place}"
