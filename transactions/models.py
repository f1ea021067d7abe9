"""Re-exports of the floor's models; code imports from the rooms."""

from transactions.compliance.models import LegalityDecision
from transactions.contracts.models import Contract, ContractAcceptance
from transactions.delivery.models import Delivery, DownloadLink, Entitlement
from transactions.disputes.models import Consent, Dispute, DisputeEvidence, Ruling, Statement
from transactions.halts.models import TradingHalt
from transactions.ledger.models import Account, Journal, Posting
from transactions.orders.models import Hold, Order, OrderEvent
from transactions.payments.models import IncomingTransfer, Refund
from transactions.payouts.models import Payout, PayoutBatch
from transactions.pricing.models import Tariff
from transactions.statements.models import BankStatement, BankStatementLine, LineBooking
from transactions.terminations.models import EndRequest

__all__ = [
    "Account",
    "BankStatement",
    "BankStatementLine",
    "Consent",
    "Contract",
    "ContractAcceptance",
    "Delivery",
    "Dispute",
    "DisputeEvidence",
    "DownloadLink",
    "EndRequest",
    "Entitlement",
    "Hold",
    "IncomingTransfer",
    "Journal",
    "LegalityDecision",
    "LineBooking",
    "Order",
    "OrderEvent",
    "Payout",
    "PayoutBatch",
    "Posting",
    "Refund",
    "Ruling",
    "Statement",
    "Tariff",
    "TradingHalt",
]
