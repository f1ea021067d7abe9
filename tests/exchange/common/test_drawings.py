"""Drawings: well-formed SVG, everything escaped, the whole country on the map."""

import json
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from django.utils import translation

from exchange.common import charts, drum, money, province_map, svg
from exchange.common.province_map import Cell


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314 - our own drawings


@pytest.mark.parametrize("name", sorted(svg.ICONS))
def test_every_icon_is_well_formed_and_hidden_from_readers(name):
    drawing = parsed(svg.icon(name))

    assert drawing.attrib["aria-hidden"] == "true"
    assert len(drawing) > 0


def test_mark_and_drum_are_well_formed_and_without_inline_styles():
    for markup in (svg.mark(), drum.drum()):
        assert parsed(markup).tag == "svg"
        assert "style=" not in markup


@pytest.mark.parametrize(
    ("score", "tone"), [(100, "ring"), (85, "ring"), (84, "ring mid"), (70, "ring mid"), (69, "ring low")]
)
def test_ring_tone_follows_the_thresholds(score, tone):
    drawing = parsed(svg.ring(score))

    assert drawing.attrib["class"] == tone
    assert drawing.find("b").text == str(score)


@pytest.mark.parametrize(("value", "width"), [(-5, "0"), (42, "42"), (250, "100")])
def test_meter_stays_between_nothing_and_all(value, width):
    assert parsed(svg.meter(value)).find("rect").attrib["width"] == width


def test_qr_code_draws_the_modules_of_the_symbol():
    drawing = parsed(svg.qr_code("https://example.vn/", "Mã QR"))

    assert drawing.attrib["aria-label"] == "Mã QR"
    assert drawing.find("path").attrib["d"].count("h1v1h-1z") > 200


def test_names_from_people_are_escaped_in_charts():
    evil = "<script>x</script>"
    series = [charts.Series(evil, [1, 5, 3], area=True), charts.Series("b", [2, 2, 2], 2, dashed=True)]

    for markup in (
        charts.line_chart([evil, "b", "c"], series, label=evil, unit=evil),
        charts.columns([evil, "b", "c"], series, label=evil),
        charts.radar([evil] * 6, [80] * 6, [90] * 6, label=evil),
    ):
        assert "<script>" not in markup
        assert parsed(markup).attrib["role"] == "img"


def test_charts_stand_nothing_to_draw():
    assert charts.spark([4]) == ""
    assert parsed(charts.columns([], [], label="trống")).tag == "svg"
    assert parsed(charts.line_chart(["a"], [charts.Series("s", [0])], label="không")).tag == "svg"


def test_map_shows_34_provinces_and_both_archipelagos():
    cells = {
        c["code"]: Cell(i, f"{c['vi']}: {i}", f"/catalogue/?province={c['code']}")
        for i, c in enumerate(province_map.CELLS)
    }

    markup = province_map.province_map(cells)

    assert len(cells) == 34
    assert parsed(markup).tag == "svg"
    assert markup.count("<a href=") == 34
    assert "Hoàng Sa" in markup
    assert "(Đà Nẵng)" in markup
    assert "Trường Sa" in markup
    assert "(Khánh Hòa)" in markup


def test_map_places_no_two_provinces_on_one_cell():
    places = [(c["column"], c["row"]) for c in json.loads(json.dumps(province_map.CELLS))]

    assert len(set(places)) == 34


@pytest.mark.parametrize(("count", "most", "shade"), [(0, 10, 1), (1, 100, 2), (100, 100, 5), (0, 0, 1), (30, 100, 4)])
def test_shade_grows_with_the_count(count, most, shade):
    assert province_map.shade(count, most) == shade


def test_class_badges_name_their_axis_and_leave_out_other():
    html = Template("{% klass 'SHARED' 'OTHER' 'original' %}|{% klass '' 'core' 'DERIVED' %}").render(Context())

    first, second = html.split("|")
    assert first.count('class="badge') == 1
    assert 'class="badge shared"' in first
    assert 'class="badge core"' in second
    assert 'class="badge derived"' in second
    assert second.count('<span class="vh">') == 2


def test_money_is_said_in_the_language_of_the_page():
    template = Template("{{ amount|vnd }} {{ amount|dots }}")

    assert template.render(Context({"amount": 12_500_000})) == "12.500.000\u00a0₫ 12.500.000"
    with translation.override("en"):
        assert template.render(Context({"amount": 12_500_000})) == "12,500,000\u00a0VND 12,500,000"
    assert money.shown(0) == "0\u00a0₫"


def test_content_without_english_is_marked_as_vietnamese():
    template = Template("{% bilingual vi en %}")

    assert template.render(Context({"vi": "Gạo", "en": "Rice"})) == "Gạo"
    with translation.override("en"):
        assert template.render(Context({"vi": "Gạo", "en": "Rice"})) == "Rice"
        assert template.render(Context({"vi": "<Gạo>", "en": ""})) == '<span lang="vi">&lt;Gạo&gt;</span>'
