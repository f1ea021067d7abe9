"""Preparing, approving and following payouts: four eyes, one bank file, reversal when the bank fails."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.common.canonical import sha256_hex
from exchange.common.clock import now, today
from exchange.common.errors import DomainError
from exchange.common.ids import next_serial
from exchange.common.reasons import explained
from exchange.common.retry import retried
from exchange.notifications.services import notify
from exchange.transparency.services import record
from transactions.halts.services import require_trading
from transactions.ledger import accounts, flows
from transactions.ledger.models import Journal
from transactions.ledger.services import book, locked_balances, reverse
from transactions.orders.selectors import people_of
from transactions.payments.models import IncomingTransfer, TransferState
from transactions.payouts import bankfile
from transactions.payouts.models import Payout, PayoutBatch
from transactions.payouts.selectors import Due, due
from transactions.payouts.states import BATCH_FLOW, PAYOUT_FLOW, BatchState

MOST = 500  # payouts in one bank file


@retried
@transaction.atomic
def prepare_batch(*, actor: Actor) -> PayoutBatch:
    """Put everything that can be paid out now into one batch; another person decides on it."""
    require(actor, "transactions.prepare_payout")
    require_trading()
    locked_balances([one.account_code for one in due()])
    ready = [one for one in due() if one.can_go][:MOST]
    if not ready:
        raise DomainError(_("Nothing can be paid out now."), code="nothing_due")
    serial = next_serial("payout")
    batch = PayoutBatch.objects.create(
        number=f"CT{today().year:04d}{serial:06d}",
        total=sum(one.amount for one in ready),
        count=len(ready),
        prepared_by=actor.user,
    )
    payouts = Payout.objects.bulk_create(_payout(batch, place, one) for place, one in enumerate(ready, start=1))
    record("payout.prepare", subject=batch, actor=actor, data=_figures(batch), rows=payouts)
    return batch


def _payout(batch: PayoutBatch, place: int, one: Due) -> Payout:
    payee = one.payee
    if payee is None:
        raise ValueError("a payout names its payee")
    return Payout(
        batch=batch,
        reference=f"{batch.number}-{place:03d}",
        account_code=one.account_code,
        organisation=one.organisation,
        transfer=one.transfer,
        amount=one.amount,
        set_off=one.set_off,
        bank_bin=payee.bin,
        bank_account=payee.account,
        bank_holder=payee.holder,
    )


def _figures(batch: PayoutBatch) -> dict[str, str]:
    return {"number": batch.number, "total": str(batch.total), "count": str(batch.count)}


def _waiting(batch_id: int, action: str, actor: Actor) -> PayoutBatch:
    batch = PayoutBatch.objects.select_for_update().get(pk=batch_id)
    require(actor, "transactions.approve_payout")
    BATCH_FLOW.after(batch.state, action)
    if words := barred(batch, actor):
        raise DomainError(words, code="four_eyes")
    return batch


@retried
@transaction.atomic
def approve_batch(*, batch_id: int, actor: Actor) -> PayoutBatch:
    """A second person releases a batch: the money leaves the payees' accounts in the ledger, the bank file is made."""
    batch = _waiting(batch_id, "approve", actor)
    require_trading()
    payouts = list(
        batch.payouts.select_related("organisation", "transfer").order_by("pk").select_for_update(of=("self",))
    )
    _refuse_changes(payouts)
    for payout in payouts:
        _release(payout, actor)
    batch.bank_file = _file(batch, payouts)
    batch.file_digest = sha256_hex(batch.bank_file.encode())
    _decide(batch, "approve", "", actor)
    return batch


def _refuse_changes(payouts: list[Payout]) -> None:
    """What was prepared must still be due, to the dong and to the same account."""
    codes = [payout.account_code for payout in payouts]
    debts = [accounts.receivable(payout.organisation_id) for payout in payouts if payout.set_off]
    locked_balances([*codes, *debts, accounts.CLEARING])
    present = {one.account_code: one for one in due(instead_of=payouts)}
    for payout in payouts:
        one = present.get(payout.account_code)
        wanted = bankfile.Party(payout.bank_holder, payout.bank_bin, payout.bank_account)
        if one is None or not one.can_go or one.payee != wanted or one.set_off != payout.set_off:
            raise _changed(payout)
        if one.amount < payout.amount:
            raise _changed(payout)


def _changed(payout: Payout) -> DomainError:
    sentence = _("Payout %(reference)s no longer agrees with the books. Refuse the batch and prepare it again.")
    return DomainError(sentence % {"reference": payout.reference}, code="payout_changed")


def _release(payout: Payout, actor: Actor) -> None:
    _move(payout, "release")
    if payout.set_off and payout.organisation_id:
        debt = accounts.receivable(payout.organisation_id)
        book(
            "payout.set_off",
            subject=payout,
            key=f"set_off:{payout.reference}",
            kind="set_off",
            legs=flows.paid_in(payout.account_code, debt, payout.set_off),
            actor=actor,
        )
    book(
        "payout.release",
        subject=payout,
        key=f"payout:{payout.reference}",
        kind="payout",
        legs=flows.paid_in(payout.account_code, accounts.CLEARING, payout.amount),
        actor=actor,
        data={"amount": str(payout.amount)},
    )


