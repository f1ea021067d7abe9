"""The page of the catalogue."""

import re

import pytest
from django.urls import reverse

from accounts.access.actor import Actor
from catalog.search.models import CatalogueEntry
from exchange.transparency.services import record
from tests.factories.accounts import MembershipFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/catalogue/"


@pytest.fixture(autouse=True)
def _detail_page(settings):
    assert reverse("catalog:catalogue") == ADDRESS


def page(client, **query) -> str:
    response = client.get(ADDRESS, query)
    assert response.status_code == 200
    return response.content.decode()


def test_anybody_sees_results_with_their_figures(client, registered):
    entry = registered("Sản lượng <lúa>", theme="agriculture", summary_vi="Nghìn tấn & tạ")
    CatalogueEntry.objects.filter(pk=entry.pk).update(price_kind="one_off", price=12_500_000, quality=94)

    text = page(client, q="lúa")

    assert "Sản lượng &lt;lúa&gt;" in text
    assert "Nghìn tấn &amp; tạ" in text
    assert "12.500.000" in text
    assert 'class="badge gold"' in text
    assert f'href="/datasets/{entry.number}/"' in text
    assert re.search(r'name="theme" value="agriculture">.{1,80}<span class="count">1<', text)


def test_chosen_values_are_ticked_and_can_be_dropped_one_by_one(client, registered):
    registered("Lúa", theme="agriculture", province_id="91")

    text = page(client, q="lúa", theme="agriculture", province="91", sort="title")

    assert 'value="agriculture" checked' in text
    assert 'href="?q=l%C3%BAa&amp;province=91&amp;sort=title"' in text
    assert 'href="?q=l%C3%BAa&amp;theme=agriculture&amp;sort=title"' in text
    assert 'href="?q=l%C3%BAa&amp;sort=title"' in text
    assert '<option value="title" selected>' in text


def test_empty_result_names_the_filter_that_brings_most_back(client, registered):
    for n in range(3):
        registered(f"Lúa {n}", theme="agriculture", province_id="91")
    registered("Lúa khác", theme="trade", province_id="92")

    context = client.get(ADDRESS, {"q": "lúa", "theme": "health", "province": "91"}).context

    assert (context["total"], context["advice"].facet, context["advice"].would_be) == (0, "theme", 3)
    assert context["advice"].url == "?q=l%C3%BAa&province=91"


def test_empty_result_of_words_alone_advises_to_drop_the_words(client, registered):
    registered("Lúa")

    response = client.get(ADDRESS, {"q": "xyzzy"})

    assert (response.context["advice"].facet, response.context["advice"].would_be) == ("q", 1)
    assert 'href="?"' in response.content.decode()


def test_empty_catalogue_has_an_empty_state(client):
    assert client.get(ADDRESS).context["advice"] is None
    assert 'class="card empty"' in page(client)


def test_pages_keep_the_query_and_wrong_numbers_do_no_harm(client, registered):
    for n in range(21):
        registered(f"Lúa {n:02d}")

    assert 'href="?q=l%C3%BAa&amp;page=2"' in page(client, q="lúa")
    assert len(client.get(ADDRESS, {"q": "lúa", "page": 2}).context["entries"]) == 1
    for number in ("99", "-1", "x", "", "٢", "9" * 30):
        assert client.get(ADDRESS, {"q": "lúa", "page": number}).status_code == 200


def test_long_list_of_publishers_is_cut_and_can_be_opened(client, registered):
    for n in range(10):
        registered(f"Lúa {n}")

    cut, whole = (
        [part.value for part in client.get(ADDRESS, {"q": "lúa"} | more).context["boxes"]]
        for more in ({}, {"all": "publisher"})
    )

    box = next(box for box in cut if box.facet.name == "publisher")
    assert (len(box.options), box.more, box.more_url) == (8, 2, "?q=l%C3%BAa&all=publisher")
    assert len(next(box for box in whole if box.facet.name == "publisher").options) == 10


def test_page_in_english_speaks_english(client, registered):
    registered("Sản lượng lúa", title_en="Rice output")

    text = client.get("/en/catalogue/", {"q": "rice"}).content.decode()

    assert "Rice output" in text
    assert "Agriculture and rural areas" in text


@pytest.mark.parametrize("query", [{}, {"q": "lúa"}, {"q": "lúa", "theme": "agriculture", "province": "91"}])
def test_visitor_costs_few_queries_however_many_hits(client, registered, django_assert_max_num_queries, query):
    for n in range(22):
        registered(f"Lúa {n}", theme="agriculture", province_id="91")
    page(client, **query)

    with django_assert_max_num_queries(4):
        page(client, **query)


def test_member_stays_in_the_budget_of_a_page(client, registered, django_assert_max_num_queries):
    for n in range(3):
        registered(f"Lúa {n}")
    client.force_login(MembershipFactory().user)
    page(client, q="lúa")

    with django_assert_max_num_queries(12):
        page(client, q="lúa", theme="agriculture")


def test_what_visitors_found_is_kept_until_something_happens(client, registered, settings):
    settings.CATALOGUE_KEPT_SECONDS = 3600
    registered("Lúa một")
    assert page(client, q="lúa").count('class="card result"') == 1
    registered("Lúa hai")
    assert page(client, q="lúa").count('class="card result"') == 1

    asset = CatalogueEntry.objects.latest("pk").asset
    record("asset.register", subject=asset.live, actor=Actor.system("clock"), data={})

    assert page(client, q="lúa").count('class="card result"') == 2


def test_members_read_the_catalogue_anew(client, registered, settings):
    settings.CATALOGUE_KEPT_SECONDS = 3600
    client.force_login(MembershipFactory().user)
    registered("Lúa một")
    assert page(client, q="lúa").count('class="card result"') == 1

    registered("Lúa hai")

    assert page(client, q="lúa").count('class="card result"') == 2
