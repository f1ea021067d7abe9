"""Whole dong. No decimals; tax rounded half up once per rate group (product rule 2.3)."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import get_language

Dong = int


def round_half_up(amount: Fraction) -> Dong:
    """The nearest whole dong; a half goes away from zero."""
    sign = -1 if amount < 0 else 1
    return sign * int(abs(amount) + Fraction(1, 2))


def vat_of(net: Dong, basis_points: int) -> Dong:
    """Tax on a net amount at a rate in basis points (800 = 8 %), rounded half up."""
    return round_half_up(Fraction(net * basis_points, 10_000))


def largest_remainder(total: Dong, weights: Sequence[int]) -> list[Dong]:
    """Split a total by weights so that the parts sum exactly; ties go to the earlier part."""
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("weights must sum to more than zero")
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def format_vnd(amount: Dong) -> str:
    """1500000 -> '1.500.000 ₫' (no-break space), as Vietnamese papers write it."""
    return f"{amount:,}".replace(",", ".") + "\u00a0₫"


def shown(amount: Dong) -> str:
    """An amount in the active language: 1.500.000 ₫, or 1,500,000 VND in English."""
    return f"{amount:,}\u00a0VND" if get_language() == "en" else format_vnd(amount)
