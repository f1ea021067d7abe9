"""Life of a dispute (product rule 2.2): an overlay of the trade, with a table of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.common.states import Flow, Move


class DisputeState(models.TextChoices):
    OPENED = "opened", _("Opened")
    ANSWER_DUE = "answer_due", _("Waiting for the answer")
    MEDIATION = "mediation", _("Mediation")
    DECIDED = "decided", _("Decided")
    APPEALED = "appealed", _("Under appeal")
    CLOSED = "closed", _("Closed")


class Outcome(models.TextChoices):
    BUYER = "buyer", _("In favour of the buyer")
    SELLER = "seller", _("In favour of the seller")
    SPLIT = "split", _("Divided")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RulingKind(models.TextChoices):
    PROPOSAL = "proposal", _("Proposal for a settlement")
    DECISION = "decision", _("Decision")
    APPEAL = "appeal", _("Decision on the appeal")


SIDES = ("buyer", "seller")
RULED = (Outcome.BUYER, Outcome.SELLER, Outcome.SPLIT)

DISPUTE_FLOW = Flow(
    "dispute",
    [
        Move("ask_answer", ("opened",), "answer_due", "system", "the trade is frozen", "answer 5 working days"),
        Move("answer", ("answer_due",), "mediation", "the other side"),
        Move("go_on", ("answer_due",), "mediation", "clock", "no answer in time", "5 working days"),
        Move("propose", ("mediation",), "mediation", "operator_reviewer", "not who cleared the trade"),
        Move("agree", ("mediation",), "closed", "both signatories", "both sides accepted the same proposal"),
        Move(
            "decide", ("mediation",), "decided", "operator_reviewer", "code, text, article; not who cleared the trade"
        ),
        Move("appeal", ("decided",), "appealed", "either side", "once", "10 working days"),
        Move("decide_appeal", ("appealed",), "decided", "another operator_reviewer", "code, text, article"),
        Move("close", ("decided",), "closed", "both signatories, clock, or the decision on an appeal", "not on HOLD"),
        Move("withdraw", ("answer_due", "mediation"), "closed", "who opened it", "code, text"),
    ],
)
