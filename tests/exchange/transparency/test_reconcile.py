"""The nightly comparison finds every edit by hand, and nothing where nobody edited."""

import random
import re

import pytest
from django.db import connection, models, transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from exchange.common.errors import DomainError, IllegalMove
from exchange.demo.services import load
from exchange.jobs.testing import run_jobs
from exchange.notifications.models import Message
from exchange.transparency import reconcile
from exchange.transparency.models import Discrepancy, Entry, Leaf
from exchange.transparency.reference import commit_reference
from exchange.transparency.rows import columns, is_clear, logged_models, unpack
from exchange.transparency.sealer import seal
from exchange.transparency.services import Machine, record, record_system
from tests.exchange.transparency.conftest import Clerk, make_order, open_walls
from tests.factories.accounts import MembershipFactory, OrganisationFactory, StaffAppointmentFactory
from transactions.ledger.models import Account, Journal, Posting
from transactions.ledger.services import book, post
from transactions.orders.models import Hold, Order
from transactions.pricing.models import Tariff

pytestmark = pytest.mark.django_db

EDITS = 50
NEVER = {"log_ref", "id", "key"}  # the last names a journal: its change is a row too many and one too few
IN_THE_DEMONSTRATION = {
    *("organisation", "membership", "staffappointment", "verificationcase", "evidence", "servicecontractacceptance"),
    *("revision", "rightsevidence", "classification", "qualitystatement", "listing", "licencetemplate"),
    *("datafile", "column", "evaluation"),
    *("order", "orderevent", "hold", "legalitydecision", "contract", "contractacceptance", "incomingtransfer"),
    *("journal", "payoutbatch", "payout", "bankstatement", "bankstatementline"),
    *("entitlement", "delivery", "dispute", "statement", "disputeevidence", "ruling", "consent"),
    *("ruleparameter", "tariff", "servicecontract"),
}


