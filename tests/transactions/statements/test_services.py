"""A statement is shown first, imported whole or not at all, and what differs from the books stays visible."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.common.errors import DomainError, IllegalMove
from exchange.transparency.models import Entry
from tests.factories.transactions import OrderFactory, acting, reviewer, staff, trader
from tests.transactions.payments.test_services import credit
from tests.transactions.payouts.test_services import approved, settled
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance
from transactions.payments.models import IncomingTransfer
from transactions.payments.services import receive_transfer
from transactions.statements import services
from transactions.statements.models import BankStatement, BankStatementLine
from transactions.statements.selectors import reconciliation

pytestmark = pytest.mark.django_db
BANK = Actor.system("bank")
WHEN = "2026-11-30T09:15:00+07:00"


def file(*rows, opening=0):
    """A statement file of (number, amount, description)."""
    lines, at = ["transaction_id,value_time,amount,balance,description", f"OPENING,,0,{opening},"], opening
    for number, amount, text in rows:
        at += amount
        lines.append(f"{number},{WHEN},{amount},{at},{text}")
    return "\n".join([*lines, f"TOTAL,,{at - opening},{at},", ""]).encode()


def officer():
    return staff(StaffRole.FINANCE)


def upload(content, who=None):
    return services.upload_statement(file_name="sk.csv", content=content, actor=who or officer())


def imported(*rows, opening=0):
    statement = upload(file(*rows, opening=opening))
    return services.import_statement(statement_id=statement.pk, actor=officer())


def effects():
    return list(BankStatementLine.objects.order_by("pk").values_list("bank_transaction_id", "effect"))


def test_an_uploaded_statement_is_a_preview_and_books_nothing():
    order = OrderFactory(awaiting_payment=True)
    statement = upload(file(("FT1", 2_200_000, order.number)))

    shown = services.preview(statement)

    assert (statement.state, statement.opening, statement.closing) == ("preview", 0, 2_200_000)
    assert [(one.transaction_id, str(effect)) for one, effect in shown] == [("FT1", "Khoản chuyển mới")]
    assert not BankStatementLine.objects.exists()
    assert not Journal.objects.exists()


def test_a_transfer_the_bank_had_not_reported_is_received_and_matched():
    order = OrderFactory(awaiting_payment=True)

    imported(("FT1", 2_200_000, order.number), ("FT2", 5, "khong ro"))

    order.refresh_from_db()
    assert order.state == "paid"
    assert effects() == [("FT1", "received"), ("FT2", "received")]
    assert balance(f"unmatched:{IncomingTransfer.objects.get(bank_transaction_id='FT2').pk}") == 5
    assert Entry.objects.filter(kind="statement.import").count() == 1


def test_a_reported_transfer_is_known_and_not_booked_again():
    order = OrderFactory(awaiting_payment=True)
    receive_transfer(credit(order), actor=BANK)

    imported(("FT1", 2_200_000, order.number))

    assert effects() == [("FT1", "known")]
    assert Journal.objects.count() == 1
    found = reconciliation()
    assert (found.bank, found.ledger, found.difference, found.agrees) == (2_200_000, 2_200_000, 0, True)


def test_a_payout_on_the_statement_leaves_the_escrow_account():
    order = settled()
    payout = approved().payouts.get()
    receive_transfer(credit(order, bank_transaction_id="FT0", memo="x"), actor=BANK)

    imported(("FT0", 2_200_000, "x"), ("FT7", -2_156_000, f"CHI {payout.reference.lower()}"))

    payout.refresh_from_db()
    assert (payout.state, balance("payout:clearing")) == ("paid", 0)
    assert effects() == [("FT0", "known"), ("FT7", "paid_out")]


def test_what_differs_is_kept_for_a_person_and_explains_the_difference_to_the_dong():
    order = OrderFactory(awaiting_payment=True)
    receive_transfer(credit(order), actor=BANK)
    receive_transfer(credit(order, bank_transaction_id="FT-LATER", memo="?"), actor=BANK)

    imported(("FT1", 2_199_990, order.number), ("FEE", -30, "PHI"), opening=0)

    found = reconciliation()
    assert effects() == [("FT1", "differs"), ("FEE", "unknown")]
    assert (found.bank, found.ledger, found.difference) == (2_199_960, 4_400_000, -2_200_040)
    assert [transfer.bank_transaction_id for transfer in found.not_on_statement] == ["FT-LATER"]
    assert (found.explained, found.unexplained, found.agrees) == (-2_200_040, 0, False)


def test_a_payout_of_another_sum_is_a_difference():
    settled()
    payout = approved().payouts.get()
    imported(("FT7", -5, payout.reference), opening=2_200_000)
    payout.refresh_from_db()
    assert (effects(), payout.state) == ([("FT7", "differs")], "released")


def test_a_line_imported_before_is_refused_with_its_line_and_nothing_is_imported():
    imported(("FT1", 5, "a"))
    with pytest.raises(DomainError) as refusal:
        upload(file(("FT2", 7, "b"), ("FT1", 5, "a"), opening=5))
    assert refusal.value.code == "statement_duplicate"
    assert str(refusal.value.message).startswith("Dòng 4:")
    assert (BankStatement.objects.count(), IncomingTransfer.objects.count()) == (1, 1)


def test_a_gap_between_statements_is_refused():
    imported(("FT1", 5, "a"))
    with pytest.raises(DomainError) as refusal:
        upload(file(("FT2", 7, "b"), opening=6))
    assert (refusal.value.code, BankStatement.objects.count()) == ("statement_gap", 1)


def test_the_same_file_is_not_uploaded_twice_unless_it_was_discarded():
    content = file(("FT1", 5, "a"))
    first = upload(content)
    with pytest.raises(DomainError) as refusal:
        upload(content)
    assert refusal.value.code == "statement_twice"
    services.discard_statement(statement_id=first.pk, actor=officer())

    again = upload(content)

    services.import_statement(statement_id=again.pk, actor=officer())
    for call in (services.import_statement, services.discard_statement):
        with pytest.raises(IllegalMove):
            call(statement_id=again.pk, actor=officer())
    assert IncomingTransfer.objects.count() == 1


def test_two_previews_with_the_same_line_import_it_once():
    one, two = upload(file(("FT1", 5, "a"))), upload(file(("FT1", 5, "a"), ("FT2", 6, "b")))
    services.import_statement(statement_id=one.pk, actor=officer())
    with pytest.raises(DomainError) as refusal:
        services.import_statement(statement_id=two.pk, actor=officer())
    assert refusal.value.code == "statement_duplicate"
    assert IncomingTransfer.objects.count() == 1


def test_imported_lines_and_content_are_never_changed():
    imported(("FT1", 5, "a"))
    for change in (
        lambda: BankStatementLine.objects.update(amount=6),
        lambda: BankStatementLine.objects.all().delete(),
        lambda: BankStatement.objects.update(content="x"),
        lambda: BankStatement.objects.update(closing=1),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


@pytest.mark.parametrize("who", ["reviewer", "supervisor", "seller"])
def test_only_finance_imports(who):
    actors = {
        "reviewer": reviewer,
        "supervisor": lambda: staff(StaffRole.SUPERVISOR),
        "seller": lambda: acting(trader()),
    }
    statement = upload(file(("FT1", 5, "a")))
    with pytest.raises(PermissionDenied):
        upload(file(("FT2", 5, "a")), actors[who]())
    with pytest.raises(PermissionDenied):
        services.import_statement(statement_id=statement.pk, actor=actors[who]())
    assert not IncomingTransfer.objects.exists()
