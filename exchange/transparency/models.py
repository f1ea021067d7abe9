"""Openings, outbox and leaves of the public log (trust.md section 4)."""

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils import timezone

from exchange.common.walls import append_only


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
    salt = models.BinaryField(max_length=32)
    record = models.BinaryField()  # canonical JSON of the record
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
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_ref}#{self.number}"


class Pending(models.Model):
    """Outbox: entries that wait for the sequencer."""

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="pending")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.entry_id)


class Leaf(models.Model):
    """Place of an entry in the tree, numbered from 0."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="sequenced")
    leaf_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["index"]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.index)


class Checkpoint(models.Model):
    """A signed tree head as it was published."""

    size = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-size"]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.size)
