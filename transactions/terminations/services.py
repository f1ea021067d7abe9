"""Ending a concluded trade: asked and agreed by both signatories, or decided by the exchange."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.vietnamese import clean
from exchange.notifications.services import notify
from exchange.transparency.services import record
from transactions.contracts.policies import side_of
from transactions.delivery.services import close_for_good
from transactions.orders.messages import context_of
from transactions.orders.models import Order
from transactions.orders.selectors import people_of
from transactions.orders.services import check_reason, locked, move, refuse_frozen
from transactions.orders.states import CONCLUDED, HELD_IN_ESCROW
from transactions.payments.refunds import give_back
from transactions.terminations.models import Answer, EndRequest
from transactions.terminations.policies import ENDING

BOTH_AGREE = "both_agree"


@transaction.atomic
def terminate_order(*, order_id: int, reason_code: str, reason_text: str, actor: Actor) -> Order:
    """The exchange ends a concluded trade with a reason both sides read; what was paid goes back, access ends."""
    order = locked(order_id)
    require(actor, "transactions.review_legality")
    _check_concluded(order)
    text = check_reason("terminate", reason_code, reason_text)
    _end(order, reason_code=reason_code, reason_text=text, actor=actor)
    return order


def _check_concluded(order: Order) -> None:
    if order.state not in CONCLUDED:
        raise IllegalMove()
    if order.is_disputed:
        raise DomainError(
            _("A dispute about this order is open. Its ruling decides how the trade ends."), code="disputed"
        )


def _end(order: Order, *, reason_code: str, reason_text: str, actor: Actor) -> None:
    """End a locked trade; the payment, where there is one, goes back whole in the same transaction."""
    reason = {"reason_code": reason_code, "reason_text": reason_text}
    if order.state in HELD_IN_ESCROW and not order.is_free:
        give_back(order, amount=None, actor=actor, reference="termination", **reason)
    else:
        move(order, "terminate", actor=actor, **reason)
    close_for_good(order, actor=actor, reason=reason_code)


def _signing_side(actor: Actor, order: Order) -> str:
    side = side_of(actor, order)
    require(actor, ENDING, organisation=getattr(order, side) if side else None)
    return side


@transaction.atomic
def ask_end(*, order_id: int, reason_code: str, reason_text: str, actor: Actor) -> EndRequest:
    """A signatory asks the other side to end a concluded trade; nothing stops until the other side agrees."""
    order = locked(order_id)
    side = _signing_side(actor, order)
    _check_concluded(order)
    refuse_frozen(order)
    if order.end_requests.filter(answer="").exists():
        raise DomainError(_("A request to end this trade waits for an answer already."), code="already_asked")
    text = check_reason("ask_end", reason_code, reason_text)
    made = EndRequest.objects.create(
        order=order, side=side, reason_code=reason_code, reason_text=text, asked_by=actor.user
    )
    _note(order, "ask_end", made, actor)
    _tell(order, "end_asked", "seller" if side == "buyer" else "buyer", text)
    return made


@transaction.atomic
def agree_end(*, order_id: int, actor: Actor) -> Order:
    """The other side's signatory agrees: the trade ends, what was paid goes back whole, access ends."""
    order, asked = _asked(order_id, actor)
    refuse_frozen(order)
    _answer(asked, Answer.AGREED, "", actor)
    _note(order, "agree_end", asked, actor)
    _end(order, reason_code=BOTH_AGREE, reason_text=asked.reason_text, actor=actor)
    return order


@transaction.atomic
def decline_end(*, order_id: int, text: str = "", actor: Actor) -> Order:
    """The other side's signatory does not agree: the trade goes on, and the asking side reads why."""
    order, asked = _asked(order_id, actor)
    text = clean(text)
    if len(text) < 10:
        words = _("Explain the reason in at least 10 characters; the other side reads it.")
        raise DomainError(words, code="reason_missing", fields={"text": words})
    _answer(asked, Answer.DECLINED, text, actor)
    _note(order, "decline_end", asked, actor)
    _tell(order, "end_declined", asked.side, text)
    return order


@transaction.atomic
def withdraw_end(*, order_id: int, actor: Actor) -> Order:
    """The asking side takes its request back: the trade goes on."""
    order = locked(order_id)
    side = _signing_side(actor, order)
    asked = _open(order)
    if asked.side != side:
        raise IllegalMove()
    _answer(asked, Answer.WITHDRAWN, "", actor)
    _note(order, "withdraw_end", asked, actor)
    return order


def _asked(order_id: int, actor: Actor) -> tuple[Order, EndRequest]:
    """A locked order with the open request of the side the actor does not sign for."""
    order = locked(order_id)
    side = _signing_side(actor, order)
    asked = _open(order)
    if asked.side == side:
        raise IllegalMove()
    return order, asked


def _open(order: Order) -> EndRequest:
    asked = EndRequest.objects.select_for_update().filter(order=order, answer="").first()
    if asked is None or order.state not in CONCLUDED:
        raise IllegalMove()
    return asked


def _answer(asked: EndRequest, answer: str, text: str, actor: Actor) -> None:
    asked.answer, asked.answer_text, asked.answered_by, asked.answered_at = answer, text, actor.user, now()
    asked.save(update_fields=["answer", "answer_text", "answered_by", "answered_at"])


def _note(order: Order, action: str, asked: EndRequest, actor: Actor) -> None:
    data = {"number": order.number, "side": side_of(actor, order), "reason_code": asked.reason_code}
    record(f"order.{action}", subject=order, actor=actor, data=data, rows=[asked])


ROLES = {"buyer": ("buyer", "signatory"), "seller": ("steward", "signatory")}


def _tell(order: Order, kind: str, side: str, text: str) -> None:
    people = people_of(getattr(order, side), *ROLES[side])
    notify(f"order.{kind}", users=people, context=context_of(order, text), subject_url=order.get_absolute_url())
