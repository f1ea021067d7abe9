"""How a dispute ends: withdrawn, agreed or decided; money, access and the trade follow in the same transaction."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove
from transactions.delivery.services import close_for_good
from transactions.disputes.models import Dispute, Ruling
from transactions.disputes.services import moves
from transactions.disputes.states import DISPUTE_FLOW, Outcome
from transactions.orders.models import Order
from transactions.orders.overlays import end_dispute, resume
from transactions.orders.services import move as move_order
from transactions.orders.states import OrderState
from transactions.payments.refunds import give_back
from transactions.payments.services import settle

REASON = "dispute_decided"


@transaction.atomic
def withdraw(*, dispute_id: int, reason_code: str, text: str, version: int | None = None, actor: Actor) -> Dispute:
    """Who opened the dispute takes it back, with a reason; the trade goes on where it stood."""
    dispute = moves.locked_dispute(dispute_id, version)
    side = moves.speaking_side(actor, dispute.order)
    if side != dispute.side or not DISPUTE_FLOW.allows(dispute.state, "withdraw"):
        raise IllegalMove()
    text = moves.checked_reason("withdraw", reason_code, text)
    said = moves.say(dispute, "withdrawal", side, text=text, reason_code=reason_code, actor=actor)
    noted = {"reason_code": reason_code, "said": text}
    ended: dict[str, object] = {"outcome": Outcome.WITHDRAWN, "closed_at": now(), "holder": None}
    moves.move(dispute, "withdraw", actor=actor, noted=noted, rows=moves.rows_of(said), **ended)
    end_dispute(dispute.order, dispute=dispute.number, actor=actor)
    moves.tell(dispute, "withdrawn", actor=actor, text=text)
    resume(dispute.order)
    return dispute


def close(dispute: Dispute, action: str, ruling: Ruling, *, actor: Actor) -> None:
    """End a locked dispute by a ruling and carry it out; on HOLD nothing is carried out."""
    if dispute.order.is_held:
        raise DomainError(
            _("The order is on hold. The ruling can take effect once the hold has been concluded."), code="held"
        )
    moves.move(
        dispute,
        action,
        actor=actor,
        noted={"ruling": ruling.number, "outcome": ruling.outcome, "refund": str(ruling.refund)},
        outcome=ruling.outcome,
        refund=ruling.refund,
        closed_at=now(),
        holder=None,
    )
    end_dispute(dispute.order, dispute=dispute.number, actor=actor)
    _carry_out(dispute, ruling, actor)
    moves.tell(dispute, "closed", actor=actor, text=ruling.text, money=True)


def _carry_out(dispute: Dispute, ruling: Ruling, actor: Actor) -> None:
    """Money goes where the ruling says, and the trade where the money leads."""
    order = dispute.order
    if ruling.outcome == Outcome.SELLER:
        _accept(order, ruling, actor)
        return
    if ruling.refund:
        give_back(
            order,
            amount=ruling.refund,
            reason_code=REASON,
            reason_text=ruling.text,
            actor=actor,
            reference=f"dispute:{dispute.pk}",
        )
    elif order.state != OrderState.COMPLETED:  # free of charge
        move_order(order, "terminate", actor=actor, reason_code=REASON, reason_text=ruling.text)
    if ruling.outcome == Outcome.BUYER:
        close_for_good(order, actor=actor, reason=REASON)


def _accept(order: Order, ruling: Ruling, actor: Actor) -> None:
    """In favour of the seller: what was handed over counts as accepted; a completed order stays as it is."""
    if order.state == OrderState.AWAITING_ACCEPTANCE:
        move_order(order, "complete", actor=actor, reason_code=REASON, reason_text=ruling.text)
        settle(order, actor=actor)
