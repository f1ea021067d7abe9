"""Time limits of a trade in working days, from dated parameters (product rule 2.2)."""

import datetime as dt

from exchange.codes import services as calendar
from exchange.rules.engine import Parameters
from exchange.rules.selectors import parameters
from transactions.orders.models import Order
from transactions.orders.states import OrderState

# state -> parameter that holds the number of working days until its step is due
LIMITS: dict[str, str] = {
    OrderState.REQUESTED: "order_answer_days",
    OrderState.RETURNED: "order_returned_lapse_days",
    OrderState.SIGNING: "order_signing_days",
    OrderState.AWAITING_PAYMENT: "payment_days",
    OrderState.AWAITING_ACCEPTANCE: "acceptance_days",
}


def due_day(order: Order, state: str, day: dt.date, limits: Parameters | None = None) -> dt.date | None:
    """The day the step of a state is due when the state begins on `day`; None where nobody is waited for."""
    if state == OrderState.LEGALITY_REVIEW:
        return calendar.due_day(day, (limits or parameters(day)).get("legality_days")[review_class(order)])
    name = LIMITS.get(state)
    return calendar.due_day(day, (limits or parameters(day)).get(name)) if name else None


def review_class(order: Order) -> str:
    """Whether the legality check has the short or the long limit: by importance of the data."""
    return "OTHER" if order.snapshot.get("class", {}).get("importance", "OTHER") == "OTHER" else "ABOVE_OTHER"
