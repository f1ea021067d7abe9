"""What a crawl changes is forgotten at its end."""

from collections.abc import Iterator

import pytest
from django.db import transaction


@pytest.fixture(autouse=True)
def _forgotten(demonstration: object) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
