"""Re-exports of the site's models; code imports from the rooms."""

from exchange.codes.models import AgencyCode, Bank, Code, Holiday, Province
from exchange.console.models import PaperOpening
from exchange.files.models import ErasedFile, StoredFile
from exchange.notifications.models import Message
from exchange.rules.models import Evaluation, RuleParameter
from exchange.transparency.models import (
    Checkpoint,
    Cosignature,
    Discrepancy,
    Entry,
    Leaf,
    Pending,
    Pulse,
    SystemSubject,
    Witness,
)

__all__ = [
    "AgencyCode",
    "Bank",
    "Checkpoint",
    "Code",
    "Cosignature",
    "Discrepancy",
    "Entry",
    "ErasedFile",
    "Evaluation",
    "Holiday",
    "Leaf",
    "Message",
    "PaperOpening",
    "Pending",
    "Province",
    "Pulse",
    "RuleParameter",
    "StoredFile",
    "SystemSubject",
    "Witness",
]
