"""What pages suggest from the title, the file and the last registration; what they never suggest."""

import datetime as dt

import pytest

from catalog.assets.models import Revision
from catalog.assets.wizard import step_url
from catalog.classification.models import Classification
from catalog.registration import guesses
from catalog.registration.guesses import ColumnFacts
from tests.factories.catalog import DataFileFactory, RevisionFactory

FDI = "Đầu tư trực tiếp nước ngoài được cấp phép phân theo địa phương"
POPULATION = "Dân số trung bình phân theo địa phương, giới tính và thành thị nông thôn"
SCHOOLS = "Danh sách trường trung học cơ sở Thành phố Hồ Chí Minh năm học 2019-2020"


@pytest.mark.parametrize(
    ("title", "theme"),
    [
        (FDI, "enterprise"),
        (POPULATION, "population"),
        (SCHOOLS, "education"),
        ("Thu nhập bình quân đầu người một tháng", "labour"),
        ("Độ mặn sông Tiền theo giờ", "environment"),
        ("Bảng không có từ nào quen", ""),
        ("Thanh niên tình nguyện", ""),
    ],
)
def test_a_theme_is_guessed_from_words_of_the_title(title, theme):
    assert guesses.theme_of(title) == theme


@pytest.mark.parametrize(
    ("title", "keywords"),
    [
        (FDI, ["đầu tư trực tiếp nước ngoài được cấp phép", "địa phương", "doanh nghiệp", "đầu tư"]),
        (POPULATION, ["dân số trung bình", "địa phương", "giới tính", "thành thị nông thôn", "doanh nghiệp", "đầu tư"]),
        (SCHOOLS, ["trường trung học cơ sở Thành phố Hồ Chí Minh", "doanh nghiệp", "đầu tư"]),
    ],
)
def test_keywords_are_parts_of_the_title_and_of_the_theme(title, keywords):
    assert guesses.keywords_of(title, ["Doanh nghiệp", "đầu tư"]) == keywords


def test_a_province_is_suggested_when_the_title_names_exactly_one():
    provinces = {"79": "Thành phố Hồ Chí Minh", "01": "Hà Nội", "66": "Tỉnh Đắk Lắk"}

    assert guesses.province_of(SCHOOLS, provinces) == "79"
    assert guesses.province_of("Cây cà phê ở Đắk Lắk", provinces) == "66"
    assert guesses.province_of("Hà Nội và Hồ Chí Minh", provinces) == ""
    assert guesses.province_of(FDI, provinces) == ""


@pytest.mark.parametrize(
    ("columns", "title", "period"),
    [
        ([ColumnFacts("ngày", "date", "2025-02-01", "2025-11-30")], "", (dt.date(2025, 2, 1), dt.date(2025, 11, 30))),
        ([ColumnFacts("gio", "datetime", "2025-01-01T05:00:00", "2025-01-03T06:00:00")], "", (
            dt.date(2025, 1, 1), dt.date(2025, 1, 3))),
        ([ColumnFacts("Năm", "integer", "2011", "2022")], "", (dt.date(2011, 1, 1), dt.date(2022, 12, 31))),
        ([ColumnFacts("Nam - 2017", "integer"), ColumnFacts("2018", "integer")], "", (
            dt.date(2017, 1, 1), dt.date(2018, 12, 31))),
        ([ColumnFacts("số nam", "integer", "120", "3400")], SCHOOLS, (dt.date(2019, 1, 1), dt.date(2020, 12, 31))),
        ([ColumnFacts("ngày sinh", "date")], FDI, None),
    ],
)  # fmt: skip
def test_the_period_comes_from_days_years_headings_and_last_from_the_title(columns, title, period):
    assert guesses.period_of(columns, title) == period


def test_how_fine_the_places_are_is_read_from_the_headings():
    assert guesses.finest_unit([ColumnFacts("Tỉnh", "text"), ColumnFacts("Phường xã", "text")]) == "đến cấp xã"
    assert guesses.finest_unit([ColumnFacts("Địa phương", "text")]) == "đến cấp tỉnh"
    assert guesses.finest_unit([ColumnFacts("xăng dầu", "text")]) == ""


def test_the_meaning_of_a_column_tells_what_its_heading_does_not():
    assert guesses.finest_unit([ColumnFacts("Đối tác", "text", label="Tỉnh, thành phố")]) == "đến cấp tỉnh"


