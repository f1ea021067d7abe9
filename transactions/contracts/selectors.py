"""Reads about contracts: whether the stored text is still the accepted one, who has confirmed."""

import datetime as dt

from django.db.models import QuerySet

from accounts.access.actor import Actor
from accounts.users.models import User
from exchange.common.clock import now
from transactions.contracts.models import Contract, ContractAcceptance, PasswordAttempt
from transactions.contracts.text import digest
from transactions.orders.models import Order

ATTEMPTS, WINDOW = 5, dt.timedelta(minutes=15)  # R135: at most 5 failures


def is_intact(contract: Contract) -> bool:
    """Whether the stored contract is, to the byte, what was drawn up and what each side confirmed."""
    if digest(contract.text_vi, contract.text_en, contract.odrl) != contract.digest:
        return False
    return all(acceptance.digest == contract.digest for acceptance in contract.acceptances.all())


def contract_of(order: Order) -> Contract | None:
    """The contract of an order with its confirmations, once it has been drawn up."""
    return (
        Contract.objects.prefetch_related("acceptances__accepted_by", "acceptances__organisation")
        .filter(order=order)
        .first()
    )


def contracts_visible_to(actor: Actor) -> QuerySet[Contract]:
    """Contracts of the orders an actor may see, with what a page of one shows."""
    return (
        Contract.objects.filter(order__in=Order.objects.visible_to(actor))
        .select_related("order__buyer", "order__seller", "order__listing__revision__asset")
        .prefetch_related("acceptances__accepted_by", "acceptances__organisation")
    )


def acceptance_of(contract: Contract, side: str) -> ContractAcceptance | None:
    """The confirmation of one side."""
    return next((acceptance for acceptance in contract.acceptances.all() if acceptance.side == side), None)


def is_locked_out(user: User) -> bool:
    """Whether too many wrong passwords were entered at confirmations lately."""
    since = now() - WINDOW
    return PasswordAttempt.objects.filter(user=user, made_at__gt=since).count() >= ATTEMPTS
