"""Papers of disputes stay in the test's own folder."""

import pytest


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