@pytest.mark.parametrize(
    ("columns", "frequency"),
    [
        ([ColumnFacts("Năm", "integer", "2015", "2022")], "yearly"),
        ([ColumnFacts("Nam - 2017", "decimal"), ColumnFacts("Nam - 2018", "decimal")], "yearly"),
        ([ColumnFacts("Năm", "integer", "2022", "2022")], ""),
        ([ColumnFacts("Năm", "integer", "2015", "2022"), ColumnFacts("Tháng", "integer", "1", "12")], "monthly"),
        ([ColumnFacts("Quý", "text"), ColumnFacts("Giá trị", "decimal")], "quarterly"),
        ([ColumnFacts("ngay", "date", "2024-01-01", "2025-12-31")], ""),
        ([ColumnFacts("Tên trường", "text")], ""),
    ],
)
def test_how_often_figures_come_is_read_from_their_periods(columns, frequency):
    assert guesses.frequency_of(columns) == frequency


@pytest.fixture
def draft(owner):
    return RevisionFactory(asset__owner=owner, title_vi=FDI, kind="statistics")


def initial(page, draft, slug) -> dict:
    return page.get(step_url(draft.asset.number, slug)).context["form"].initial


@pytest.mark.django_db
def test_the_last_registration_of_the_owner_is_offered_again_and_nothing_is_saved(page, draft, owner):
    last = RevisionFactory(asset__owner=owner, registered=True, publisher="Cục Thống kê", how_obtained="authorised")
    last.classification.storage_place, last.classification.security_level = "Hà Nội", 3
    last.classification.save()
    RevisionFactory(registered=True, publisher="Tổ chức khác")
    before = Revision.objects.values().get(pk=draft.pk)

    record, origin, access, kept = (
        initial(page, draft, slug) for slug in ("1-record", "3", "4-access", "4-protection")
    )

    assert record["publisher"] == "Cục Thống kê"
    assert (origin["origin"], origin["how_obtained"]) == ("ORIGINAL", "authorised")
    assert origin["legal_basis"] == last.legal_basis
    assert (access["access"], access["for_persons"]) == ("account", "yes")
    assert (kept["storage_place"], kept["security_level"], kept["layer"]) == ("Hà Nội", 3, "aggregate")
    assert Revision.objects.values().get(pk=draft.pk) == before


@pytest.mark.django_db
def test_classes_of_the_law_rights_and_declarations_are_never_suggested(page, draft, owner):
    RevisionFactory(asset__owner=owner, registered=True)

    answers, rights = initial(page, draft, "4"), initial(page, draft, "3-rights")

    names = ("subject", "importance", "sharing", "secrecy", "basis")
    assert {name: answers.get(name) for name in names} == dict.fromkeys(names, "")
    assert answers["prohibited_declared"] is False
    assert not rights.get("rights")


@pytest.mark.django_db
def test_theme_keywords_and_period_are_suggested_once_and_named_as_such(page, draft):
    file = DataFileFactory(revision=draft)
    file.columns.filter(name="nam").update(minimum="2015", maximum="2025")

    response = page.get(step_url(draft.asset.number, "1-details"))
    fresh = initial(page, draft, "5")

    assert response.context["form"].initial["theme"] == "enterprise"
    assert response.context["form"].suggested_names == ["theme", "keywords"]
    assert response.content.decode().count("(gợi ý)") == 2
    assert (fresh["temporal_from"], fresh["temporal_to"]) == (dt.date(2015, 1, 1), dt.date(2025, 12, 31))
    assert (fresh["spatial"], fresh["late_after_days"]) == ("Cả nước, đến cấp tỉnh", 30)
    Revision.objects.filter(pk=draft.pk).update(theme="finance")
    again = page.get(step_url(draft.asset.number, "1-details"))
    assert (again.context["form"].initial["theme"], again.context["form"].initial["keywords"]) == ("finance", [])
    assert "(gợi ý)" not in again.content.decode()


@pytest.mark.django_db
def test_limits_written_under_the_description_are_not_typed_again(page, draft):
    text = "## Phạm vi\nCả nước\n\n## Hạn chế\nNăm 2019 là sơ bộ.\nKhông có Hà Tây."
    Revision.objects.filter(pk=draft.pk).update(description_vi=text)

    form = page.get(step_url(draft.asset.number, "5")).context["form"]

    assert form.initial["limitations"] == "Năm 2019 là sơ bộ.\nKhông có Hà Tây."
    assert "limitations" in [field.name for field in form.folded_fields]


