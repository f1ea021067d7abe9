"""A statement made once and asked with other values."""

import pytest

from exchange.codes.models import Code
from exchange.common.prepared import Prepared

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
