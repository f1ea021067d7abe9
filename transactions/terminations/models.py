"""A side's request to end a concluded trade, and what the other side answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.transparency.rows import Logged
from transactions.orders.models import Order


class Answer(models.TextChoices):
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class EndRequest(models.Model):
    """One request; a new one may follow a declined or withdrawn one."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="end_requests")
    side = models.CharField(max_length=6, choices=[("buyer", _("Buyer")), ("seller", _("Seller"))])
    reason_code = models.CharField(max_length=40)
    reason_text = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answer_text = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    logged = Logged.but()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(answer=""), name="one_open_end_request_an_order"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="end_request_answer_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.side}"
