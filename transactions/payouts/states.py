"""Life of a batch and of one payout (product rule 2.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.common.states import Flow, Move


class BatchState(models.TextChoices):
    PREPARED = "prepared", _("Waiting for a second person")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class PayoutState(models.TextChoices):
    HELD = "held", _("Waiting for approval")
    RELEASED = "released", _("Handed to the bank")
    PAID = "paid", _("Seen on the bank's statement")
    FAILED = "failed", _("Failed at the bank")
    DROPPED = "dropped", _("Not carried out")


BATCH_FLOW = Flow(
    "payout batch",
    [
        Move("approve", ("prepared",), "approved", "another finance officer", "balances and accounts as prepared"),
        Move("refuse", ("prepared",), "refused", "another finance officer", "text"),
    ],
)
PAYOUT_FLOW = Flow(
    "payout",
    [
        Move("release", ("held",), "released", "another finance officer"),
        Move("drop", ("held",), "dropped", "another finance officer", "text"),
        Move("confirm", ("released",), "paid", "bank statement"),
        Move("fail", ("released",), "failed", "operator_finance", "text; the money never left"),
        Move("come_back", ("paid",), "failed", "operator_finance", "a transfer of the same sum came back"),
    ],
)