def free_of_checks(model: type[models.Model]) -> None:
    """What a database administrator does first: checks, keys and triggers of the table are switched off."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'u', 'f')", [table]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexdef LIKE 'CREATE UNIQUE%%' "
            "AND indexname NOT LIKE '%%_pkey'",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX IF EXISTS "{name}"')


OTHER = {
    "boolean": "NOT {0}",
    "jsonb": """coalesce({0}, '{{}}'::jsonb) || '{{"edited": 1}}'::jsonb""",
    "bytea": "coalesce({0}, ''::bytea) || 'x'::bytea",
    "uuid": "gen_random_uuid()",
    "date": "coalesce({0}, now()) + interval '3 days'",
    "timestamp with time zone": "coalesce({0}, now()) + interval '3 days'",
    "smallint[]": "coalesce({0}, '{{}}') || 7::smallint",
    "varchar[]": "coalesce({0}, '{{}}') || 'edited'::varchar",
    "varchar": "CASE WHEN {0} = '' OR {0} IS NULL THEN 'x' ELSE translate({0}, '0e1ait', '1a0eti') END",
    "number": "coalesce({0}, 0) + 1",
}


def other_value(column: models.Field) -> str:
    """SQL that gives a column another value than it has."""
    kind = re.sub(r"\(\d+\)", "", column.db_type(connection)).replace("text", "varchar")
    return OTHER.get(kind, OTHER["number"]).format(f'"{column.column}"')


@pytest.mark.slow
def test_clean_database_gives_nothing_and_fifty_edits_give_fifty(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    load()
    log_what_was_made_by_hand()
    commit_reference()
    seal()

    clean = reconcile.compare()

    assert clean.differences == []
    assert clean.rows > 150
    edited = edit_rows(random.Random(6962))  # noqa: S311 - a seed, no secret
    found = reconcile.compare()
    assert {difference.place for difference in found.differences} == edited
    assert {difference.code for difference in found.differences} == {"row_changed"}
    assert len(found.differences) == EDITS


def log_what_was_made_by_hand() -> None:
    """The first administrator is appointed at installation, before anybody could act."""
    for appointment in StaffAppointment.objects.filter(appointed_by=None):
        record("staff.appoint", subject=appointment, actor=Machine("system:installation"))


def edit_rows(dice: random.Random) -> set[str]:
    """Fifty single columns of fifty rows, spread over every table the log commits to."""
    tables = [model for model in logged_models() if model._base_manager.exists()]
    assert {model._meta.model_name for model in tables} >= IN_THE_DEMONSTRATION
    for model in tables:
        free_of_checks(model)
    logged = committed()
    edited: set[str] = set()
    turn = 0
    while len(edited) < EDITS:
        model = tables[turn % len(tables)]
        turn += 1
        label = model._meta.label_lower
        called = dict(model._base_manager.values_list("pk", model.logged.by or "pk"))
        rows = [pk for pk, name in called.items() if f"{label}:{name}" in logged - edited]
        if model.logged.editable is not None:
            rows = list(
                model._base_manager.filter(pk__in=rows).exclude(model.logged.editable).values_list("pk", flat=True)
            )
        if rows:
            key = dice.choice(sorted(rows))
            edit(model, key, dice)
            edited.add(f"{label}:{called[key]}")
    return edited


def committed() -> set[str]:
    """Rows the log speaks of."""
    return {name for content in Entry.objects.values_list("rows", flat=True) for name in unpack(bytes(content))[1]}


def edit(model: type[models.Model], key: int, dice: random.Random) -> None:
    """One column of one row gets another value."""
    choices = [column for column in columns(model) if column.name not in NEVER]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        while True:
            column = dice.choice(choices)
            statement = f'UPDATE {table} SET "{column.column}" = {other_value(column)} WHERE id = %s'  # noqa: S608
            before = value(model, key, column)
            with transaction.atomic():
                cursor.execute(statement, [key])
            if value(model, key, column) != before:
                return


def value(model: type[models.Model], key: int, column: models.Field):
    return model._base_manager.values_list(column.attname, flat=True).get(pk=key)


@pytest.fixture
def organisation():
    """A participant the log knows, published."""
    commit_reference()
    found = OrganisationFactory(active=True)
    member = MembershipFactory(organisation=found)
    with transaction.atomic():
        record("participant.apply", subject=found, actor=Clerk(), rows=[member])
    seal()
    return found


def places(outcome: reconcile.Outcome) -> list[tuple[str, str]]:
    return sorted((one.code, one.place) for one in outcome.differences)


def test_changed_row_is_reported_with_the_difference(organisation):
    type(organisation).objects.filter(pk=organisation.pk).update(state="suspended", tax_code="0100000000")

    found = [one for one in reconcile.compare().differences if one.code == "row_changed"]

    assert [one.place for one in found] == [f"accounts.organisation:{organisation.pk}"]
    state, tax_code = found[0].details
    assert state == {"column": "state", "logged": "active", "found": "suspended"}
    assert tax_code["column"] == "tax_code"
    assert tax_code["logged"].startswith("~")
    assert "0100000000" not in str(found[0])


def test_free_column_is_no_difference(organisation):
    type(organisation).objects.filter(pk=organisation.pk).update(version=99)

    assert reconcile.compare().differences == []


def test_missing_and_extra_rows_are_reported(organisation):
    membership = organisation.memberships.get()
    organisation.memberships.all()._raw_delete("default")
    extra = MembershipFactory(organisation=organisation)

    assert places(reconcile.compare()) == [
        ("row_extra", f"accounts.membership:{extra.pk}"),
        ("row_missing", f"accounts.membership:{membership.pk}"),
    ]


def test_row_that_was_removed_by_an_event_is_not_missed(organisation):
    membership = organisation.memberships.get()
    record("member.leave", subject=organisation, actor=Clerk(), gone=[membership])
    organisation.memberships.all()._raw_delete("default")

    assert reconcile.compare().differences == []


def test_changed_entry_and_leaf_are_reported(organisation):
    open_walls(Entry, Leaf)
    Entry.objects.update(rows=b"")
    Leaf.objects.update(leaf_hash="0" * 64)

    codes = {one.code for one in reconcile.compare().differences}

    assert {"rows_differ", "leaf_changed"} <= codes


def test_difference_is_told_once_and_concluded_with_words(organisation):
    supervisor = StaffAppointmentFactory(role=StaffRole.SUPERVISOR).user
    with transaction.atomic():
        for appointment in supervisor.appointments.all():
            record("staff.appoint", subject=appointment, actor=Clerk())
    type(organisation).objects.filter(pk=organisation.pk).update(state="suspended")

    first, second = reconcile.run(), reconcile.run()

    assert (first.new, second.new, len(second.differences)) == (1, 0, 1)
    assert "exchange.console.tell_of_discrepancies" in run_jobs()
    assert list(Message.objects.values_list("kind", "recipient_id")) == [("log.discrepancies", supervisor.pk)]
    found = Discrepancy.objects.get()
    assert (found.code, found.place) == ("row_changed", f"accounts.organisation:{organisation.pk}")
    with pytest.raises(DomainError):
        reconcile.conclude(discrepancy_id=found.pk, text=" ", user_id=supervisor.pk, actor=Clerk())
    reconcile.conclude(discrepancy_id=found.pk, text="Đã khôi phục", user_id=supervisor.pk, actor=Clerk())
    with pytest.raises(IllegalMove):
        reconcile.conclude(discrepancy_id=found.pk, text="Lần nữa", user_id=supervisor.pk, actor=Clerk())
    assert Entry.objects.filter(kind="log.conclude_discrepancy").count() == 1
    assert reconcile.run().new == 1  # it lasts: reported anew


def test_states_of_rows_hold_no_text_of_people(organisation):
    content = bytes(Entry.objects.get(kind="participant.apply").rows).decode()

    for secret in (organisation.name_vi, organisation.tax_code, organisation.representative_name):
        assert not secret or secret not in content
    _salt, states = unpack(content.encode())
    state = states[f"accounts.organisation:{organisation.pk}"]
    assert state["state"] == "active"
    assert {column.column for column in columns(type(organisation)) if not is_clear(column)} == {
        name for name, kept in state.items() if isinstance(kept, str) and kept.startswith("~")
    }


def test_system_events_follow_one_another():
    first = record_system("backup.take", about="backup", actor=Machine("system:backup"), data={"sha256": "0" * 64})
    second = record_system("backup.restore", about="backup", actor=Machine("system:backup"))

    assert (second.number, second.previous) == (2, first.leaf_hash)


def test_tables_of_trade_are_logged():
    assert {Order, Hold} <= set(logged_models())


def test_later_event_does_not_cover_an_edit_of_a_row_that_is_only_added(organisation):
    tariff = Tariff.objects.order_by("pk")[0]
    open_walls(Tariff)
    Tariff.objects.filter(pk=tariff.pk).update(citation="Khác")

    record_system("reference.load", about="reference", actor=Machine("system:installation"), rows=[tariff])

    assert places(reconcile.compare()) == [("row_changed", f"transactions.tariff:{tariff.pk}")]


def test_rate_slipped_in_is_an_extra_row_until_it_is_loaded_in_the_open(organisation):
    slipped = Tariff.objects.create(kind="vat", code="VAT1", basis_points=100, valid_from="2026-01-01", citation="x")

    assert places(reconcile.compare()) == [("row_extra", f"transactions.tariff:{slipped.pk}")]
    assert (commit_reference(), commit_reference()) == (1, 0)
    assert places(reconcile.compare()) == []


@pytest.fixture
def journal(organisation):
    """A payment of 700 dong in the ledger, bound by its leaf."""
    with transaction.atomic():
        book(
            "payment.match",
            subject=make_order(),
            key="payment:1",
            kind="payment",
            legs={"bank:escrow": -700, "escrow:SDL1": 700},
            actor=Actor.system("bank"),
        )
    open_walls(Journal, Posting, Account)
    return Journal.objects.get()


# what a database administrator could do to money, each found as a change of its journal
MONEY_EDITS = {
    "amounts of both legs": "UPDATE transactions_posting SET amount = amount * 2",
    "a leg moved to another account": "UPDATE transactions_posting "
    "SET account_id = (SELECT min(id) FROM transactions_account)",
    "an account renamed": "UPDATE transactions_account SET code = 'seller:payable:9' WHERE code = 'escrow:SDL1'",
    "both legs removed": "DELETE FROM transactions_posting",
    "two legs added that cancel": "INSERT INTO transactions_posting (journal_id, account_id, amount) "
    "SELECT journal_id, min(account_id), x FROM transactions_posting, (VALUES (5), (-5)) v(x) GROUP BY journal_id, x",
    "the time": "UPDATE transactions_journal SET made_at = made_at - interval '1 day'",
    "who": "UPDATE transactions_journal SET made_by = 'user:9'",
    "the order": "UPDATE transactions_journal SET order_number = 'SDL2'",
}


@pytest.mark.parametrize("edit", MONEY_EDITS.values(), ids=MONEY_EDITS)
def test_any_change_of_booked_money_is_a_change_of_its_journal(journal, edit):
    assert places(reconcile.compare()) == []
    for model in (Journal, Posting, Account):
        free_of_checks(model)
    with connection.cursor() as cursor:
        cursor.execute(edit)

    assert places(reconcile.compare()) == [("row_changed", "transactions.journal:payment:1")]


def test_journal_under_another_key_is_one_too_few_and_one_too_many(journal):
    free_of_checks(Journal)
    Journal.objects.update(key="payment:2")

    assert places(reconcile.compare()) == [
        ("row_extra", "transactions.journal:payment:2"),
        ("row_missing", "transactions.journal:payment:1"),
    ]


def test_journal_booked_without_a_leaf_is_extra(journal):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    post("payment:3", "payment", {"bank:escrow": -5, "escrow:SDL1": 5}, actor=Actor.system("bank"))

    assert places(reconcile.compare()) == [("row_extra", "transactions.journal:payment:3")]
