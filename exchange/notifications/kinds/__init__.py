"""Kinds of messages, by name; a room that sends a new one adds it here."""

from exchange.notifications.kinds.catalogue import CATALOGUE
from exchange.notifications.kinds.disputes import DISPUTES
from exchange.notifications.kinds.kind import Kind
from exchange.notifications.kinds.log import LOG
from exchange.notifications.kinds.participants import PARTICIPANTS
from exchange.notifications.kinds.trade import TRADE

__all__ = ["KINDS", "Kind"]
KINDS: dict[str, Kind] = {**PARTICIPANTS, **CATALOGUE, **TRADE, **DISPUTES, **LOG}
