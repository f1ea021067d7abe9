"""Finding: with and without marks, beginnings, title before text, counts that do not lie."""

import pytest

from accounts.access.actor import Actor
from catalog.search import selectors
from catalog.search.facets import BY_NAME
from catalog.search.filters import CatalogueFilter
from catalog.search.models import CatalogueEntry
from catalog.search.selectors import Query

pytestmark = pytest.mark.django_db
NOBODY = Actor()


def titles(text: str, number: int = 1, **asked) -> list[str]:
    asked = CatalogueFilter({"q": text, **asked})
    query = Query(asked.words, asked.chosen, asked.sort)
    few, many = (
        [entry.title_vi for entry in selectors.page_of(query, actor=NOBODY, number=number, hits=hits)]
        for hits in (1, selectors.MOST_HITS)
    )
    assert few == many  # both ways of putting entries in order agree
    return few


def counted(text: str = "", **asked):
    asked = CatalogueFilter({"q": text, **asked})
    return selectors.counts(Query(asked.words, asked.chosen, asked.sort), actor=NOBODY)


@pytest.mark.parametrize(
    "query",
    ["Đất đai", "dat dai", "ĐẤT ĐAI", "da\u0302\u0301t dai", "hiện trạng đất", "dat da", "bản đồ dữ liệu đất đai"],
)
def test_words_find_with_and_without_marks_and_by_their_beginning(registered, query):
    registered("Bản đồ hiện trạng đất đai")
    registered("Dân số trung bình")

    assert titles(query) == ["Bản đồ hiện trạng đất đai"]


@pytest.mark.parametrize("query", ["Hòa Bình", "Hoà Bình", "hoa binh"])
def test_both_spellings_of_a_tone_find_the_same(registered, query):
    registered("Thủy điện Hòa Bình")
    registered("Thuỷ điện Hoà Bình, bảng hai")

    assert len(titles(query)) == 2


def test_exact_marks_come_before_other_words_that_fold_alike(registered):
    registered("Lịch đặt đài phát thanh")
    registered("Bản đồ đất đai")

    assert titles("đất đai")[0] == "Bản đồ đất đai"
    assert titles("đặt đài")[0] == "Lịch đặt đài phát thanh"
    assert len(titles("dat dai")) == 2


def test_title_matches_come_before_matches_in_the_text(registered):
    registered("Báo cáo tổng hợp", summary_vi="Gồm cả số liệu lượng mưa")
    registered("Lượng mưa theo trạm")

    assert titles("lượng mưa") == ["Lượng mưa theo trạm", "Báo cáo tổng hợp"]


def test_columns_publishers_and_numbers_are_found(registered):
    entry = registered("Sản lượng lúa")
    registered("Khách du lịch", summary_vi="x")
    CatalogueEntry.objects.filter(pk=entry.pk).update(owner_name="Cục Khí tượng Thủy văn")

    assert titles("cục khí tượng") == ["Sản lượng lúa"]
    assert titles(entry.number) == ["Sản lượng lúa"]
    assert titles(entry.certificate.lower().replace("-", "")) == ["Sản lượng lúa"]
    assert len(titles("ma_tinh")) == 2


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("GDP", "Tổng sản phẩm trong nước theo quý"),
        ("cpi", "Chỉ số giá tiêu dùng các tháng"),
        ("TP.HCM", "Trường học tại Thành phố Hồ Chí Minh"),
        ("tphcm trường", "Trường học tại Thành phố Hồ Chí Minh"),
        ("population", "Dân số trung bình"),
        ("dân số", "Dân số trung bình"),
        ("HTX", "Số hợp tác xã theo tỉnh"),
    ],
)
def test_acronyms_and_other_names_find_what_is_meant(registered, query, title):
    for name in (
        "Tổng sản phẩm trong nước theo quý",
        "Chỉ số giá tiêu dùng các tháng",
        "Trường học tại Thành phố Hồ Chí Minh",
        "Dân số trung bình",
        "Số hợp tác xã theo tỉnh",
    ):
        registered(name, summary_vi="x", summary_en="x", description_vi="x", keywords=["x"])

    assert titles(query) == [title]


@pytest.mark.parametrize("query", ["dữ liệu", "bộ dữ liệu", "data", "số liệu của"])
def test_words_that_stand_everywhere_show_everything(registered, query):
    registered("Một")
    registered("Hai")

    assert sorted(titles(query)) == ["Hai", "Một"]
    assert Query(query).is_common_only


@pytest.mark.parametrize("query", ["' OR 1=1 --", "a & | ! ( ) :*", "\\", "%", "\x00", "日本語", "🙂", '"'])
def test_odd_queries_are_just_queries(registered, query):
    registered("Lúa")

    assert isinstance(titles(query), list)
    assert counted(query).total in {0, 1}


