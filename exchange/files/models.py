"""Stored content, addressed by our own id, verified by its SHA-256."""

import uuid

from django.db import models
from django.utils import timezone

from exchange.common.walls import append_only


class StoredFile(models.Model):
    """One immutable file under our own id; the name people gave it is only a label."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Relative place in the storage: two levels of folders by id."""
        text = self.id.hex
        return f"{self.purpose}/{text[:2]}/{text}"


class ErasedFile(models.Model):
    """Content that was taken off the disk because nothing needs it any more; the row of the file stays."""

    stored = models.OneToOneField(StoredFile, models.PROTECT, related_name="erased")
    erased_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.stored_id}"
