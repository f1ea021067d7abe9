"""The console's decision to end a concluded trade, on the trade's own page."""

from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.casefile import Answer
from transactions.compliance.admin import DECISIONS
from transactions.orders.models import Order
from transactions.terminations.services import terminate_order


def terminate(order: Order, answer: Answer, actor: Actor) -> object:
    """End a concluded trade."""
    terminate_order(order_id=order.pk, reason_code=answer.reason_code, reason_text=answer.text, actor=actor)
    return _("The trade has ended. Both sides were told why.")


DECISIONS["hold", "terminate"] = terminate
