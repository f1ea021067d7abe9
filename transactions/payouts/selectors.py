"""What can be paid out now, and why some of it cannot."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation, ParticipantState
from transactions.ledger import accounts, flows
from transactions.ledger.models import Account, Posting
from transactions.ledger.selectors import left_of_settlement
from transactions.orders.models import Hold, Order
from transactions.orders.states import OrderState
from transactions.payments.models import IncomingTransfer, TransferState
from transactions.payouts.bankfile import Party
from transactions.payouts.models import Payout, PayoutBatch
from transactions.payouts.states import BatchState, PayoutState


@dataclass(frozen=True)
class Due:
    """Money that can go to one payee, or the reason why it waits (R60)."""

    account_code: str
    amount: int
    set_off: int = 0
    organisation: Organisation | None = None
    transfer: IncomingTransfer | None = None
    payee: Party | None = None
    waits_for: str | Promise = ""

    @property
    def can_go(self) -> bool:
        """Whether it may stand in a batch now."""
        return self.amount > 0 and not self.waits_for


def waiting_batches() -> QuerySet[PayoutBatch]:
    """Batches that wait for a second person."""
    return PayoutBatch.objects.filter(state=BatchState.PREPARED).select_related("prepared_by")


def due(*, instead_of: Collection[Payout] = ()) -> list[Due]:
    """Everything the exchange owes, by account: what can be paid out, and what waits for what.

    What stands in a batch that waits is left out, but for the payouts named.
    """
    held = Account.objects.filter(
        kind__in=(accounts.PAYABLE, accounts.REFUNDABLE, accounts.RETURNABLE), held__gt=0
    ).order_by("pk")
    rows = [(account.kind, int(account.code.rsplit(":", 1)[1]), account) for account in held]
    organisations = Organisation.objects.in_bulk([number for kind, number, _ in rows if kind != accounts.RETURNABLE])
    transfers = IncomingTransfer.objects.in_bulk([number for kind, number, _ in rows if kind == accounts.RETURNABLE])
    waiting = Payout.objects.filter(state=PayoutState.HELD).exclude(pk__in=[payout.pk for payout in instead_of])
    busy = set(waiting.values_list("account_code", flat=True))
    found = [
        _to_sender(account, transfers[number])
        if kind == accounts.RETURNABLE
        else _to_participant(account, organisations[number])
        for kind, number, account in rows
    ]
    return [one for one in found if one.account_code not in busy]


def _to_sender(account: Account, transfer: IncomingTransfer) -> Due:
    payee = Party(transfer.return_holder, transfer.return_bin, transfer.return_account)
    missing = transfer.state != TransferState.TO_REFUND or not all((payee.holder, payee.bin, payee.account))
    waits_for = _("The sender's account is not known yet.") if missing else ""
    return Due(account.code, account.held, transfer=transfer, payee=payee, waits_for=waits_for)


def _to_participant(account: Account, organisation: Organisation) -> Due:
    amount, set_off = account.held, 0
    if account.kind == accounts.PAYABLE:
        amount -= frozen(organisation)
        set_off = flows.set_off(amount, owed_by(organisation))
    payee = Party(organisation.bank_holder, organisation.bank_id or "", organisation.bank_account)
    waits_for = _what_waits(account, organisation, payee, amount - set_off)
    return Due(
        account.code, max(amount - set_off, 0), set_off, organisation=organisation, payee=payee, waits_for=waits_for
    )


def _what_waits(account: Account, organisation: Organisation, payee: Party, amount: int) -> str | Promise:
    if not all((payee.holder, payee.bin, payee.account)):
        return _("The participant has no verified account.")
    if account.kind == accounts.PAYABLE and organisation.state != ParticipantState.ACTIVE:
        return _("The participant is suspended or closed.")
    return "" if amount > 0 else _("Orders of this seller are on hold, or what it owes is larger.")


def owed_by(organisation: Organisation) -> int:
    """What a seller owes after refunds their earnings could not cover: zero or below."""
    code = accounts.receivable(organisation.pk)
    return Posting.objects.filter(account__code=code).aggregate(sum=Sum("amount"))["sum"] or 0


def frozen(organisation: Organisation) -> int:
    """A seller's share of settled orders with an open hold or dispute: not paid out until it has ended (R60)."""
    held = Exists(Hold.objects.open().filter(order=OuterRef("pk")))
    stopped = Order.objects.filter(held | Q(disputed_at__isnull=False), state=OrderState.COMPLETED, total__gt=0)
    numbers = stopped.order_by("pk").values_list("number", flat=True)
    code = accounts.payable(organisation.pk)
    return sum(left_of_settlement(number).get(code, 0) for number in numbers)
