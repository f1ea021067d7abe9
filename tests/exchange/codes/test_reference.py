"""Closed lists: what the repository brings, and how it is read."""

import datetime as dt

import pytest
from django.utils import translation

from exchange.codes import reference, selectors, services
from exchange.codes.models import AgencyCode, Bank, Code, Holiday, Province

pytestmark = pytest.mark.django_db

LISTS = {
    "purpose", "territory", "theme", "frequency", "format", "reason_participant", "reason_listing", "reason_trade",
    "vat_treatment", "how_obtained", "evidence_kind", "evidence_claim", "org_kind", "asset_kind", "data_layer",
    "domain", "importance_item", "access_condition", "refusal_article", "price_method", "reason_dispute",
    "dispute_article", "access_reason",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh():
    selectors.forget()
    yield
    selectors.forget()


def rows() -> list[tuple]:
    tables = (Code, Province, AgencyCode, Bank)
    return [tuple(table.objects.order_by("pk").values_list()) for table in tables]


def test_loading_again_changes_nothing():
    before = rows()

    reference.load()

    assert rows() == before


def test_loading_again_keeps_what_the_regulator_changed():
    Bank.objects.filter(pk="970436").update(is_active=False)
    Code.objects.create(list="purpose", code="added", label_vi="Mục đích thêm", label_en="Added purpose", position=99)

    reference.load()

    assert not Bank.objects.get(pk="970436").is_active
    assert Code.objects.filter(list="purpose", code="added").exists()


def test_every_list_stands_with_labels_in_both_languages():
    assert set(Code.objects.values_list("list", flat=True)) == LISTS
    assert not Code.objects.filter(label_vi="").exists()
    assert not Code.objects.filter(label_en="").exists()


def test_34_provinces_of_which_7_are_cities_in_the_order_of_the_alphabet():
    provinces = list(Province.objects.all())

    assert len(provinces) == 34
    assert sum(province.is_city for province in provinces) == 7
    assert [province.name_vi for province in provinces][:4] == [
        "Tỉnh An Giang", "Tỉnh Bắc Ninh", "Tỉnh Cà Mau", "Thành phố Cần Thơ",
    ]  # fmt: skip
    assert Province.objects.get(pk="75").name_vi == "Thành phố Đồng Nai"


def test_banks_of_the_published_sample():
    expected = {
        "970436": "Vietcombank", "970415": "VietinBank", "970418": "BIDV", "970405": "Agribank", "970422": "MB",
        "970407": "Techcombank",
    }  # fmt: skip

    assert {bank.bin: bank.short_name for bank in Bank.objects.filter(bin__in=expected)} == expected
    assert all(len(bank.bin) == 6 and bank.bin.isdigit() for bank in Bank.objects.all())


def test_closed_agency_codes_lead_to_one_that_is_open():
    codes = AgencyCode.objects.in_bulk()

    assert {"G04", "G05", "G07", "G13", "G23", "G26", "G34", "G37"} <= {c for c, row in codes.items() if row.closed_on}
    assert codes["G09"].name_vi == "Bộ Nội vụ"
    assert [c for c, row in codes.items() if row.successor and codes[row.successor].closed_on] == []
    assert {province.h_code for province in Province.objects.all()} <= {
        c for c, row in codes.items() if not row.closed_on
    }


def test_choices_follow_the_active_language_and_the_day():
    with translation.override("vi"):
        assert ("CSV", "CSV") in selectors.choices("format")
        assert dict(selectors.choices("territory"))["VN"] == "Việt Nam (cả nước)"
    with translation.override("en"):
        assert dict(selectors.choices("territory"))["VN"] == "Viet Nam (whole country)"

    assert "VAT8" in dict(selectors.choices("vat_treatment", dt.date(2026, 12, 31)))
    assert "VAT8" not in dict(selectors.choices("vat_treatment", dt.date(2027, 1, 1)))
    assert selectors.label("vat_treatment", "VAT8").startswith("Thuế suất 8%")


def test_not_subject_to_vat_is_not_zero_percent():
    assert selectors.details("vat_treatment", "KCT")["basis_points"] is None
    assert selectors.details("vat_treatment", "VAT0")["basis_points"] == 0


def test_reasons_are_narrowed_to_an_action():
    returned = dict(selectors.choices("reason_participant", action="return"))

    assert "missing_document" in returned
    assert "dissolved" not in returned
    assert "other" in returned


def test_territories_contain_each_other():
    assert selectors.covers(["VN"], "VN")
    assert selectors.covers(["WORLD"], "EU")
    assert selectors.covers(["ASIA"], "ASEAN")
    assert not selectors.covers(["ASEAN"], "ASIA")
    assert not selectors.covers(["VN"], "unknown")
    assert not selectors.is_abroad("VN")
    assert selectors.is_abroad("ASEAN")
    assert selectors.is_abroad("unknown")


def test_a_list_is_read_with_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        selectors.choices("theme")
        selectors.label("theme", "health")
        selectors.details("theme", "finance")

    assert selectors.label("theme", "no such code") == "no such code"


def test_due_day_counts_working_days_with_the_regulators_changes(django_capture_on_commit_callbacks):
    start = dt.date(2026, 9, 15)
    assert services.due_day(start, 20) == dt.date(2026, 10, 13)

    with django_capture_on_commit_callbacks(execute=True):
        services.set_holiday(day=dt.date(2026, 9, 16), is_off=True, note="Nghỉ bù")
        services.set_holiday(day=dt.date(2026, 9, 19), is_off=False, note="Làm bù thứ Bảy")

    assert services.due_day(start, 1) == dt.date(2026, 9, 17)
    assert services.due_day(start, 3) == dt.date(2026, 9, 19)
    assert services.due_day(start, 20) == dt.date(2026, 10, 13)
    assert services.days_left(start, dt.date(2026, 9, 19)) == 3
    assert services.days_left(dt.date(2026, 9, 19), start) == -3
    assert Holiday.objects.count() == 2
