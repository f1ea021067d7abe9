"""The overlays HOLD and DISPUTE: they stop a trade without changing its state (product rule 2.2)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.codes.services import days_left, due_day
from exchange.common.clock import local_day, now, today
from exchange.common.errors import DomainError
from exchange.common.vietnamese import clean
from exchange.jobs.services import enqueue
from exchange.transparency.services import record
from transactions.orders import reasons
from transactions.orders.messages import tell
from transactions.orders.models import Hold, Order
from transactions.orders.services import locked
from transactions.orders.states import FINAL_STATES, OrderState


def place_hold(order: Order, *, rule: str, reason: str, actor: Actor) -> Hold:
    """Lay a hold on a locked order, once a rule; the use case that calls has checked the right."""
    hold, is_new = Hold.objects.get_or_create(
        order=order, rule=rule, released_at=None, defaults={"reason": reason, "raised_by": actor.label}
    )
    if is_new:
        data = {"number": order.number, "rule": rule, "reason": reason}
        record("order.hold", subject=order, actor=actor, data=data, rows=[hold])
        if not hold.is_finding:  # findings belong to the check both sides know of already
            tell(order, "hold", actor=actor, text=reasons.told(reason))
    return hold


def lift_hold(hold: Hold, *, conclusion: str, actor: Actor) -> None:
    """Conclude one hold of a locked order; the time it lay is added to the running time limit."""
    order = hold.order
    hold.concluded_by, hold.released_at, hold.conclusion = actor.label, now(), conclusion
    hold.save(update_fields=["concluded_by", "released_at", "conclusion"])
    record(
        "order.release",
        subject=order,
        actor=actor,
        data={"number": order.number, "rule": hold.rule, "conclusion": conclusion},
        rows=[hold],
    )
    _give_back_time(order, hold.raised_at)


def _give_back_time(order: Order, stopped_at: dt.datetime) -> None:
    """Working days an overlay lay are added to the running limit, once nothing stops the order any more."""
    if order.due_on and not order.is_frozen:
        lost = days_left(max(local_day(stopped_at), local_day(order.state_since)), today())
        order.due_on = due_day(order.due_on, max(lost, 0))
        order.save(update_fields=["due_on"])


@transaction.atomic
def hold_order(*, order_id: int, reason_text: str, actor: Actor) -> Hold:
    """A reviewer or the supervisor stops a trade with a reason; it goes to the reviewers' queue."""
    order = locked(order_id)
    require(actor, "transactions.hold_order")
    text = _long_enough(reason_text, "reason_text")
    if order.state in FINAL_STATES or order.state == OrderState.DRAFT:
        raise DomainError(_("An order that has ended can no longer be held."), code="order_ended")
    if order.holds.open().filter(rule=actor.staff_role).exists():
        raise DomainError(_("This order is on hold already."), code="already_held")
    return place_hold(order, rule=actor.staff_role, reason=text, actor=actor)


@transaction.atomic
def release_hold(*, order_id: int, conclusion: str, actor: Actor) -> Order:
    """A reviewer concludes the holds of others and of integrity with a reasoned decision; the trade may go on.

    Nobody concludes a hold of their own. Findings of the legality check are concluded in its own decision.
    """
    order = locked(order_id)
    require(actor, "transactions.release_hold")
    text = _long_enough(conclusion, "conclusion")
    holds = list(order.holds.open().placed_by_people().select_for_update())
    if order.state in FINAL_STATES or not holds:
        raise DomainError(_("No hold of this order can be released now."), code="not_held")
    if any(hold.raised_by == actor.label for hold in holds):
        raise DomainError(_("You placed this hold yourself. A second person must conclude it."), code="own_hold")
    for hold in holds:
        hold.order = order
        lift_hold(hold, conclusion=text, actor=actor)
    tell(order, "release", actor=actor, text=text)
    resume(order)
    return order


# --- the overlay DISPUTE


def begin_dispute(order: Order, *, dispute: str, actor: Actor) -> None:
    """Freeze a locked order: nothing is delivered, accepted, settled or paid out until the dispute has ended."""
    order.disputed_at = now()
    order.save(update_fields=["disputed_at"])
    record("order.freeze", subject=order, actor=actor, data={"number": order.number, "dispute": dispute})


def end_dispute(order: Order, *, dispute: str, actor: Actor) -> None:
    """Take the freeze off a locked order; the time the dispute took is added to the running time limit."""
    begun, order.disputed_at = order.disputed_at, None
    order.save(update_fields=["disputed_at"])
    record("order.unfreeze", subject=order, actor=actor, data={"number": order.number, "dispute": dispute})
    if begun is not None:
        _give_back_time(order, begun)


# --- what waited

RESUMES = {
    OrderState.ACCEPTED: "transactions.compliance.screen",
    OrderState.CLEARED: "transactions.contracts.draw_up",
    OrderState.PAID: "transactions.delivery.open_access",
}


def resume(order: Order) -> None:
    """Queue the job that an overlay made wait."""
    if order.is_frozen:
        return
    if order.state == OrderState.CONTRACTED:
        after_contract(order)
    elif order.state in RESUMES:
        enqueue(RESUMES[order.state], order_id=order.pk)


def resume_all() -> int:
    """Queue what waited while trading was stopped; returns how many orders go on."""
    waiting = Order.objects.filter(state__in=[*RESUMES, OrderState.CONTRACTED]).order_by("pk")
    for order in waiting:
        resume(order)
    return len(waiting)


def after_contract(order: Order) -> None:
    """Queue what follows a concluded contract: access at once when free, else the request for payment."""
    job = "transactions.delivery.open_access" if order.is_free else "transactions.payments.ask_payment"
    enqueue(job, order_id=order.pk)


def _long_enough(text: str, field: str) -> str:
    text = clean(text)
    if len(text) < 10:
        raise DomainError(
            _("Give the reason of this decision."),
            code="reason_missing",
            fields={field: _("Explain the reason in at least 10 characters; both sides read it.")},
        )
    return text
