"""A deadlock is tried again three times in all; anything else, and anything inside a transaction, is not."""

import pytest
from django.db import OperationalError, transaction
from psycopg import errors

from exchange.common.retry import retried

pytestmark = pytest.mark.django_db(transaction=True)


def failing(times, error=errors.DeadlockDetected):
    """A use case that fails some times before it succeeds, and the count of its runs."""
    runs = []

    @retried
    def use_case():
        runs.append(1)
        if len(runs) <= times:
            raise OperationalError("x") from error("x")
        return len(runs)

    return use_case, runs


@pytest.mark.parametrize("error", [errors.DeadlockDetected, errors.SerializationFailure])
@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_deadlock_is_tried_again(times, error):
    use_case, _runs = failing(times, error)
    assert use_case() == times + 1


def test_the_third_failure_is_the_last():
    use_case, runs = failing(3)
    with pytest.raises(OperationalError):
        use_case()
    assert len(runs) == 3


def test_another_failure_is_not_tried_again():
    use_case, runs = failing(1, errors.AdminShutdown)
    with pytest.raises(OperationalError):
        use_case()
    assert len(runs) == 1


def test_inside_a_transaction_the_outer_one_decides():
    use_case, runs = failing(1)
    with pytest.raises(OperationalError), transaction.atomic():
        use_case()
    assert len(runs) == 1
