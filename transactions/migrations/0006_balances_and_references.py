"""Running balances of accounts with a floor, and references of transfers for the public log. Can run again."""

from django.db import migrations

from exchange.common.ids import random_ref

BALANCES = """
UPDATE transactions_account a
   SET held = (SELECT coalesce(sum(p.amount), 0) FROM transactions_posting p WHERE p.account_id = a.id)
 WHERE a.has_floor
"""


def give_references(apps, schema_editor) -> None:
    """Every transfer has a reference nobody can guess."""
    transfers = apps.get_model("transactions", "IncomingTransfer")
    for pk in transfers.objects.filter(log_ref__isnull=True).values_list("pk", flat=True):
        transfers.objects.filter(pk=pk).update(log_ref=random_ref())


class Migration(migrations.Migration):
    """Data only; kinds of the new accounts are those of the code."""

    dependencies = [("transactions", "0005_money_out")]
    operations = [
        migrations.RunSQL(BALANCES, migrations.RunSQL.noop),
        migrations.RunPython(give_references, migrations.RunPython.noop),
    ]
