"""What a payment page shows."""

from dataclasses import dataclass

from django.conf import settings

from exchange.codes.models import Bank
from transactions.orders.models import Order
from transactions.payments.vietqr import payload


@dataclass(frozen=True)
class Instruction:
    """How to pay an order: figures frozen on the order, account, transfer text, QR payload."""

    bank: str
    account: str
    holder: str
    memo: str
    amount: int
    qr: str


def instruction(order: Order) -> Instruction:
    """Payment instruction of an order into the escrow account at the bank."""
    account = settings.ESCROW_ACCOUNT
    bank = Bank.objects.filter(bin=account["bin"]).first()
    return Instruction(
        bank=bank.name if bank else account["bin"],
        account=account["number"],
        holder=account["holder"],
        memo=order.number,
        amount=order.total,
        qr=payload(account["bin"], account["number"], order.total, order.number),
    )
