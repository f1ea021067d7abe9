"""What is saved for spreadsheets is text, never a formula."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.common.exports import csv_response, csv_text, safe_cell

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "'=1+1"),
        ("+84 912", "'+84 912"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (-5, "-5"),
        (2_200_000, "2200000"),
        (True, "True"),
        ("SDL2026000123J", "SDL2026000123J"),
        ("", ""),
    ],
)
def test_a_cell_that_looks_like_a_formula_begins_with_an_apostrophe(value, text):
    assert safe_cell(value) == text


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.lists(st.text() | st.integers(), min_size=2, max_size=2), max_size=5))
def test_no_text_of_any_table_is_a_formula_and_every_cell_comes_back(rows):
    text = csv_text(["a", "b"], rows)
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read[0] == ["a", "b"]
    assert len(read) == len(rows) + 1
    for given_row, found in zip(rows, read[1:], strict=True):
        for value, cell in zip(given_row, found, strict=True):
            if isinstance(value, int):
                assert cell == str(value)
                continue
            assert not cell.startswith(FORMULAS)
            assert cell in (value, f"'{value}")


def test_the_file_is_an_attachment_that_is_not_kept():
    response = csv_response("trial", ["a"], [["1"]])
    assert response["Content-Disposition"] == 'attachment; filename="trial.csv"'
    assert response["Cache-Control"] == "no-store"
    assert response.content.decode() == '\ufeff"a"\r\n"1"\r\n'
