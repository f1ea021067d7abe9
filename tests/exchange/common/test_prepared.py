"""A statement made once and asked with other values."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.datasets.models import DataFile
from exchange.codes.models import Code
from exchange.common.prepared import Prepared, PreparedRecords
from exchange.files.models import StoredFile
from tests.factories.catalog import DataFileFactory

pytestmark = pytest.mark.django_db


def test_statement_is_made_once_and_answers_for_each_value():
    made = []

    def make(*, code: str):
        made.append(code)
        return Code.objects.filter(list="theme", code=code).order_by("pk").values_list("code", "label_vi")

    labels = Prepared(make, "code")

    assert labels.rows(code="trade") == [("trade", "Thương mại, xuất nhập khẩu")]
    assert labels.rows(code="health") == [("health", "Y tế")]
    assert labels.rows(code="'; DROP TABLE x; --") == []
    assert len(made) == 1


def test_records_come_with_those_they_bring_along_and_like_the_ones_of_the_orm(django_assert_num_queries):
    first, second = DataFileFactory(), DataFileFactory()
    files = PreparedRecords(
        lambda pk: DataFile.objects.select_related("stored", "revision__province").filter(pk=pk).order_by(), "#pk"
    )
    files.records(pk=first.pk)

    with django_assert_num_queries(1):
        found = files.first(pk=second.pk)
        names = (found.stored.name, found.revision.province)

    expected = DataFile.objects.select_related("stored").get(pk=second.pk)
    plain = [field.attname for field in DataFile._meta.concrete_fields]
    assert found == expected
    assert [getattr(found, name) for name in plain] == [getattr(expected, name) for name in plain]
    assert names == (StoredFile.objects.get(pk=second.stored_id).name, None)
    assert files.first(pk=0) is None


def test_the_database_keeps_the_plan_of_a_statement_asked_often():
    labels = Prepared(lambda code: Code.objects.filter(list="theme", code=code).values_list("label_vi"), "code")

    with CaptureQueriesContext(connection) as asked:
        found = [labels.rows(code=code) for code in ("trade", "health", "trade", "nothing")]

    assert found == [[("Thương mại, xuất nhập khẩu",)], [("Y tế",)], [("Thương mại, xuất nhập khẩu",)], []]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT parameter_types::text FROM pg_prepared_statements WHERE statement LIKE %s", ['%"list" = %']
        )
        assert ("{text,text}",) in cursor.fetchall()
    assert [query["sql"].count("exchange_code") > 0 for query in asked] == [True] * 4  # each is counted and told


@pytest.mark.parametrize("keeps_plan", [True, False])
def test_each_thread_asks_on_its_own_connection(keeps_plan):
    themes = Prepared(lambda code: Code.objects.filter(code=code).values_list("code"), "code", keeps_plan=keeps_plan)
    themes.rows(code="nothing")

    def elsewhere() -> list:
        try:
            return themes.rows(code="nothing")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(elsewhere).result() == []


def test_marks_in_a_list_are_replaced_and_what_stands_around_a_statement_is_kept():
    codes = Prepared(
        lambda first, second: Code.objects.filter(list="theme", code__in=[first, second]).values_list("code"),
        *("first", "second"),
        around=lambda sql: sql.replace("SELECT ", "SELECT 'found', "),
        keeps_plan=False,
    )

    assert sorted(codes.rows(first="trade", second="health")) == [("found", "health"), ("found", "trade")]
    assert codes.rows(first="trade", second="nothing") == [("found", "trade")]
