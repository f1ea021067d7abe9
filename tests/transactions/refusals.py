"""What a refused use case of a trade must leave untouched."""

from collections.abc import Callable

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from exchange.common.errors import DomainError
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from transactions.compliance.models import LegalityDecision
from transactions.contracts.models import ContractAcceptance
from transactions.disputes.models import Consent, Dispute, DisputeEvidence, Ruling, Statement
from transactions.ledger.models import Journal
from transactions.orders.models import Hold, Order, OrderEvent
from transactions.terminations.models import EndRequest

TRACED = (
    *(Order, OrderEvent, Hold, LegalityDecision, ContractAcceptance, EndRequest),
    *(Dispute, Statement, DisputeEvidence, Ruling, Consent),
    *(Journal, Entry, Message, ProcrastinateJob),
)


def traces() -> tuple:
    """How many rows of each kind stand, and where every order and dispute is."""
    counts = (f"(SELECT count(*) FROM {model._meta.db_table})" for model in TRACED)  # noqa: S608 - our own tables
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}")
        found = cursor.fetchone()
    places = (model.objects.order_by("pk").values_list("pk", "state", "version") for model in (Order, Dispute))
    return (*found, *(tuple(rows) for rows in places))


def refused(code: str, call: Callable[..., object], *args: object, **kwargs: object) -> DomainError:
    """The refusal of a use case, which says this code and leaves no trace."""
    before = traces()
    with pytest.raises(DomainError) as refusal:
        call(*args, **kwargs)
    assert refusal.value.code == code
    assert traces() == before
    return refusal.value
