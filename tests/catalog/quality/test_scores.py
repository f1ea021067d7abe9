"""What is shown of quality is what was measured."""

import datetime as dt

from catalog.quality import scores
from catalog.quality.measure import Field, Freshness, Table, measure


def test_figures_of_the_measurement_stand_beside_the_declared_ones():
    fields = (Field("nam", "integer", present=97, nulls=3, valid=97, has_meaning=True, has_unit=True),)
    measured = measure(Table(rows=100, fields=fields), Freshness(dt.date(2026, 11, 30), dt.date(2026, 10, 1), 366))

    rows = scores.criteria({"accurate": 95, "complete": 98}, measured)

    assert [(row.name, row.declared, row.measured) for row in rows] == [
        ("accurate", 95, None),
        ("complete", 98, 97),
        ("clean", None, 100),
        ("live", None, 100),
        ("standardised", None, 100),
        ("shareable", None, 100),
    ]
    assert scores.index(measured) == 99


def test_nothing_measured_shows_nothing():
    assert scores.index({}) is None
    assert {row.measured for row in scores.criteria({}, {})} == {None}
