"""Who may do what in a dispute: decides buttons and refusals; the services are the gate."""

import datetime as dt
from typing import Protocol

from accounts.access.actor import Actor
from accounts.access.policies import may
from transactions.disputes.models import Dispute, Ruling
from transactions.disputes.states import DISPUTE_FLOW, DisputeState
from transactions.orders.models import Order
from transactions.orders.states import OrderState

SPEAKING = {"buyer": "transactions.dispute_as_buyer", "seller": "transactions.dispute_as_seller"}
SETTLING = "transactions.settle_dispute"
JUDGING = "transactions.review_dispute"
OPENABLE = (OrderState.AWAITING_ACCEPTANCE, OrderState.COMPLETED)
HEARING = (DisputeState.ANSWER_DUE, DisputeState.MEDIATION, DisputeState.APPEALED)  # both sides may add


class Known(Protocol):
    """What is known of a dispute (see selectors.Standing)."""

    dispute: Dispute
    cleared_by: frozenset[int]
    is_interested: bool
    is_held: bool

    @property
    def ruling(self) -> Ruling | None: ...
    @property
    def judges(self) -> frozenset[int]: ...
    def answered(self, side: str) -> bool: ...


def side_of(actor: Actor, order: Order) -> str:
    """The side of the order the actor acts for: buyer, seller, or none."""
    if actor.organisation is None:
        return ""
    return {order.buyer_id: "buyer", order.seller_id: "seller"}.get(actor.organisation.pk, "")


def may_speak(actor: Actor, order: Order) -> bool:
    """Whether the actor opens, answers, adds, appeals and withdraws for a side."""
    side = side_of(actor, order)
    return bool(side) and may(actor, SPEAKING[side], getattr(order, side))


def may_settle(actor: Actor, order: Order) -> bool:
    """Whether the actor is a signatory of a side: accepting binds the organisation."""
    side = side_of(actor, order)
    return bool(side) and may(actor, SETTLING, getattr(order, side))


def may_open(actor: Actor, order: Order) -> bool:
    """Whether the actor speaks for a side of an order whose data was handed over."""
    return order.state in OPENABLE and may_speak(actor, order)


def may_judge(actor: Actor, now: Known) -> bool:
    """Whether a reviewer may mediate and decide: not of either side, not who cleared the trade, on appeal not again."""
    if not may(actor, JUDGING) or now.is_interested or actor.user.pk in now.cleared_by:  # type: ignore[union-attr]
        return False
    return now.dispute.state != DisputeState.APPEALED or actor.user.pk not in now.judges  # type: ignore[union-attr]


def may_read_evidence(actor: Actor, order: Order) -> bool:
    """Whether the actor opens papers: members of both sides, reviewers, the supervisor."""
    side = side_of(actor, order)
    return may(actor, "transactions.read_evidence", getattr(order, side) if side else None)


def allowed_actions(actor: Actor, now: Known, day: dt.date) -> list[str]:
    """Actions open to the actor now, in the order of the page."""
    if may(actor, JUDGING):
        return _of_reviewer(actor, now) if may_judge(actor, now) else []
    return [*_of_signatory(actor, now), *_of_speaker(actor, now, day)]


def _of_reviewer(actor: Actor, now: Known) -> list[str]:
    dispute = now.dispute
    actions = [name for name in ("propose", "decide", "decide_appeal") if DISPUTE_FLOW.allows(dispute.state, name)]
    if actions and dispute.holder_id != actor.user.pk:  # type: ignore[union-attr]
        actions.insert(0, "take")
    return actions


def _of_signatory(actor: Actor, now: Known) -> list[str]:
    order = now.dispute.order
    if now.ruling is None or not may_settle(actor, order) or now.answered(side_of(actor, order)):
        return []
    actions = [] if now.is_held else ["accept"]
    return [*actions, "reject"] if now.dispute.state == DisputeState.MEDIATION else actions


def _of_speaker(actor: Actor, now: Known, day: dt.date) -> list[str]:
    dispute = now.dispute
    if not may_speak(actor, dispute.order):
        return []
    side = side_of(actor, dispute.order)
    possible = {
        "answer": dispute.state == DisputeState.ANSWER_DUE and side == dispute.other_side,
        "add": dispute.state in HEARING and not (dispute.state == DisputeState.ANSWER_DUE and side != dispute.side),
        "appeal": can_appeal(now, side, day),
        "withdraw": DISPUTE_FLOW.allows(dispute.state, "withdraw") and side == dispute.side,
    }
    return [name for name, is_open in possible.items() if is_open]


def can_appeal(now: Known, side: str, day: dt.date) -> bool:
    """Whether a side may still appeal: a first decision, in time, not accepted by it."""
    dispute = now.dispute
    is_in_time = dispute.due_on is not None and day <= dispute.due_on
    return dispute.state == DisputeState.DECIDED and now.ruling is not None and is_in_time and not now.answered(side)
