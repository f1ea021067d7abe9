"""A registration of which every step is done."""

import pytest

from tests.factories.catalog import RevisionFactory


@pytest.fixture
def draft(owner):
    """A registration of which every step is done."""
    return RevisionFactory(asset__owner=owner, complete=True)
