"""Meanings proposed for columns from their headings."""

import pytest

from catalog.datasets.labels import proposed_meaning

HEADINGS = ["cot_1", "Nam - 2017", "Nam - Sơ bộ 2019"]


@pytest.mark.parametrize(
    ("name", "among", "meaning"),
    [
        ("Nam - Sơ bộ 2019", HEADINGS, "Nam - Sơ bộ 2019"),
        ("Nam - 2017", HEADINGS, "Nam - 2017"),  # words without marks, in a file that has them elsewhere
        ("Nam - 2017", ["Nam - 2017"], ""),
        ("country name", ["country name", "value"], ""),
        ("cot_1", HEADINGS, ""),
        ("2019", HEADINGS, "Năm 2019"),
        ("Vốn (triệu USD)", (), "Vốn"),
    ],
)
def test_a_heading_in_words_proposes_its_own_meaning(name, among, meaning):
    assert proposed_meaning(name, among=among) == meaning
