"""Figures of an order, as tables and as properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transactions.pricing.quote import quote

PRICES = st.integers(min_value=0, max_value=1_000_000_000_000)
RATES = st.integers(min_value=0, max_value=2_500)


@pytest.mark.parametrize(
    ("price", "vat_bp", "fee_bp", "expected"),
    [
        # price, vat, total, fee, fee_vat, seller's share
        (144_900_000, 1_000, 200, (14_490_000, 159_390_000, 2_898_000, 289_800, 156_202_200)),
        (48_000_000, 1_000, 200, (4_800_000, 52_800_000, 960_000, 96_000, 51_744_000)),
        (620_000_000, 1_000, 200, (62_000_000, 682_000_000, 12_400_000, 1_240_000, 668_360_000)),
        (2_000_000, 800, 200, (160_000, 2_160_000, 40_000, 4_000, 2_116_000)),
        (1, 1_000, 200, (0, 1, 0, 0, 1)),
        (5, 1_000, 200, (1, 6, 0, 0, 6)),  # 0.5 dong of tax is rounded up
        (4, 1_000, 200, (0, 4, 0, 0, 4)),
        (99, 1_000, 200, (10, 109, 1, 0, 108)),  # 1.98 of fee is floored
        (0, 1_000, 200, (0, 0, 0, 0, 0)),
    ],
)
def test_figures_of_known_prices(price, vat_bp, fee_bp, expected):
    made = quote(price, vat_bp, fee_bp, 1_000)

    assert (made.vat, made.total, made.fee, made.fee_vat, made.seller_share) == expected


def test_not_subject_to_vat_differs_from_zero_percent():
    exempt, zero = quote(1_000_000, None, 200, 1_000), quote(1_000_000, 0, 200, 1_000)

    assert exempt.vat == zero.vat == 0
    assert exempt.rates["vat"] is None
    assert zero.rates["vat"] == 0
    assert exempt.as_dict() != zero.as_dict()


@given(price=PRICES, vat_bp=st.none() | RATES, fee_bp=RATES, fee_vat_bp=RATES)
def test_every_dong_has_one_place(price, vat_bp, fee_bp, fee_vat_bp):
    made = quote(price, vat_bp, fee_bp, fee_vat_bp)

    assert made.total == made.price + made.vat
    assert made.total == made.seller_share + made.fee + made.fee_vat
    assert min(made.vat, made.fee, made.fee_vat, made.seller_share) >= 0


@given(price=PRICES, vat_bp=RATES, fee_bp=RATES)
def test_tax_is_half_up_and_fee_is_floored(price, vat_bp, fee_bp):
    made = quote(price, vat_bp, fee_bp, 1_000)

    assert -5_000 <= price * vat_bp - made.vat * 10_000 < 5_000
    assert 0 <= price * fee_bp - made.fee * 10_000 < 10_000
    assert -5_000 <= made.fee * 1_000 - made.fee_vat * 10_000 < 5_000


@pytest.mark.parametrize(
    "arguments", [(-1, 1_000, 200, 1_000), (10, -1, 200, 1_000), (10, 1_000, 10_001, 1_000), (10, 0, 10_000, 1_000)]
)
def test_impossible_figures_are_refused(arguments):
    with pytest.raises(ValueError, match=r"price|rate|fee"):
        quote(*arguments)
