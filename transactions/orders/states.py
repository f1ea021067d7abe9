"""Life of a trade (product rule 2.2). HOLD is an overlay, not a state."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.common.states import Flow, Move


class OrderState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REQUESTED = "requested", _("Ordered")
    ACCEPTED = "accepted", _("Accepted by the seller")
    LEGALITY_REVIEW = "legality_review", _("Legality check")
    RETURNED = "returned", _("Supplement requested")
    CLEARED = "cleared", _("Cleared")
    SIGNING = "signing", _("Waiting for both confirmations")
    CONTRACTED = "contracted", _("Contract concluded")
    AWAITING_PAYMENT = "awaiting_payment", _("Waiting for payment")
    PAID = "paid", _("Paid")
    DELIVERING = "delivering", _("Being delivered")
    AWAITING_ACCEPTANCE = "awaiting_acceptance", _("Waiting for the buyer's confirmation")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn by the buyer")
    DECLINED = "declined", _("Declined by the seller")
    REFUSED = "refused", _("Refused in the legality check")
    LAPSED = "lapsed", _("Lapsed")
    CANCELLED = "cancelled", _("Cancelled, not paid in time")
    TERMINATED = "terminated", _("Terminated")


BEFORE_CONTRACT = ("requested", "accepted", "legality_review", "returned", "cleared", "signing")
CONCLUDED = ("contracted", "awaiting_payment", "paid", "delivering", "awaiting_acceptance")  # and not yet ended
TERMINABLE = ("contracted", "awaiting_payment", "delivering", "awaiting_acceptance")  # paid ones are refunded
HELD_IN_ESCROW = ("paid", "delivering", "awaiting_acceptance")  # paid and not yet shared out

ORDER_FLOW = Flow(
    "trade",
    [
        Move("request", ("draft",), "requested", "buyer", "snapshot frozen; buyer and seller verified, not the same"),
        Move(
            "accept", ("requested",), "accepted", "seller steward", clock="5 working days, remind at 3, escalate at 10"
        ),
        Move("decline", ("requested",), "declined", "seller steward", "code, text"),
        Move("screen", ("accepted",), "legality_review", "system", "rules evaluated and stored"),
        Move("return", ("legality_review",), "returned", "operator_reviewer", "code, text, fields"),
        Move("supplement", ("returned",), "legality_review", "buyer"),
        Move("clear", ("legality_review",), "cleared", "operator_reviewer or system", "no BLOCK; every HOLD concluded"),
        Move("refuse", ("legality_review",), "refused", "operator_reviewer", "article, text"),
        Move("draw_up", ("cleared",), "signing", "system", "snapshot equals the cleared digest"),
        Move(
            "conclude", ("signing",), "contracted", "both signatories", "two different people accepted the same digest"
        ),
        Move("ask_payment", ("contracted",), "awaiting_payment", "system", "price above zero"),
        Move(
            "pay", ("awaiting_payment",), "paid", "bank webhook or operator_finance", "amount, memo and account match"
        ),
        Move("deliver", ("contracted", "paid"), "delivering", "system", "free or paid; not on HOLD"),
        Move("hand_over", ("delivering",), "awaiting_acceptance", "system", "first delivery recorded"),
        Move("complete", ("awaiting_acceptance",), "completed", "buyer or clock", "not on HOLD", "5 working days"),
        Move("withdraw", BEFORE_CONTRACT, "withdrawn", "buyer"),
        Move("lapse", BEFORE_CONTRACT, "lapsed", "clock", clock="45 working days; returned 30"),
        Move("cancel", ("awaiting_payment",), "cancelled", "clock", clock="10 working days"),
        Move(
            "refund", HELD_IN_ESCROW, "terminated", "operator_reviewer or a decided dispute", "the whole sum goes back"
        ),
        Move(
            "split",
            ("delivering", "awaiting_acceptance"),
            "completed",
            "operator_reviewer or a decided dispute",
            "a part goes back, the rest is settled",
        ),
        Move(
            "terminate",
            TERMINABLE,
            "terminated",
            "both signatories or operator_reviewer",
            "code, text; nothing was paid",
        ),
    ],
)
FINAL_STATES = ("completed", "withdrawn", "declined", "refused", "lapsed", "cancelled", "terminated")

# Steps that carry a trade forward: none is possible while an order is on HOLD. A transfer that arrives meanwhile
# is still matched ("pay"), because the money is there; delivery waits.
FORWARD = frozenset(
    {"accept", "screen", "clear", "draw_up", "conclude", "ask_payment", "deliver", "hand_over", "complete"}
)
# Beside those, what no trade does while trading is stopped.
MONEY = frozenset({"request", "pay", "refund", "split"})
# Actions that end a trade: each needs a reason.
ENDINGS = frozenset({"decline", "withdraw", "refuse", "lapse", "cancel", "terminate", "refund", "split"})
# A right is granted to the buyer in these states, so another exclusive one may not overlap (R50).
RIGHT_GRANTED = (
    OrderState.CONTRACTED,
    OrderState.AWAITING_PAYMENT,
    OrderState.PAID,
    OrderState.DELIVERING,
    OrderState.AWAITING_ACCEPTANCE,
    OrderState.COMPLETED,
)
