"""Catalogues to search in."""

import pytest

from catalog.search.services import refresh_entry
from tests.factories.catalog import RevisionFactory


@pytest.fixture
def registered():
    """A function that registers an asset and shows it in the catalogue."""

    def make(title: str, **fields):
        revision = RevisionFactory(registered=True, title_vi=title, **({"title_en": ""} | fields))
        return refresh_entry(asset_id=revision.asset_id)

    return make
