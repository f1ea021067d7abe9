"""Tests stand on the right server."""

import os

import pytest
from django.db import connection

from exchange.embedded.instance import Instance


@pytest.mark.django_db
@pytest.mark.skipif("EXCHANGE_TEST_DATABASE" not in os.environ, reason="DATABASE_URL names another server")
def test_tests_run_on_the_embedded_server_of_this_clone():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('port'), current_database(), current_setting('fsync')")
        port, name, fsync = cursor.fetchone()

    assert int(port) == Instance.of().facts["test-postgres-port"]
    assert name.startswith("test_exchange")
    assert fsync == "off"
