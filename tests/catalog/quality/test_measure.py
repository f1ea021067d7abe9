"""Measured quality: figures with numerators and denominators."""

import datetime as dt

import pytest

from catalog.quality.measure import Field, Freshness, Table, measure, stale_province_codes

DAY = dt.date(2026, 11, 21)
KEY = Field("mã", "text", present=100, nulls=0, valid=100, has_meaning=True, is_key=True, has_code_list=True)
VALUE = Field("giá trị", "decimal", present=90, nulls=10, valid=81, has_meaning=True, has_unit=True)
NOTE = Field("ghi chú", "text", present=10, nulls=90, valid=10)
UNKNOWN = Freshness(DAY)


def rules(measured: dict, criterion: str) -> list[tuple]:
    """Rule, numerator, denominator."""
    return [(rule["rule"], rule["numerator"], rule["denominator"]) for rule in measured[criterion]["rules"]]


def test_complete_counts_mandatory_cells_or_all_when_none_is_declared():
    declared = measure(Table(100, (KEY, VALUE, NOTE)), UNKNOWN)
    free = measure(Table(100, (VALUE, NOTE)), UNKNOWN)

    assert rules(declared, "complete") == [("complete.mandatory_cells", 100, 100)]
    assert rules(free, "complete") == [("complete.all_cells", 100, 200)]
    assert (declared["complete"]["value"], free["complete"]["value"]) == (100, 50)


def test_clean_counts_repeated_keys_and_values_of_another_type():
    measured = measure(Table(100, (KEY, VALUE), repeated_keys=4, incomplete_keys=1), UNKNOWN)

    assert rules(measured, "clean") == [
        ("clean.keys_not_repeated", 95, 100),
        ("clean.values_of_their_type", 181, 190),
    ]
    assert measured["clean"]["value"] == 95


def test_clean_counts_repeated_rows_without_a_key():
    measured = measure(Table(100, (VALUE,), repeated_rows=30), UNKNOWN)

    assert rules(measured, "clean")[0] == ("clean.rows_not_repeated", 70, 100)


@pytest.mark.parametrize(
    ("last", "period", "grace", "expected"),
    [
        (dt.date(2026, 11, 1), 31, 0, 1),
        (dt.date(2026, 10, 1), 31, 0, 0),
        (dt.date(2026, 10, 1), 31, 30, 1),
        (None, 31, 0, None),
        (dt.date(2026, 11, 1), None, 0, None),
    ],
)
def test_live_needs_a_period_and_a_last_update(last, period, grace, expected):
    measured = measure(Table(100, (VALUE,)), Freshness(DAY, last, period, grace))

    if expected is None:
        assert "live" not in measured
    else:
        assert rules(measured, "live") == [("live.updated_in_time", expected, 1)]


def test_standardised_counts_units_days_and_code_lists():
    bare = Field("số", "integer", 100, 0, 100)
    day = Field("ngày", "date", 100, 0, 100)

    measured = measure(Table(100, (KEY, VALUE, NOTE, bare, day)), UNKNOWN)

    assert rules(measured, "standardised") == [("standardised.fields_with_unit_or_list", 3, 4)]


def test_shareable_counts_four_conditions():
    measured = measure(Table(100, (KEY, NOTE), is_plain=False), UNKNOWN)

    assert rules(measured, "shareable") == [("shareable.conditions", 2, 4)]


def test_score_is_the_mean_rounded_down_and_accuracy_is_never_invented():
    measured = measure(Table(100, (KEY, VALUE)), UNKNOWN)

    assert "accurate" not in measured
    exact = [measured[name]["exact"] for name in ("complete", "clean", "standardised", "shareable")]
    assert measured["score"] == int(sum(exact) / 4)


def test_empty_table_has_no_division_by_nothing():
    assert "complete" not in measure(Table(0, ()), UNKNOWN)


CURRENT = frozenset({"01", "04", "48", "79"})


@pytest.mark.parametrize(
    ("name", "codes", "day", "stale"),
    [
        ("mã tỉnh", ["01", "02"], DAY, True),
        ("ma_tinh", ["01", "48"], DAY, False),
        ("mã tỉnh", ["01", "02"], dt.date(2024, 12, 31), False),
        ("mã tỉnh", ["01", "02", "99"], DAY, False),
        ("mã trạm", ["01", "02"], DAY, False),
        ("mã tỉnh", [], DAY, False),
    ],
)
def test_codes_of_merged_provinces_are_found_after_the_merger(name, codes, day, stale):
    assert stale_province_codes({name: codes}, CURRENT, day) == ([name] if stale else [])
