"""The front page: real counts, few queries, both languages."""

import re

import pytest
from django.core.cache import cache

from exchange.portal import front, selectors
from exchange.portal.selectors import Front
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_figures():
    cache.clear()
    yield
    cache.clear()


def test_empty_exchange_shows_zeros_and_invents_nothing(client):
    html = client.get("/").content.decode()

    values = re.findall(r'<dd class="value">([^<]*)', html)
    assert [value.strip() for value in values] == ["0", "0", "0", "–"]
    assert 'class="spark"' not in html
    assert 'aria-labelledby="newest"' not in html
    assert html.count("<h1") == 1


def test_front_page_reads_in_both_languages(client):
    vietnamese, english = client.get("/"), client.get("/en/")

    assert '<html lang="vi"' in vietnamese.content.decode()
    assert '<html lang="en"' in english.content.decode()
    assert "The exchange today" in english.content.decode()
    assert 'href="/en/" hreflang="en"' in vietnamese.content.decode()
    assert 'href="/" hreflang="vi"' in english.content.decode()


def test_language_link_keeps_page_and_query(client):
    html = client.get("/accounts/login/?next=/orders/&x=1").content.decode()

    assert 'href="/en/accounts/login/?next=/orders/&amp;x=1" hreflang="en"' in html


def test_only_verified_participants_count():
    OrganisationFactory(active=True)
    OrganisationFactory()

    assert selectors.front_page().participants == 1


def test_figures_are_kept_for_a_minute(django_assert_num_queries):
    selectors.front_page()

    with django_assert_num_queries(0):
        selectors.front_page()


def test_front_page_needs_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get("/")


def test_figures_say_what_changed_lately():
    found = Front(datasets=1926, datasets_lately=52, datasets_by_month=[1, 5, 1926], median_quality=89.5, measured=7)

    datasets, _, _, quality = front.figures(found)

    assert (datasets.value, datasets.rising) == ("1.926", True)
    assert "52" in datasets.lately
    assert "spark" in datasets.line
    assert (quality.value, quality.unit) == ("89,5", "/100")


def test_themes_without_datasets_are_left_out_and_provinces_sorted_by_count():
    assert [row.count for row in front.themes({"finance": 3, "unknown": 9})] == [3]
    assert [row.count for row in front.provinces({"01": 2, "79": 5})] == [5, 2]


def test_data_about_the_whole_country_stands_before_the_provinces():
    rows = front.provinces({"": 10, "79": 5})

    assert [(row.label, row.count, row.share, bool(row.url)) for row in rows] == [
        ("Cả nước", 10, 100, False),
        ("Thành phố Hồ Chí Minh", 5, 50, True),
    ]


def test_map_links_every_province_to_its_datasets():
    drawing = front.country({"01": 2})

    assert drawing.count("<a href=") == 34
    assert "province=01" in drawing


def test_chosen_theme_is_written_by_the_server(client):
    client.cookies["theme"] = "dark"
    assert '<html lang="vi" data-theme="dark">' in client.get("/").content.decode()

    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/").content.decode().split("<head>")[0]


def test_demo_notice_stands_on_demonstrations_only(client, settings):
    assert 'class="phase"' not in client.get("/").content.decode()

    settings.DEMO = True

    assert 'class="phase"' in client.get("/").content.decode()
