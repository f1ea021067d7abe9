"""The walls in the database itself: what the credentials of a process cannot do."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg import errors, sql

from exchange.transparency import outbox, pulse
from exchange.transparency.models import Leaf, Pending
from exchange.transparency.sealer import seal
from exchange.walls import services
from exchange.walls.grants import is_append_only, label
from exchange.walls.services import POWERS, Login, WallProblem, held, raise_walls
from tests.exchange.transparency.conftest import write

pytestmark = pytest.mark.django_db

KEPT = sorted(
    model._meta.db_table for model in apps.get_models() if is_append_only(model) or label(model) == "exchange.leaf"
)
RUNNING = ["web", "worker"]


def key_of(table):
    return next(model._meta.pk.column for model in apps.get_models() if model._meta.db_table == table)


def attempt(session, statement, *parameters):
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute(statement, parameters)


@pytest.mark.parametrize("role", RUNNING)
def test_ledger_and_log_rows_are_neither_changed_nor_removed(sign_in, role):
    session = sign_in(role)

    assert {"transactions_journal", "transactions_posting", "exchange_entry", "exchange_leaf"} <= set(KEPT)
    for name in KEPT:
        table, column = sql.Identifier(name), sql.Identifier(key_of(name))
        attempt(session, sql.SQL("UPDATE {} SET {} = {}").format(table, column, column))
        attempt(session, sql.SQL("DELETE FROM {}").format(table))
        attempt(session, sql.SQL("TRUNCATE {} CASCADE").format(table))


@pytest.mark.parametrize("role", RUNNING)
def test_triggers_are_neither_switched_off_nor_stepped_over(sign_in, role):
    session = sign_in(role)

    attempt(session, "ALTER TABLE transactions_posting DISABLE TRIGGER ALL")
    attempt(session, "DROP TABLE transactions_posting CASCADE")
    attempt(session, "SET session_replication_role = 'replica'")
    attempt(session, "CREATE TABLE public.mine (id int)")
    attempt(session, "CREATE TEMP TABLE mine (id int)")
    attempt(session, "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")


@pytest.mark.parametrize("role", RUNNING)
def test_setting_that_silences_the_triggers_opens_nothing(sign_in, role):
    session = sign_in(role)
    session.execute("SET pgtrigger.ignore = '{transactions_posting:posting_append_only}'")

    attempt(session, "UPDATE transactions_posting SET amount = 1")
    attempt(session, "DELETE FROM transactions_journal")


@pytest.mark.parametrize("role", ["web", "worker", "sequencer", "regulator", "backup"])
def test_credentials_of_a_process_open_no_stronger_session(sign_in, addresses, role):
    session = sign_in(role)
    owner = connection.settings_dict["USER"]
    login = Login.of(role, addresses[role])

    assert session.execute(f"SELECT {', '.join(POWERS)} FROM pg_roles WHERE rolname = current_user").fetchone() == (  # noqa: S608 - constant names
        (False,) * len(POWERS)
    )
    assert session.execute(
        "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = current_user"
    ).fetchone() == (0,)
    attempt(session, sql.SQL("SET ROLE {}").format(sql.Identifier(owner)))
    attempt(session, "SET SESSION AUTHORIZATION postgres")
    attempt(session, "SELECT rolpassword FROM pg_authid")
    for stronger in (owner, "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(addresses[role], user=stronger, password=login.password)


@pytest.mark.parametrize("role", ["web", "worker", "sequencer", "regulator", "backup"])
def test_wrong_password_opens_nothing(addresses, role):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(addresses[role], password="guessed")


def test_web_takes_no_place_in_the_log_and_leaves_the_outbox_alone(sign_in):
    session = sign_in("web")

    attempt(session, "INSERT INTO exchange_leaf (index, entry_id, leaf_hash) VALUES (0, 1, '')")
    attempt(session, "INSERT INTO exchange_checkpoint (size, root, note, signed_at) VALUES (1, '', '', now())")
    attempt(session, "DELETE FROM exchange_pending")


def test_web_changes_no_reference_data_and_gives_nobody_rights_of_django(sign_in):
    session = sign_in("web")

    attempt(session, "UPDATE transactions_tariff SET id = id")
    attempt(session, "INSERT INTO accounts_user_user_permissions (user_id, permission_id) VALUES (1, 1)")
    attempt(session, "UPDATE transactions_order SET buyer_id = seller_id")


def test_web_waits_five_seconds_for_a_statement(sign_in):
    assert sign_in("web").execute("SHOW statement_timeout").fetchone() == ("5s",)


@pytest.mark.parametrize("role", ["regulator", "backup"])
def test_reading_roles_only_read(sign_in, role):
    session = sign_in(role)

    assert session.execute("SELECT count(*) FROM transactions_order").fetchone() is not None
    session.execute("SET default_transaction_read_only = off")
    attempt(session, "UPDATE transactions_order SET state = 'paid'")
    attempt(session, "INSERT INTO exchange_pending (entry_id) VALUES (1)")


def test_regulator_reads_people_without_what_proves_who_they_are(sign_in):
    session = sign_in("regulator")

    session.execute("SELECT id, email FROM accounts_user")
    attempt(session, "SELECT password FROM accounts_user")
    attempt(session, "SELECT * FROM django_session")


def test_sequencer_seals_and_reaches_no_trade(act_as, sign_in):
    write(3)

    with act_as("sequencer"):
        sealed = seal()

    assert (sealed.size, sealed.added) == (3, 3)
    assert (Leaf.objects.count(), Pending.objects.count()) == (3, 0)
    attempt(sign_in("sequencer"), "SELECT 1 FROM transactions_order")
    attempt(sign_in("sequencer"), "DELETE FROM exchange_leaf")
    attempt(sign_in("sequencer"), "UPDATE exchange_entry SET leaf = ''")


def test_sequencer_beats_and_tells_that_the_log_is_closed(act_as):
    with act_as("sequencer"):
        pulse.beat()
        assert outbox._tell("roots_disagree", "") == "roots_disagree"

    (job,) = ProcrastinateJob.objects.all()
    assert (job.task_name, job.args) == ("exchange.console.tell_of_halt", {"code": "roots_disagree"})
    assert pulse.sequencer_heard_within(60)


def test_raised_again_nothing_changes_and_what_was_added_by_hand_is_gone(addresses):
    web = Login.of("web", addresses["web"]).name
    before = held(web)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("GRANT ALL ON transactions_posting TO {}").format(sql.Identifier(web)))
    assert ("transactions_posting", "TRUNCATE") in held(web)

    said = raise_walls(addresses)

    assert held(web) == before
    assert said[0] == f"web: role {web} kept"


def test_one_role_for_two_processes_is_refused(addresses):
    with pytest.raises(WallProblem, match="each need a role of their own"):
        raise_walls({"web": addresses["web"], "worker": addresses["web"]})


def test_role_with_powers_is_refused_as_a_process(addresses):
    with pytest.raises(WallProblem, match="The role postgres is more than a web: it holds super"):
        raise_walls({"web": addresses["web"].replace(Login.of("web", addresses["web"]).name, "postgres", 1)})


def test_address_without_a_password_is_refused():
    with pytest.raises(WallProblem, match="The address of web holds no password"):
        raise_walls({"web": "postgresql://somebody@127.0.0.1/x"})


@pytest.fixture
def other_owner(monkeypatch):
    """The owner of production, who may make no roles; the one of the tests may."""
    monkeypatch.setattr(services, "_may_make", lambda cursor, name: False)


@pytest.mark.usefixtures("other_owner")
def test_owner_who_may_make_no_roles_still_shares_out_the_rights(addresses):
    web = Login.of("web", addresses["web"]).name

    said = raise_walls(addresses)

    assert said[0] == f"web: role {web} kept with its password"
    assert ("transactions_posting", "INSERT") in held(web)


@pytest.mark.usefixtures("other_owner")
def test_owner_who_may_make_no_roles_says_what_to_do(addresses):
    strange = addresses["web"].replace(Login.of("web", addresses["web"]).name, "exchange_unheard_of", 1)

    with pytest.raises(WallProblem, match=r"ALTER ROLE .* CREATEROLE; run this command again"):
        raise_walls({"web": strange})
