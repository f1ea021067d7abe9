"""What a line that nobody ordered can be, and the life of its booking."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.common.states import Flow, Move


class BookingKind(models.TextChoices):
    BANK_FEE = "bank_fee", _("Fee of the bank")
    INTEREST = "interest", _("Interest of the bank")
    UNKNOWN = "unknown", _("Not explained yet")


class BookingState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for a second person")
    BOOKED = "booked", _("Booked")
    REFUSED = "refused", _("Refused")
    REVERSED = "reversed", _("Reversed")


OPEN = (BookingState.PROPOSED.value, BookingState.BOOKED.value)
BOOKING_FLOW = Flow(
    "booking of a statement line",
    [
        Move("approve", ("proposed",), "booked", "another finance officer", "the line still waits"),
        Move("refuse", ("proposed",), "refused", "another finance officer", "text"),
        Move("reverse", ("booked",), "reversed", "two finance officers", "a reversal was booked"),
    ],
)
