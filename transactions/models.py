"""Re-exports of the floor's models; code imports from the rooms."""

from transactions.compliance.models import LegalityDecision
from transactions.contracts.models import Contract, ContractAcceptance
from transactions.delivery.models import Delivery, DownloadLink, Entitlement
from transactions.ledger.models import Account, Journal, Posting
from transactions.orders.models import Hold, Order, OrderEvent
from transactions.payments.models import IncomingTransfer
from transactions.pricing.models import Tariff

__all__ = [
    "Account",
    "Contract",
    "ContractAcceptance",
    "Delivery",
    "DownloadLink",
    "Entitlement",
    "Hold",
    "IncomingTransfer",
    "Journal",
    "LegalityDecision",
    "Order",
    "OrderEvent",
    "Posting",
    "Tariff",
]
