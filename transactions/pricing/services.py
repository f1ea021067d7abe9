"""Quotes of what is on offer. Nothing is written: the figures are frozen by the order that accepts them."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.offers.models import Listing, PriceKind
from exchange.common.errors import DomainError
from transactions.pricing.models import Tariff
from transactions.pricing.quote import Quote, quote

STANDARD = "standard"


def quote_listing(listing: Listing, on: dt.date) -> Quote:
    """The figures of one order of a listing with the tariffs in force on a day (R57, Law 48/2024)."""
    if listing.price_kind == PriceKind.FREE:
        return quote(0, None, 0, 0)
    return quote_price(listing.price, listing.vat_treatment, on)


def quote_price(price: int, vat_code: str, on: dt.date) -> Quote:
    """The figures of a net price under a VAT treatment; refuses a treatment that is not in force on the day."""
    rows = _tariffs(vat_code, on)
    vat, fee, fee_vat = rows.get(("vat", vat_code)), rows.get(("fee", STANDARD)), rows.get(("fee_vat", STANDARD))
    if vat is None:
        raise DomainError(
            _(
                "The VAT treatment of this offer is not in force today. "
                "The seller must state the present one before it can be ordered."
            ),
            code="vat_not_in_force",
        )
    if fee is None or fee_vat is None:
        raise DomainError(_("The exchange has no tariff in force today. Try again later."), code="no_tariff")
    return quote(
        price,
        vat.basis_points,
        fee.basis_points or 0,
        fee_vat.basis_points or 0,
        vat_code=vat_code,
        tariff_ids=(vat.pk, fee.pk, fee_vat.pk),
    )


def _tariffs(vat_code: str, on: dt.date) -> dict[tuple[str, str], Tariff]:
    wanted = Q(kind="vat", code=vat_code) | Q(kind__in=["fee", "fee_vat"], code=STANDARD)
    found = Tariff.objects.in_force(on).filter(wanted).order_by("valid_from")
    return {(row.kind, row.code): row for row in found}  # the youngest row of a code wins
