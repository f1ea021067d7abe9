"""The catalogue for programs."""

import pytest

from catalog.search.models import CatalogueEntry
from catalog.search.services import refresh_entry
from tests.factories.catalog import ListingFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/datasets/"


def test_list_finds_filters_and_pages_like_the_catalogue(client, registered, settings):
    settings.PUBLIC_ADDRESS = "https://exchange.example"
    for n in range(3):
        registered(f"Lúa {n}", theme="agriculture")
    registered("Dân số", theme="population", summary_vi="x", keywords=["x"])

    first = client.get(ADDRESS, {"q": "lua", "theme": "agriculture", "page_size": 2}).json()
    second = client.get(ADDRESS, {"q": "lua", "theme": "agriculture", "page_size": 2, "page": 2}).json()

    assert (first["count"], first["is_capped"], len(first["results"]), first["previous"]) == (3, False, 2, None)
    assert first["next"] == "https://exchange.example/api/v1/datasets/?q=lua&theme=agriculture&page_size=2&page=2"
    assert (len(second["results"]), second["next"]) == (1, None)
    assert {row["title_vi"] for row in first["results"] + second["results"]} == {"Lúa 0", "Lúa 1", "Lúa 2"}


@pytest.mark.parametrize("query", [{"page": "x"}, {"page": 0}, {"page_size": 101}, {"page_size": -1}])
def test_wrong_shape_is_400(client, query):
    assert client.get(ADDRESS, query).status_code == 400


def test_page_beyond_the_end_is_empty(client, registered):
    registered("Lúa")

    assert client.get(ADDRESS, {"page": 50}).json()["results"] == []


def test_item_tells_class_dictionary_offer_and_hashes_but_no_rows(client):
    listing = ListingFactory(listed=True, priced=True)
    file = listing.revision.files.get()
    file.preview_on, file.preview_rows = True, [{"ma_tinh": "ẨN"}]
    file.save()
    refresh_entry(asset_id=listing.revision.asset_id)

    response = client.get(f"{ADDRESS}{listing.revision.asset.number}/")
    data = response.json()

    assert data["file"]["sha256"] == file.stored.sha256
    assert data["file"]["download"] is None
    assert data["offer"]["price"] == 2_000_000
    assert data["offer"]["terms"] == listing.snapshot["terms"]
    assert [column["name"] for column in data["dictionary"]] == ["ma_tinh", "nam", "san_luong"]
    assert data["content_hash"] == listing.revision.content_hash
    assert "ẨN" not in response.content.decode()


def test_hidden_entries_are_not_there(client, registered):
    entry = registered("Kín")
    CatalogueEntry.objects.update(is_public=False)

    assert client.get(ADDRESS).json()["count"] == 0
    assert client.get(f"{ADDRESS}{entry.number}/").status_code == 404


def test_nothing_can_be_written(client):
    assert client.post(ADDRESS, {}).status_code in {403, 405}
    assert client.delete(f"{ADDRESS}D-2026-000001/").status_code in {403, 405}


def test_list_costs_three_queries(client, registered, django_assert_max_num_queries):
    for n in range(5):
        registered(f"Lúa {n}")

    with django_assert_max_num_queries(3):
        client.get(ADDRESS, {"q": "lúa"})
