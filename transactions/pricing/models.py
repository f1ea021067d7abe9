"""Dated tariffs: the exchange's fee and the VAT rates, each with its citation."""

import datetime as dt

from django.db import models
from django.db.models import Q

from exchange.transparency.rows import Logged


class TariffQuerySet(models.QuerySet):
    def in_force(self, day: dt.date) -> "TariffQuerySet":
        """Rows in force on a day; of two rows of one code the younger comes first."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class Tariff(models.Model):
    """A rate in basis points from a day on. `KCT` (not subject to VAT) has no rate and is not 0 %."""

    kind = models.CharField(max_length=10, choices=[("fee", "fee"), ("fee_vat", "fee_vat"), ("vat", "vat")])
    code = models.CharField(max_length=40)  # fee: standard; vat: VAT8, VAT10, VAT5, VAT0, KCT
    basis_points = models.PositiveIntegerField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    citation = models.CharField(max_length=300)

    logged = Logged.once(from_repository=True)

    objects = TariffQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "valid_from"], name="one_tariff_a_day"),
            models.CheckConstraint(
                condition=Q(basis_points__isnull=True) | Q(basis_points__lte=10_000), name="tariff_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.basis_points}"
