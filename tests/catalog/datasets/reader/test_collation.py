"""Vietnamese order of texts."""

import polars as pl
import pytest

from catalog.datasets.reader import collation


@pytest.mark.parametrize(
    "ordered",
    [
        ["An", "Ăn", "Ân", "Ba"],
        ["Bà Rịa", "Ba Tri"],
        ["ba", "bà", "bả", "bã", "bá", "bạ"],
        ["Cà Mau", "Đà Nẵng", "Đồng Nai", "Gia Lai"],
        ["Dầu Tiếng", "Đắk Lắk", "Điện Biên", "Hà Nội"],
        ["on", "ôn", "ơn", "pa"],
        ["u", "ưa", "Vĩnh Long", "Yên Bái"],
    ],
)
def test_words_stand_in_the_order_of_a_vietnamese_dictionary(ordered):
    turned = ordered[::-1]

    assert sorted(turned, key=collation.key) == ordered
    assert collation.ends(pl.Series(turned)) == [ordered[0], ordered[-1]]


def test_codes_stand_as_they_did():
    assert collation.ends(pl.Series(["b2", "B1", "a9"])) == ["B1", "b2"]
