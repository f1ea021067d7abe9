"""Who opened which paper: papers hold personal data, so every opening is kept."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from exchange.common.walls import append_only
from exchange.files.models import StoredFile


class PaperOpening(models.Model):
    """A member of staff opened a paper of a case. Never changed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["user", "file"])]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.user_id} {self.subject}"
