"""Measured figures come with what was counted."""

import datetime as dt

from django.utils import translation

from catalog.quality.measure import Field, Freshness, Table, measure
from catalog.quality.models import QualityStatement
from catalog.quality.selectors import measured_figures
from catalog.quality.words import COUNTED


def test_every_measured_figure_says_in_a_sentence_what_was_counted():
    field = Field("v", "decimal", present=1500, nulls=500, valid=1490, is_key=True)
    freshness = Freshness(dt.date(2026, 11, 30), dt.date(2026, 3, 31), 366, 30)
    measured = measure(Table(2000, (field,), repeated_keys=10), freshness)

    with translation.override("vi"):
        figures = {row["name"]: row["counted"] for row in measured_figures(QualityStatement(measured=measured))}

    assert figures["complete"] == ["1.500/2.000 ô của các cột khóa và cột bắt buộc có giá trị."]
    assert figures["clean"] == [
        "1.990/2.000 dòng có khóa riêng.",
        "1.490/1.500 giá trị đúng kiểu của cột.",
    ]
    assert figures["live"] == ["1/1: lần cập nhật gần nhất so với tần suất đã khai."]
    assert {len(sentences) for sentences in figures.values()} == {1, 2}
    assert len(COUNTED) == 8
