"""A market comes back from its backup with everything a restore checks; a damaged backup leaves nothing behind."""

import shutil
from io import StringIO

import pytest
from django.conf import settings as installed
from django.core.management import call_command
from django.db import connection

from accounts.access.actor import Actor
from exchange.backup import postgres, services
from exchange.backup.log import open_log
from exchange.backup.manifest import BackupProblem
from exchange.backup.services import Operator, restore, take
from exchange.common.clock import now
from exchange.transparency import outbox, reconcile
from exchange.transparency.folders import folder_of
from exchange.transparency.models import Entry
from exchange.transparency.sealer import LogHalted, seal
from exchange.transparency.tiles import CHECKPOINT
from tests.exchange.backup.conftest import contents, made_to_fit, moved_to, nothing_is_left
from transactions.invariants.checks import breaches
from transactions.ledger.models import Journal, Posting
from transactions.orders.models import Order
from transactions.payments.services import BankCredit, receive_transfer

pytestmark = pytest.mark.slow


@pytest.fixture
def market(demonstration, settings, tmp_path):
    """A copy of the played demonstration, published, and an empty instance beside it."""
    for name in ("files", "log"):
        source = settings.MEDIA_ROOT if name == "files" else settings.LOG_ROOT
        shutil.copytree(source, tmp_path / "market" / name) if source.exists() else (tmp_path / "market" / name).mkdir()
    (tmp_path / "backups").mkdir()
    with moved_to(settings, "market", tmp_path / "market", template=connection.settings_dict["NAME"]):
        seal()
        yield tmp_path


def empty(settings, place, log_root=None):
    return moved_to(settings, "restored", place / "other", log_root=log_root)


def books():
    """Everything the ledger and the orders say."""
    return (
        list(Journal.objects.order_by("pk").values_list("key", "kind", "order_number", "made_at")),
        list(Posting.objects.order_by("pk").values_list("journal_id", "account__code", "amount")),
        list(Order.objects.order_by("pk").values_list("number", "state", "total", "version")),
    )


def pay(number):
    """The bank reports the transfer for an order."""
    order = Order.objects.get(number=number)
    receive_transfer(
        BankCredit(
            bank_transaction_id=f"FT-{number}",
            amount=order.total,
            currency="VND",
            credit_account=installed.ESCROW_ACCOUNT["number"],
            memo=number,
            value_time=now(),
            body_digest="0" * 64,
        ),
        actor=Actor.system("bank"),
    )
    order.refresh_from_db()
    return order.state


def test_market_comes_back_to_the_dong_and_goes_on_from_what_was_published(market, settings):
    saved, files = books(), contents(settings.MEDIA_ROOT)
    backup = take(market / "backups")
    unpaid = Order.objects.filter(state="awaiting_payment").order_by("pk")[0]
    assert pay(unpaid.number) == "paid"
    seal()
    surviving, last = settings.LOG_ROOT, folder_of(now().year).read(CHECKPOINT).decode()

    with empty(settings, market, log_root=surviving):
        assert restore(backup, published=surviving) == []

        assert books() == saved
        assert contents(settings.MEDIA_ROOT) == files
        with pytest.raises(LogHalted, match="closed_after_restore"):
            outbox._seal()
        said = StringIO()
        call_command("rehydrate_log", stdout=said)
        assert {"  order.pay: 1", "  payment.match: 1"} <= set(said.getvalue().splitlines())
        open_log(last, actor=Operator())
        assert breaches() == []  # what the log alone knows is no breach of the books
        assert [(one.code, one.place) for one in reconcile.compare().differences] == [
            ("row_older_than_log", f"transactions.order:{unpaid.pk}")
        ]
        assert pay(unpaid.number) == "paid"  # the bank's report is taken once more
        seal()
        call_command("verify_log", stdout=StringIO())
        assert (breaches(), reconcile.compare().differences) == ([], [])


def one_byte_of_a_file(backup):
    archive = backup / services.FILES
    content = bytearray(archive.read_bytes())
    content[512 + 1024 + 10] ^= 1
    archive.write_bytes(content)
    made_to_fit(backup, services.FILES)


def two_rows(backup):
    """A posting and an organisation in the dump are others: changed past the walls, dumped again."""
    with connection.cursor() as cursor:
        for table, change in CHANGES.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE {table} SET {change} WHERE id = (SELECT min(id) FROM {table})")  # noqa: S608
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (backup / services.DATABASE).unlink()
        postgres.dump(connection.settings_dict, backup / services.DATABASE, snapshot=cursor.fetchone()[0])
        cursor.execute("COMMIT")
    made_to_fit(backup, services.DATABASE, exchange_entry=Entry.objects.count())


CHANGES = {"transactions_posting": "amount = amount + 1", "accounts_organisation": "name_vi = 'Khac'"}


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (one_byte_of_a_file, r"not what the exchange wrote: file_changed "),
        (
            two_rows,
            r"row_changed accounts\.organisation:\d+; row_changed transactions\.journal:payment:\S+; I1 ledger ",
        ),
    ],
)
def test_damage_that_fits_its_list_is_refused_and_leaves_nothing(market, settings, harm, sentence):
    backup = take(market / "backups")
    harm(backup)

    with empty(settings, market) as place:
        with pytest.raises(BackupProblem, match=sentence) as refusal:
            restore(backup)

        assert "Everything was taken out again. Take an older backup" in str(refusal.value)
        assert nothing_is_left(place)