def _move(payout: Payout, action: str, reason: str = "") -> None:
    payout.state = PAYOUT_FLOW.after(payout.state, action)
    payout.state_since, payout.reason = now(), reason
    payout.save(update_fields=["state", "state_since", "reason"])


def _decide(batch: PayoutBatch, action: str, reason: str, actor: Actor, payouts: Sequence[Payout] = ()) -> None:
    batch.state = BATCH_FLOW.after(batch.state, action)
    batch.decided_by, batch.decided_at, batch.reason = actor.user, now(), reason
    batch.save()
    data = _figures(batch) | {"file": batch.file_digest}
    record(f"payout.{action}", subject=batch, actor=actor, data=data, rows=payouts)


def _file(batch: PayoutBatch, payouts: list[Payout]) -> str:
    escrow = settings.ESCROW_ACCOUNT
    payer = bankfile.Party(escrow["holder"], escrow["bin"], escrow["number"])
    lines = [
        bankfile.Line(one.reference, one.amount, bankfile.Party(one.bank_holder, one.bank_bin, one.bank_account))
        for one in payouts
    ]
    return bankfile.render(batch.number, now(), payer, lines)


@retried
@transaction.atomic
def refuse_batch(*, batch_id: int, reason: str, actor: Actor) -> PayoutBatch:
    """A second person refuses a batch with a reason; nothing was booked, its money is due again."""
    batch = _waiting(batch_id, "refuse", actor)
    text = explained(reason)
    payouts = list(batch.payouts.order_by("pk").select_for_update())
    for payout in payouts:
        _move(payout, "drop", text)
    _decide(batch, "refuse", text, actor, payouts)
    return batch


@retried
@transaction.atomic
def confirm_payout(*, reference: str, amount: int, actor: Actor) -> Payout:
    """The bank's statement shows the payout: the money has left the escrow account."""
    payout = Payout.objects.select_for_update().get(reference=reference)
    require(actor, "transactions.import_statement")
    if amount != payout.amount:
        raise DomainError(_("The bank carried out another sum than was ordered."), code="payout_amount_differs")
    _move(payout, "confirm")
    book(
        "payout.confirm",
        subject=payout,
        key=f"paid:{payout.reference}",
        kind="paid_out",
        legs=flows.paid_in(accounts.CLEARING, accounts.BANK, payout.amount),
        actor=actor,
    )
    if payout.organisation is not None:
        notify(
            "payout.paid",
            users=people_of(payout.organisation, "finance", "owner"),
            context={"reference": payout.reference, "amount": payout.amount},
        )
    return payout


@retried
@transaction.atomic
def fail_payout(*, payout_id: int, reason: str, actor: Actor) -> Payout:
    """The bank did not carry out a payout: its booking is reversed, the money is due again."""
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    require(actor, "transactions.prepare_payout")
    PAYOUT_FLOW.after(payout.state, "fail")
    text = explained(reason)
    _move(payout, "fail", text)
    key = f"payout:{payout.reference}"
    reverse(
        Journal.objects.get(key=key),
        event="payout.fail",
        subject=payout,
        key=f"failed:{key}",
        kind="payout_failed",
        reason=text[:300],
        actor=actor,
    )
    return payout


@retried
@transaction.atomic
def book_returned(*, payout_id: int, transfer_id: int, actor: Actor) -> Payout:
    """A payout that had left came back as a transfer of the same sum: the money is due again."""
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    transfer = IncomingTransfer.objects.select_for_update().get(pk=transfer_id)
    require(actor, "transactions.prepare_payout")
    PAYOUT_FLOW.after(payout.state, "come_back")
    if transfer.state != TransferState.MISMATCHED or not transfer.reached_escrow or transfer.amount != payout.amount:
        raise DomainError(
            _("No transfer of this sum waits in the queue under this number."),
            code="no_such_transfer",
            fields={"transfer": _("Enter the number at the bank of the transfer that came back.")},
        )
    transfer.state, transfer.decided_by = TransferState.PAYOUT_RETURNED, actor.user
    transfer.note = f"{transfer.note}\n{payout.reference}".strip()
    transfer.save(update_fields=["state", "decided_by", "note"])
    _move(payout, "come_back", transfer.bank_transaction_id)
    book(
        "payout.fail",
        subject=payout,
        key=f"returned:{payout.reference}",
        kind="payout_returned",
        legs=flows.paid_in(accounts.unmatched(transfer.pk), payout.account_code, payout.amount),
        actor=actor,
        rows=[transfer],
    )
    return payout


def barred(batch: PayoutBatch, actor: Actor) -> str | Promise:
    """Why this person does not decide on a batch: four eyes; empty where nothing stands against it."""
    if actor.user is None or batch.prepared_by_id == actor.user.pk:
        return _("Whoever prepared a batch does not decide on it. A second finance officer must.")
    return ""


def is_open(batch: PayoutBatch) -> bool:
    """Whether a second person still has to decide."""
    return batch.state == BatchState.PREPARED
