"""One market for all tests of this folder, built in one transaction that is rolled back at the end."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from exchange.transparency.sealer import seal
from tests.permissions.probe import Prober
from tests.permissions.world import World, build


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """The market; nobody keeps a change (see `Prober`)."""
    folder = tmp_path_factory.mktemp("market")
    logging.disable(logging.CRITICAL)  # thousands of refusals are what is asked for here
    own = override_settings(MEDIA_ROOT=str(folder / "files"), LOG_ROOT=str(folder / "log"))
    with django_db_blocker.unblock(), own, transaction.atomic():
        made = build()
        made.log_root = settings.LOG_ROOT
        seal()
        yield made
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="package")
def prober(world) -> Prober:
    """Asks as every person, undoes every effect."""
    return Prober(world)


@pytest.fixture(autouse=True)
def _log_of_the_market(world, settings, _own_log_folder) -> None:
    """The market's own published log, not the empty one every other test begins with."""
    settings.LOG_ROOT = world.log_root
