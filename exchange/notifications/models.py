"""Messages to people: inbox rows, and the mail that goes with them."""

from django.conf import settings
from django.db import models


class Message(models.Model):
    """One message to one person; the mail is sent by a job after commit."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox")
    kind = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["recipient", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} -> {self.recipient_id}"
