"""The sequencer's heartbeat: whoever asks whether the exchange works sees that the log is looked after."""

import datetime as dt

from django.db.models.functions import Now

from exchange.transparency.models import Pulse

SEQUENCER = "sequencer"


def beat() -> None:
    """Note that the sequencer is at work, by the clock of the database."""
    if not Pulse.objects.filter(name=SEQUENCER).update(beaten_at=Now()):
        Pulse.objects.create(name=SEQUENCER)


def sequencer_heard_within(seconds: float) -> bool:
    """Whether the sequencer is alive."""
    return Pulse.objects.filter(name=SEQUENCER, beaten_at__gte=Now() - dt.timedelta(seconds=seconds)).exists()