def test_pages_go_through_title_matches_and_then_the_rest_without_gap(registered):
    for n in range(13):
        registered(f"Lúa tỉnh {n:02d}")
    for n in range(12):
        registered(f"Khác {n:02d}", summary_vi="có lúa")

    first, second, third = titles("lúa"), titles("lúa", 2), titles("lúa", 3)

    assert (len(first), len(second), third) == (20, 5, [])
    assert [title[:3] for title in first] == ["Lúa"] * 13 + ["Khá"] * 7
    assert len(set(first + second)) == 25
    assert counted("lúa").total == 25


def test_each_order_is_kept(registered):
    cheap, dear, free = registered("B rẻ"), registered("A đắt"), registered("C không bán")
    CatalogueEntry.objects.filter(pk=cheap.pk).update(price_kind="one_off", price=1000, quality=70)
    CatalogueEntry.objects.filter(pk=dear.pk).update(price_kind="one_off", price=9000, quality=90)

    assert titles("", sort="price") == ["B rẻ", "A đắt", "C không bán"]
    assert titles("", sort="quality") == ["A đắt", "B rẻ", "C không bán"]
    assert titles("", sort="title") == ["A đắt", "B rẻ", "C không bán"]
    assert titles("", sort="newest")[0] == "C không bán"
    assert titles("", sort="no such order") == titles("", sort="updated")
    assert free.price_kind == ""


def test_facets_count_what_the_other_filters_leave(registered):
    registered("Lúa một", theme="agriculture", province_id="91")
    registered("Lúa hai", theme="agriculture", province_id="92")
    registered("Lúa ba", theme="trade", province_id="91")
    registered("Khác", theme="trade", province_id="91", summary_vi="x", summary_en="x", keywords=["x"])

    found = counted("lúa", theme=["agriculture"], province=["91"])

    assert found.total == 1
    assert {v.value: v.count for v in found.facets["theme"]} == {"agriculture": 1, "trade": 1}
    assert {v.value: v.count for v in found.facets["province"]} == {"91": 1, "92": 1}
    assert {v.value: v.count for v in found.facets["format"]} == {"CSV": 1}
    assert found.without == {"theme": 2, "province": 2}
    assert titles("lúa", theme=["agriculture"], province=["91"]) == ["Lúa một"]


@pytest.mark.parametrize(
    ("name", "value", "field", "stored"),
    [
        ("sharing", "OPEN", "sharing", "OPEN"),
        ("importance", "IMPORTANT", "importance", "IMPORTANT"),
        ("price", "free", "price_kind", "free"),
        ("price", "none", "price_kind", ""),
        ("format", "XLSX", "formats", ["CSV", "XLSX"]),
        ("frequency", "weekly", "frequency", "weekly"),
    ],
)
def test_each_facet_filters_and_counts(registered, name, value, field, stored):
    wanted, other = registered("Đúng"), registered("Sai")
    rest = {"sharing": "SHARED", "importance": "OTHER", "price_kind": "one_off", "formats": ["CSV"]}
    CatalogueEntry.objects.filter(pk=other.pk).update(**rest, frequency="daily")
    CatalogueEntry.objects.filter(pk=wanted.pk).update(**{field: stored})

    assert titles("", **{name: [value]}) == ["Đúng"]
    counts = {v.value: v.count for v in counted(**{name: [value]}).facets[name]}
    assert counts["" if value == "none" else value] == 1


def test_publisher_is_filtered_by_key_and_counted_with_its_names(registered):
    wanted = registered("Đúng")
    registered("Sai")

    found = counted(publisher=[str(wanted.owner_id), "x", "99999999999999999999"])

    assert found.total == 1
    value = next(v for v in found.facets["publisher"] if v.value == str(wanted.owner_id))
    assert (value.count, value.name_vi) == (1, wanted.owner.name_vi)


def test_counting_ends_at_its_limit_and_says_so(registered, monkeypatch):
    monkeypatch.setattr(selectors, "MOST_HITS", 2)
    for n in range(4):
        registered(f"Lúa {n}")

    found = counted("lúa")

    assert (found.total, found.is_capped) == (2, True)


def test_unknown_values_are_passed_over(registered):
    registered("Lúa")

    asked = CatalogueFilter({"theme": ["agriculture", "nonsense"], "province": ["zz"], "page": "x", "sort": "y"})

    assert asked.chosen == {"theme": ["agriculture"]}
    assert (asked.page, asked.sort) == (1, "updated")
    assert set(asked.filters) == set(BY_NAME)


def test_hidden_entries_are_neither_shown_nor_counted(registered):
    entry = registered("Lúa kín", theme="health")
    CatalogueEntry.objects.filter(pk=entry.pk).update(is_public=False)

    assert titles("lúa") == []
    assert titles(entry.number) == []
    assert counted("lúa").total == 0
    assert counted().facets["theme"] == []
    assert selectors.count_without_words(Query("x"), actor=NOBODY) == 0


def test_whole_catalogue_is_counted_once_in_a_while_for_visitors(registered, settings):
    settings.CATALOGUE_KEPT_SECONDS = 60
    selectors._whole.clear()
    registered("Một")

    before = counted().total
    registered("Hai")

    assert (before, counted().total, counted("hai").total) == (1, 1, 1)
    selectors._whole.clear()
    assert counted().total == 2
    selectors._whole.clear()
