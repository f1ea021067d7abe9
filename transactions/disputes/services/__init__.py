"""Use cases of a dispute: what both sides say, what reviewers rule, what becomes of it."""

from transactions.disputes.services.clocks import act_on, run
from transactions.disputes.services.closing import withdraw
from transactions.disputes.services.consents import appeal, respond
from transactions.disputes.services.hearing import add, answer, open_dispute
from transactions.disputes.services.packs import note_pack
from transactions.disputes.services.rulings import decide, decide_appeal, propose, take

__all__ = [
    "act_on",
    "add",
    "answer",
    "appeal",
    "decide",
    "decide_appeal",
    "note_pack",
    "open_dispute",
    "propose",
    "respond",
    "run",
    "take",
    "withdraw",
]
