"""Quotes with dated tariffs."""

import datetime as dt

import pytest

from exchange.common.errors import DomainError
from transactions.pricing.models import Tariff
from transactions.pricing.reference import load
from transactions.pricing.services import quote_price

pytestmark = pytest.mark.django_db
LAST_DAY_OF_8 = dt.date(2026, 12, 31)
SWITCH_DAY = dt.date(2027, 1, 1)


def test_reduced_vat_ends_on_the_switch_day():
    made = quote_price(1_000_000, "VAT8", LAST_DAY_OF_8)

    assert (made.vat, made.rates) == (80_000, {"vat": 800, "fee": 200, "fee_vat": 1_000})
    with pytest.raises(DomainError) as refusal:
        quote_price(1_000_000, "VAT8", SWITCH_DAY)
    assert refusal.value.code == "vat_not_in_force"


@pytest.mark.parametrize("day", [LAST_DAY_OF_8, SWITCH_DAY])
def test_standard_vat_is_the_same_on_both_sides_of_the_switch_day(day):
    assert quote_price(1_000_000, "VAT10", day).vat == 100_000


def test_quote_names_the_tariff_rows_it_came_from():
    made = quote_price(1_000_000, "KCT", LAST_DAY_OF_8)

    rows = Tariff.objects.in_bulk(made.tariff_ids)
    assert sorted((row.kind, row.code) for row in rows.values()) == [
        ("fee", "standard"),
        ("fee_vat", "standard"),
        ("vat", "KCT"),
    ]
    assert made.rates["vat"] is None


def test_a_younger_tariff_row_wins_from_its_day_on():
    Tariff.objects.create(
        kind="fee", code="standard", basis_points=150, valid_from=SWITCH_DAY, citation="Quyết định thử"
    )

    before, after = (quote_price(1_000_000, "VAT10", day) for day in (LAST_DAY_OF_8, SWITCH_DAY))

    assert (before.fee, after.fee) == (20_000, 15_000)


def test_unknown_vat_code_is_refused():
    with pytest.raises(DomainError):
        quote_price(1_000_000, "VAT7", LAST_DAY_OF_8)


def test_loading_again_adds_nothing_and_keeps_changes():
    Tariff.objects.filter(kind="fee").update(citation="changed")

    assert load() == 0
    assert Tariff.objects.get(kind="fee").citation == "changed"


def test_every_tariff_cites_its_source():
    assert all(row.citation for row in Tariff.objects.all())
    assert Tariff.objects.count() == 7
