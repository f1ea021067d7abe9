"""Staff of the exchange. R10 holds in the database: one active appointment a person, never a member."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange.common.ids import random_ref
from exchange.transparency.rows import Logged


class StaffRole(models.TextChoices):
    REVIEWER = "operator_reviewer", _("Reviewer of the exchange")
    FINANCE = "operator_finance", _("Finance officer of the exchange")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")


class StaffAppointment(models.Model):
    """A staff role held from a day until it is ended; operation and supervision never meet in one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=20, choices=StaffRole)
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    log_ref = models.CharField(max_length=32, unique=True, default=random_ref, editable=False)

    logged = Logged.but()

    class Meta:
        verbose_name = _("staff appointment")
        verbose_name_plural = _("staff appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="one_staff_role_a_person"
            ),
            models.CheckConstraint(condition=Q(role__in=StaffRole.values), name="staff_role_known"),
            models.CheckConstraint(
                condition=Q(appointed_by__isnull=True) | ~Q(appointed_by=models.F("user")),
                name="nobody_appoints_themselves",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="staff_is_no_member",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF NEW.ended_at IS NULL AND EXISTS (SELECT 1 FROM accounts_membership m "
                    "WHERE m.user_id = NEW.user_id AND m.ended_at IS NULL) THEN "
                    "RAISE EXCEPTION 'staff_is_no_member' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"
