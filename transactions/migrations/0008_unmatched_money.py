"""Money the bank held before unmatched transfers stood in the ledger (ADR 0011). Books each once; can run again."""

from django.conf import settings
from django.db import migrations, models

from exchange.common.canonical import digest_of

POST = "SELECT 1 FROM ledger_post(%s, %s, '', NULL, %s, %s, 'system:migration', now(), %s, %s, %s, %s)"
REASON = "Booked when unmatched money came into the ledger."
BOOKED = {"mismatched": [("arrival", "bank:escrow", "unmatched")],
          "to_refund": [("arrival", "bank:escrow", "unmatched"), ("return", "unmatched", "remitter:refundable")]}


def book_arrivals(apps, schema_editor) -> None:
    """Every transfer on the escrow account that found no order stands on an account of its own."""
    transfers = apps.get_model("transactions", "IncomingTransfer")
    here = models.Q(currency="VND", credit_account=settings.ESCROW_ACCOUNT["number"], state__in=BOOKED)
    with schema_editor.connection.cursor() as cursor:
        for one in transfers.objects.filter(here).order_by("pk"):
            for kind, source, target in BOOKED[one.state]:
                cursor.execute(POST, _event(one, kind, source, target))


def _event(one, kind: str, source: str, target: str) -> list:
    def code(name: str) -> str:
        return name if name == "bank:escrow" else f"{name}:{one.pk}"

    legs = {code(source): -one.amount, code(target): one.amount}
    codes, kinds = sorted(legs), {code(source): source, code(target): target}
    digest = digest_of({"kind": kind, "legs": {name: str(legs[name]) for name in legs}})
    return [
        f"{kind}:{one.bank_transaction_id}", kind, REASON, digest, codes, [kinds[name] for name in codes],
        [kinds[name] != "bank:escrow" for name in codes], [legs[name] for name in codes],
    ]


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("transactions", "0007_ledger_walls")]
    operations = [migrations.RunPython(book_arrivals, migrations.RunPython.noop)]
