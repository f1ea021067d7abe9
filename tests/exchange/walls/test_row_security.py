"""Row-level security on one table, as tried in ADR 0006: what it would hold, and what it asks for."""

import pytest
from django.db import connection, transaction
from psycopg import errors

from accounts.verification.models import VerificationCase
from exchange.walls.services import Login
from tests.factories.accounts import VerificationCaseFactory

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "accounts_verificationcase"
POLICY = "organisation_id = nullif(current_setting('app.organisation', true), '')::bigint"  # no setting: no row


@pytest.fixture
def policy(addresses, transactional_db):
    web = connection.ops.quote_name(Login.of("web", addresses["web"]).name)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        cursor.execute(f"CREATE POLICY own_rows ON {TABLE} TO {web} USING ({POLICY}) WITH CHECK ({POLICY})")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP POLICY own_rows ON {TABLE}")
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY")


@pytest.fixture
def cases(policy):
    with transaction.atomic():
        return VerificationCaseFactory(), VerificationCaseFactory()


def seen(session, organisation=None):
    """Numbers of the rows a transaction of this organisation sees without any filter."""
    with session.transaction():
        if organisation is not None:
            session.execute("SELECT set_config('app.organisation', %s, true)", [str(organisation)])
        return [number for (number,) in session.execute(f"SELECT id FROM {TABLE}").fetchall()]  # noqa: S608


def give_away(session, own, other):
    """One's own row, under the name of somebody else."""
    with session.transaction():
        session.execute("SELECT set_config('app.organisation', %s, true)", [str(own.organisation_id)])
        session.execute(f"UPDATE {TABLE} SET organisation_id = %s", [other.organisation_id])  # noqa: S608


def test_only_own_rows_are_seen_whatever_is_asked(cases, sign_in):
    own, other = cases
    session = sign_in("web")

    assert seen(session, own.organisation_id) == [own.pk]
    assert seen(session, other.organisation_id) == [other.pk]


def test_without_the_setting_nothing_is_seen_and_it_ends_with_the_transaction(cases, sign_in):
    session = sign_in("web")

    assert seen(session) == []
    seen(session, cases[0].organisation_id)
    assert seen(session) == []


def test_foreign_row_is_neither_changed_nor_given_away(cases, sign_in):
    own, other = cases
    session = sign_in("web")
    with session.transaction():
        session.execute("SELECT set_config('app.organisation', %s, true)", [str(own.organisation_id)])
        changed = session.execute(f"UPDATE {TABLE} SET state = state WHERE id = %s", [other.pk]).rowcount  # noqa: S608
    assert changed == 0

    with pytest.raises(errors.InsufficientPrivilege):
        give_away(session, own, other)

    assert VerificationCase.objects.get(pk=own.pk).organisation_id == own.organisation_id


def test_owner_who_migrates_and_saves_sees_every_row(cases):
    assert VerificationCase.objects.count() == 2
