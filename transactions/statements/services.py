"""Uploading a statement, seeing what it would do, and importing it whole or not at all."""

import re

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.common.canonical import digest_of, sha256_hex
from exchange.common.clock import now, today
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.ids import next_serial
from exchange.common.retry import retried
from exchange.files.names import clean_name
from exchange.transparency.services import record
from transactions.payments.models import IncomingTransfer
from transactions.payments.services import BankCredit, receive_transfer
from transactions.payouts.models import Payout
from transactions.payouts.services import confirm_payout
from transactions.payouts.states import PayoutState
from transactions.statements import reading
from transactions.statements.models import BankStatement, BankStatementLine, LineEffect, StatementState
from transactions.statements.reading import Content, Movement, wrong

REFERENCE = re.compile(r"CT\d{10,13}-\d{3}")


@transaction.atomic
def upload_statement(*, file_name: str, content: bytes, actor: Actor) -> BankStatement:
    """Read a statement and keep it for the preview; a file that is wrong anywhere is refused with its line."""
    require(actor, "transactions.import_statement")
    found = reading.read(content)
    _refuse_known(found)
    digest = sha256_hex(content)
    if BankStatement.objects.exclude(state=StatementState.DISCARDED).filter(content_digest=digest).exists():
        sentence = _("This very file has been uploaded before.")
        raise DomainError(sentence, code="statement_twice", fields={"file": sentence})
    return BankStatement.objects.create(
        number=f"SK{today().year:04d}{next_serial('statement'):06d}",
        file_name=clean_name(file_name)[:200],
        content=content.decode("utf-8-sig"),
        content_digest=digest,
        first_day=found.first_day,
        last_day=found.last_day,
        opening=found.opening,
        closing=found.closing,
        uploaded_by=actor.user,
    )


def _refuse_known(found: Content) -> None:
    """No movement was imported before, and the statement begins where the last one ended."""
    by_number = {one.transaction_id: one for one in found.movements}
    earlier = BankStatementLine.objects.filter(bank_transaction_id__in=by_number).select_related("statement")
    for line in earlier.order_by("pk"):
        why = _("transaction %(number)s was imported with statement %(statement)s.")
        names = {"number": line.bank_transaction_id, "statement": line.statement.number}
        raise wrong(by_number[line.bank_transaction_id].line, why % names, code="statement_duplicate")
    last = BankStatement.objects.filter(state=StatementState.IMPORTED).order_by("-last_day", "-pk").first()
    if last is not None and last.closing != found.opening:
        why = _("the opening balance is %(found)s, but statement %(statement)s ended with %(wanted)s.")
        names = {"found": found.opening, "wanted": last.closing, "statement": last.number}
        raise wrong(2, why % names, code="statement_gap")


def effect_of(movement: Movement) -> tuple[str, IncomingTransfer | None, Payout | None]:
    """What a movement is in the books, without changing them."""
    if movement.amount > 0:
        transfer = IncomingTransfer.objects.filter(bank_transaction_id=movement.transaction_id).first()
        if transfer is None:
            return LineEffect.RECEIVED, None, None
        same = transfer.amount == movement.amount and transfer.reached_escrow
        return (LineEffect.KNOWN if same else LineEffect.DIFFERS), transfer, None
    named = REFERENCE.search(movement.description.upper())
    payout = Payout.objects.filter(reference=named[0]).first() if named else None
    if payout is None or hasattr(payout, "statement_line"):
        return LineEffect.UNKNOWN, None, None
    same = payout.amount == -movement.amount and payout.state == PayoutState.RELEASED
    return (LineEffect.PAID_OUT if same else LineEffect.DIFFERS), None, payout


def preview(statement: BankStatement) -> list[tuple[Movement, str]]:
    """Each movement of an uploaded statement with what importing it would do."""
    found = reading.read(statement.content.encode())
    return [(movement, LineEffect(effect_of(movement)[0]).label) for movement in found.movements]


@retried
@transaction.atomic
def import_statement(*, statement_id: int, actor: Actor) -> BankStatement:
    """Import an uploaded statement: new transfers are received, payouts confirmed, differences kept for a person."""
    statement = _previewed(statement_id, actor)
    found = reading.read(statement.content.encode())
    _refuse_known(found)
    for movement in found.movements:
        effect, transfer, payout = effect_of(movement)
        if effect == LineEffect.RECEIVED:
            transfer, _is_new = receive_transfer(_credit(movement), actor=Actor.system("statement"))
        elif effect == LineEffect.PAID_OUT and payout is not None:
            confirm_payout(reference=payout.reference, amount=-movement.amount, actor=actor)
        BankStatementLine.objects.create(
            statement=statement,
            line=movement.line,
            bank_transaction_id=movement.transaction_id,
            value_time=movement.value_time,
            amount=movement.amount,
            description=movement.description,
            effect=effect,
            transfer=transfer,
            payout=payout,
        )
    statement.state, statement.imported_at = StatementState.IMPORTED, now()
    statement.save(update_fields=["state", "imported_at"])
    figures = {"number": statement.number, "file": statement.content_digest, "closing": str(statement.closing)}
    record("statement.import", subject=statement, actor=actor, data=figures, rows=statement.lines.all())
    return statement


@transaction.atomic
def discard_statement(*, statement_id: int, actor: Actor) -> BankStatement:
    """Put an uploaded statement aside; nothing of it was booked."""
    statement = _previewed(statement_id, actor)
    statement.state = StatementState.DISCARDED
    statement.save(update_fields=["state"])
    return statement


def _previewed(statement_id: int, actor: Actor) -> BankStatement:
    statement = BankStatement.objects.select_for_update().get(pk=statement_id)
    require(actor, "transactions.import_statement")
    if statement.state != StatementState.PREVIEW:
        raise IllegalMove(_("This statement has been imported or discarded already."), code="statement_done")
    return statement


def _credit(movement: Movement) -> BankCredit:
    return BankCredit(
        bank_transaction_id=movement.transaction_id,
        amount=movement.amount,
        currency="VND",
        credit_account=settings.ESCROW_ACCOUNT["number"],
        memo=movement.description,
        value_time=movement.value_time,
        body_digest=digest_of({"statement": movement.transaction_id, "amount": str(movement.amount)}),
    )
