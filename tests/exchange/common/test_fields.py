"""Numbers, money and days are read as people in Viet Nam write them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import formats, translation

from exchange.common.fields import DayField, DecimalTextField, DongField, PercentField, WholeNumberField


@pytest.mark.parametrize(
    "typed",
    ["1500000", "1.500.000", "1 500 000", "1.500.000 ₫", "1.500.000đ", "1500000 VND", "1,500,000"],
)
def test_dong_reads_every_usual_spelling(typed):
    assert DongField().clean(typed) == 1_500_000


@pytest.mark.parametrize("typed", ["1,500,000", "1500000", "1 500 000", "1,500,000 VND", "1.500.000"])
def test_dong_in_english_reads_commas(typed):
    with translation.override("en"):
        assert DongField().clean(typed) == 1_500_000


@pytest.mark.parametrize("typed", ["mười hai triệu", "1.5", "1,5", "12.50.000", "1.500.00", "0x10", "1e6", "９" * 30])
def test_dong_refuses_what_could_mean_two_amounts(typed):
    with pytest.raises(ValidationError) as refusal:
        DongField().clean(typed)

    assert refusal.value.code == "invalid"


def test_dong_refuses_a_negative_amount():
    with pytest.raises(ValidationError) as refusal:
        DongField().clean("-5000")

    assert refusal.value.error_list[0].code == "min_value"


def test_single_group_follows_the_language():
    assert WholeNumberField().clean("1.500") == 1500
    with translation.override("en"), pytest.raises(ValidationError):
        WholeNumberField().clean("1.500")


def test_stored_number_is_shown_with_separators_and_read_back():
    field = WholeNumberField()

    shown = field.prepare_value(12_500_000)

    assert shown == "12.500.000"
    assert field.clean(shown) == 12_500_000
    assert not field.has_changed(12_500_000, shown)


@pytest.mark.parametrize(("language", "typed"), [("vi", "98,4"), ("en", "98.4"), ("vi", "1.098,4"), ("en", "1,098.4")])
def test_decimals_follow_the_language(language, typed):
    with translation.override(language):
        number = DecimalTextField().clean(typed)

    assert number in {Decimal("98.4"), Decimal("1098.4")}


def test_decimal_refusal_shows_an_example_of_the_language():
    with pytest.raises(ValidationError) as refusal:
        DecimalTextField().clean("chín mươi")

    assert "98,4" in refusal.value.messages[0]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("typed", ["03/04/2026", "3/4/2026", "03-04-2026", "03.04.2026", "2026-04-03"])
def test_day_comes_before_month(language, typed):
    with translation.override(language):
        assert DayField().clean(typed) == dt.date(2026, 4, 3)


@pytest.mark.parametrize("typed", ["04/25/2026", "31/02/2026", "hôm nay", "2026/04/03"])
def test_impossible_day_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError) as refusal:
        DayField().clean(typed)

    assert "03/04/2026" in refusal.value.messages[0]


def test_stock_fields_of_django_read_vietnamese_formats_too():
    assert formats.localize(dt.date(2026, 4, 3)) == "03/04/2026"
    assert formats.get_format("DATE_INPUT_FORMATS")[0] == "%d/%m/%Y"


@pytest.mark.parametrize("typed", ["98", "98%", " 98 % "])
def test_a_per_cent_is_read_with_and_without_its_sign(typed):
    assert PercentField().clean(typed) == 98


@pytest.mark.parametrize("typed", ["98,5", "120", "-1", "nhiều"])
def test_a_per_cent_says_what_it_can_be(typed):
    with pytest.raises(ValidationError, match="từ 0 đến 100"):
        PercentField().clean(typed)


def test_limits_of_a_number_are_said_plainly():
    with pytest.raises(ValidationError, match="Nhập số không lớn hơn 5"):
        WholeNumberField(max_value=5).clean("6")
