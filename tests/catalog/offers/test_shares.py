"""Shares in hundredths of a per cent, and what the public content holds of them."""

from decimal import Decimal

import pytest
from django import forms
from django.utils.translation import override

from catalog.offers.forms import ShareField
from catalog.offers.shares import commitment, percent


def test_a_share_in_per_cent():
    assert [percent(points) for points in (10_000, 6_000, 3_333, 1)] == [
        Decimal("100"),
        Decimal("60"),
        Decimal("33.33"),
        Decimal("0.01"),
    ]


def test_a_commitment_is_the_hash_of_name_share_and_salt():
    found = commitment("Bộ A", 3_333, "00")

    # printf '{"basis_points":3333,"owner":"Bộ A","salt":"00"}' | sha256sum
    assert found == "a516d42aebf491dd7c7870190ddd14ead2655e698356781b8cd95703585b7894"
    assert found not in {
        commitment("Bộ A", 3_334, "00"),
        commitment("Bộ A", 3_333, "01"),
        commitment("Bộ B", 3_333, "00"),
    }


@pytest.mark.parametrize(
    ("language", "typed", "points"),
    [
        ("vi", "33,33", 3_333),
        ("vi", "33,3 %", 3_330),
        ("vi", "60", 6_000),
        ("vi", "0,01", 1),
        ("vi", "100", 10_000),
        ("en", "33.33", 3_333),
        ("vi", "", 0),
    ],
)
def test_a_share_is_read_as_people_write_it(language, typed, points):
    with override(language):
        assert ShareField(required=False).clean(typed) == points


@pytest.mark.parametrize("typed", ["33,333", "101", "-1", "một nửa", "NaN"])
def test_a_share_nobody_can_mean_is_refused_with_an_example(typed):
    with override("vi"), pytest.raises(forms.ValidationError) as refusal:
        ShareField().clean(typed)

    assert "33,33" in refusal.value.messages[0]
