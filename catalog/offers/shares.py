"""Shares in the revenue of an offer, in hundredths of a per cent."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format

from exchange.common.canonical import digest_of

WHOLE = 10_000  # 100 %
MOST_OTHERS = 8  # owners besides the seller


@dataclass(frozen=True)
class Other:
    """Another owner as the seller named it: row of the form, code of the participant, share."""

    row: int
    code: str
    basis_points: int


def percent(basis_points: int) -> Decimal:
    """A share in per cent: 3333 is 33.33."""
    return Decimal(basis_points) / 100


def in_percent(basis_points: int) -> str:
    """A share in per cent as the active language writes it: 33,33."""
    return str(number_format(percent(basis_points)))


def commitment(owner: str, basis_points: int, salt: str) -> str:
    """What the public content holds of a share: nobody can guess it, and who is told salt and share can check it."""
    return digest_of({"basis_points": basis_points, "owner": owner, "salt": salt})
