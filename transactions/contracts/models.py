"""The contract of an order: text, translation and machine form frozen under one digest."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.organisations.models import Organisation
from exchange.codes.models import in_language
from exchange.transparency.rows import Logged
from transactions.orders.models import Order


class Contract(models.Model):
    """Frozen text; the Vietnamese one prevails. The digest covers all three faces (product rule 2.4)."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="contract")
    text_vi = models.TextField()
    text_en = models.TextField()
    odrl = models.JSONField()
    digest = models.CharField(max_length=64)
    terms_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    logged = Logged.but()

    class Meta:
        triggers = [pgtrigger.Protect(name="contract_frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.order_id}"

    @property
    def text(self) -> str:
        """Text in the active language."""
        return in_language(self.text_vi, self.text_en)


class ContractAcceptance(models.Model):
    """A signatory's acceptance after entering the password again. It is no digital signature. Never changed."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="acceptances")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    side = models.CharField(max_length=6, choices=[("buyer", "buyer"), ("seller", "seller")])
    digest = models.CharField(max_length=64)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(default=timezone.now)

    logged = Logged.but()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "side"], name="contract_accepted_once_a_side"),
            models.UniqueConstraint(fields=["contract", "accepted_by"], name="signatories_are_two_people"),
        ]
        triggers = [
            pgtrigger.Protect(name="contract_acceptance_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.side}"


class PasswordAttempt(models.Model):
    """A wrong password at a confirmation; too many within the window stop the person for a while (R135)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "made_at"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%d/%m/%Y}"