@pytest.mark.django_db
def test_limits_nobody_wrote_are_asked_in_the_open(page, draft):
    form = page.get(step_url(draft.asset.number, "5")).context["form"]

    assert not form.initial["limitations"]
    assert "limitations" in [field.name for field in form.first_fields]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sharing", "suggested"),
    [("OPEN", ("anyone", "yes")), ("SHARED", ("account", "yes")), ("INTERNAL", ("", ""))],
)
def test_access_is_suggested_from_data_of_the_same_sharing_nature(page, owner, sharing, suggested):
    for nature, access in (("SHARED", "account"), ("OPEN", "anyone")):
        last = RevisionFactory(asset__owner=owner, registered=True).classification
        last.sharing, last.access = nature, access
        last.save()
    draft = RevisionFactory(asset__owner=owner)
    Classification.objects.create(revision=draft, sharing=sharing)

    answers = initial(page, draft, "4-access")

    assert (answers["access"], answers["for_firms"]) == suggested


@pytest.mark.django_db
def test_data_that_is_not_open_is_not_downloaded_by_anyone(page, owner):
    revision = RevisionFactory(asset__owner=owner, complete=True)
    Classification.objects.filter(revision=revision).update(sharing="SHARED")
    answers = {"version": 1, "access": "anyone", "for_state": "yes", "for_firms": "yes", "for_persons": "yes"}
    before = Classification.objects.values().get(revision=revision)

    refused = page.post(step_url(revision.asset.number, "4-access"), answers)

    assert refused.status_code == 422
    assert refused.context["form"].errors == {
        "access": ["Chỉ dữ liệu mở mới được để ai cũng tải. Hãy chọn cách cung cấp khác."]
    }
    assert Classification.objects.values().get(revision=revision) == before


@pytest.mark.django_db
def test_a_value_added_product_takes_no_origin_of_original_data(page, draft, owner):
    RevisionFactory(asset__owner=owner, registered=True)
    Revision.objects.filter(pk=draft.pk).update(kind="derived_product")

    assert initial(page, draft, "3")["origin"] == "DERIVED"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Chưa có", "không có.", "Không", "Quyết định của Bộ"])
def test_an_instrument_has_a_number(page, owner, typed):
    revision = RevisionFactory(asset__owner=owner, complete=True)
    answers = {"version": 1, "subject": "NON_PERSONAL", "importance": "OTHER", "secrecy": "NONE", "basis": typed}

    refused = page.post(step_url(revision.asset.number, "4"), answers)

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["basis"]
    revision.classification.refresh_from_db()
    assert revision.classification.basis == "1234/QĐ-BNNMT"


@pytest.mark.django_db
def test_a_long_answer_under_a_fold_is_named_by_its_question(page, owner):
    draft = RevisionFactory(asset__owner=owner, complete=True)
    draft.quality.declared_method = "Đối soát với niên giám. " * 9
    draft.quality.save()

    assert page.get(step_url(draft.asset.number, "5-scores")).context["form"].folded_answers == (
        "95; 95; 95; 95; 95; 95; Cách xác định các con số đã khai"
    )


@pytest.mark.django_db
def test_what_is_seldom_answered_is_folded_says_its_answers_and_opens_with_an_error(page, draft):
    Revision.objects.filter(pk=draft.pk).update(title_en="Investment <b>", other_names="FDI")

    first = page.get(step_url(draft.asset.number, "1")).content.decode()
    assert '<details class="card"><summary>Bằng tiếng Anh' in first
    assert '<span class="small muted">: <span lang="en">Investment &lt;b&gt;</span>; FDI</span></summary>' in first

    refused = page.post(step_url(draft.asset.number, "1"), {"version": 1, "title_en": "x" * 200}).content.decode()

    assert '<details class="card" open><summary>Bằng tiếng Anh' in refused


@pytest.mark.django_db
def test_the_three_kinds_of_takers_stand_in_one_line_under_one_question(page, draft):
    form = page.get(step_url(draft.asset.number, "4-access")).context["form"]

    assert [field.name for field in form.first_fields] == ["access"]
    assert [field.name for field in form.abreast_fields] == ["for_state", "for_firms", "for_persons"]
    assert [field.name for field in form.folded_fields] == ["limit_reason", "limit_text"]
