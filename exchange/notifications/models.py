"""Messages to people: inbox rows, and the mail that goes with them."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.notifications.wording import Wording, word


class MessageQuerySet(models.QuerySet):
    def unread(self, reader: AbstractBaseUser) -> "MessageQuerySet":
        """What a person has not read yet."""
        return self.filter(recipient=reader, read_at__isnull=True)


class Message(models.Model):
    """One message to one person; the mail is sent by a job after commit."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="inbox")
    kind = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["recipient", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} -> {self.recipient_id}"

    @property
    def wording(self) -> Wording:
        """Subject, sentences and link in the active language."""
        return word(self.kind, self.context, self.url)
