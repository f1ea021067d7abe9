"""The snapshot a hash covers."""

import re

import pytest
from django.conf import settings

from catalog.offers.selectors import content_hash, open_release, registration_snapshot, snapshot
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db


def test_a_registered_revision_has_the_hash_of_its_snapshot():
    revision = RevisionFactory(registered=True)

    assert revision.content_hash == content_hash(registration_snapshot(revision))
    assert revision.asset.live == revision
    assert set(revision.snapshot) == {"metadata", "dictionary", "terms", "offers", "file_sha256", "schema_version"}
    assert (revision.snapshot["terms"], revision.snapshot["offers"]) == (None, [])


def test_a_stored_snapshot_still_has_the_same_hash():
    listing = ListingFactory(listed=True, priced=True)

    listing.refresh_from_db()

    assert content_hash(listing.snapshot) == listing.content_hash == content_hash(snapshot(listing))
    assert listing.snapshot["offers"][0]["price"] == 2_000_000
    assert listing.snapshot["terms"]["licence"] == "HD-02"


def test_names_of_people_and_places_of_storage_are_not_in_a_snapshot():
    revision = RevisionFactory(registered=True)
    text = str(registration_snapshot(revision))

    assert revision.steward_name not in text
    assert "storage_place" not in text


@pytest.mark.parametrize(
    ("traits", "is_open"), [({"open": True}, True), ({"free": True}, False), ({"priced": True}, False)]
)
def test_only_open_listings_are_released_to_anyone(traits, is_open):
    assert open_release(ListingFactory(listed=True, **traits)) is is_open
    assert open_release(ListingFactory(submitted=True, **traits)) is False


def test_the_page_about_hashes_names_every_key_of_a_snapshot():
    words = set(re.findall(r"`(\w+)`", (settings.BASE_DIR / "docs" / "hashes.md").read_text(encoding="utf-8")))
    listing = ListingFactory(listed=True, priced=True)

    def names(value):
        if isinstance(value, dict):
            return set(value).union(*(names(item) for item in value.values()))
        return set().union(*(names(item) for item in value)) if isinstance(value, list) else set()

    assert names(listing.snapshot) - words == set()
