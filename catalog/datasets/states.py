"""Life of the reading of a data file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.common.states import Flow, Move


class ReadingState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be read")
    READING = "reading", _("Being read")
    READ = "read", _("Read, waiting for your confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    FAILED = "failed", _("Could not be read")


READING_FLOW = Flow(
    "reading",
    [
        Move("begin", ("waiting", "reading"), "reading", "job", "a job that was killed begins again"),
        Move("finish", ("reading",), "read", "job"),
        Move("fail", ("reading",), "failed", "job", "a sentence says why"),
        Move("correct", ("read", "confirmed", "failed"), "waiting", "steward", "the revision may be edited"),
        Move("retry", ("waiting", "reading", "failed"), "waiting", "steward", "failed, or overdue"),
        Move("confirm", ("read",), "confirmed", "steward", "the revision may be edited"),
    ],
)
