"""Floors kept as postings come, and the stored functions behind the ledger's one door (ADR 0010).

ledger_lock makes missing accounts and locks those with a floor in key order; ledger_post books one money event once.
Both run with the rights of whoever calls them.
"""

import exchange.common.ids
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

LOCK = """
CREATE FUNCTION ledger_lock(p_codes text[], p_kinds text[], p_floors boolean[])
RETURNS SETOF transactions_account LANGUAGE plpgsql AS $f$
BEGIN
    INSERT INTO transactions_account (code, kind, has_floor, held)
    SELECT g.code, g.kind, g.has_floor, 0
      FROM unnest(p_codes, p_kinds, p_floors) AS g (code, kind, has_floor)
     WHERE NOT EXISTS (SELECT 1 FROM transactions_account a WHERE a.code = g.code)
     ORDER BY g.code
        ON CONFLICT (code) DO NOTHING;
    PERFORM 1 FROM transactions_account a
      WHERE a.code = ANY (p_codes) AND a.has_floor ORDER BY a.id FOR NO KEY UPDATE;
    RETURN QUERY SELECT a.* FROM transactions_account a WHERE a.code = ANY (p_codes) ORDER BY a.id;
END $f$;
"""
POST = """
CREATE FUNCTION ledger_post(
    p_key text, p_kind text, p_order text, p_reverses bigint, p_reason text, p_digest text, p_by text,
    p_at timestamptz, p_codes text[], p_kinds text[], p_floors boolean[], p_amounts bigint[]
) RETURNS TABLE (
    id bigint, key text, kind text, order_number text, reason text, body_digest text, made_by text,
    made_at timestamptz, reverses_id bigint, is_new boolean
) LANGUAGE plpgsql AS $f$
#variable_conflict use_column
DECLARE
    made transactions_journal;
    is_new_one boolean := false;
BEGIN
    PERFORM ledger_lock(p_codes, p_kinds, p_floors);
    IF p_reverses IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('ledger.reverse'), (p_reverses % 2147483647)::int);
    END IF;
    SELECT j.* INTO made FROM transactions_journal j WHERE j.key = p_key OR j.reverses_id = p_reverses LIMIT 1;
    IF NOT FOUND THEN
        IF EXISTS (
            SELECT 1 FROM unnest(p_codes, p_amounts) AS g (code, amount) JOIN transactions_account a USING (code)
             WHERE a.has_floor AND a.held + g.amount < 0
        ) THEN
            RETURN;  -- not enough money: the caller says so
        END IF;
        INSERT INTO transactions_journal
            (key, kind, order_number, reverses_id, reason, body_digest, made_by, made_at)
        VALUES (p_key, p_kind, p_order, p_reverses, p_reason, p_digest, p_by, p_at)
        ON CONFLICT (key) DO NOTHING
        RETURNING transactions_journal.* INTO made;
        is_new_one := FOUND;
        IF is_new_one THEN
            INSERT INTO transactions_posting (journal_id, account_id, amount)
            SELECT made.id, a.id, g.amount
              FROM unnest(p_codes, p_amounts) AS g (code, amount) JOIN transactions_account a USING (code)
             ORDER BY g.code;
        ELSE  -- somebody else booked the same event this very moment
            SELECT j.* INTO made FROM transactions_journal j WHERE j.key = p_key;
        END IF;
    END IF;
    RETURN QUERY SELECT made.id, made.key::text, made.kind::text, made.order_number::text, made.reason::text,
        made.body_digest::text, made.made_by::text, made.made_at, made.reverses_id, is_new_one;
END $f$;
"""
TYPES = "text, text, text, bigint, text, text, text, timestamptz, text[], text[], boolean[], bigint[]"


SERIES = ("payout", "statement")


class Migration(migrations.Migration):

    dependencies = [("transactions", "0006_balances_and_references")]

    operations = [
        migrations.AlterField(
            model_name='incomingtransfer',
            name='log_ref',
            field=models.CharField(default=exchange.common.ids.random_ref, editable=False, max_length=32, unique=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='account',
            trigger=pgtrigger.compiler.Trigger(name='account_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='f5dc5bb16f331b73ac037a5dff1bdb5aa8e12ea1', operation='DELETE', pgid='pgtrigger_account_is_kept_db1bc', table='transactions_account', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='account',
            trigger=pgtrigger.compiler.Trigger(name='account_moves_by_postings', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (NEW.id, NEW.code, NEW.kind, NEW.has_floor) IS DISTINCT FROM (OLD.id, OLD.code, OLD.kind, OLD.has_floor) OR pg_trigger_depth() < 2 THEN RAISE EXCEPTION 'account_changes_only_by_postings' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;", hash='4700e093b11ba8306e6fdd0f12e34894a8e1652e', operation='UPDATE', pgid='pgtrigger_account_moves_by_postings_4684c', table='transactions_account', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='account',
            trigger=pgtrigger.compiler.Trigger(name='account_begins_at_zero', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."held" > 0)', func="RAISE EXCEPTION 'account_begins_at_zero' USING ERRCODE = 'check_violation';", hash='84b7ead1fb95a4c213d5f2910dd87ba06f360cde', operation='INSERT', pgid='pgtrigger_account_begins_at_zero_33c47', table='transactions_account', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='posting',
            trigger=pgtrigger.compiler.Trigger(name='account_follows', sql=pgtrigger.compiler.UpsertTriggerSql(func='UPDATE transactions_account SET held = held + NEW.amount WHERE id = NEW.account_id AND has_floor; RETURN NULL;', hash='521eb539c709d5b4f3e95dc62a89c311d9050816', operation='INSERT', pgid='pgtrigger_account_follows_08ac5', table='transactions_posting', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('has_floor', False), ('held', 0)), models.Q(('has_floor', True), ('held__gte', 0)), _connector='OR'), name='account_not_below_floor'),
        ),
        migrations.RunSQL(LOCK, "DROP FUNCTION ledger_lock(text[], text[], boolean[])"),
        migrations.RunSQL(POST, f"DROP FUNCTION ledger_post({TYPES})"),
        *(migrations.RunSQL(f"CREATE SEQUENCE serial_{name}", f"DROP SEQUENCE serial_{name}") for name in SERIES),
    ]
