"""Reads of the dated tariffs."""

import datetime as dt

from transactions.pricing.models import Tariff


def is_vat_in_force(code: str, day: dt.date) -> bool:
    """Whether a VAT treatment may be used on a day; KCT counts, it is a treatment without rate (R57)."""
    return Tariff.objects.in_force(day).filter(kind="vat", code=code).exists()
