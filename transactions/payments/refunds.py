"""A buyer's payment goes back: whole or in part, before or after it was shared out."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.reasons import explained
from exchange.common.retry import retried
from exchange.jobs.services import enqueue
from exchange.notifications.services import notify
from transactions.halts.services import require_trading
from transactions.ledger import accounts, flows
from transactions.ledger.models import Journal
from transactions.ledger.selectors import left_of_settlement
from transactions.ledger.services import book, locked_balances, reverse
from transactions.orders.models import Order
from transactions.orders.selectors import people_of
from transactions.orders.services import check_reason, locked, move
from transactions.orders.states import HELD_IN_ESCROW, OrderState
from transactions.payments.owners import tell_owners
from transactions.payments.services import parts_of_order, settle


@retried
@transaction.atomic
def refund_order(
    *, order_id: int, amount: int | None, reason_code: str, reason_text: str, actor: Actor, reference: str = ""
) -> Journal:
    """The exchange decides that a payment goes back: all of it, or `amount` of it; see `give_back`."""
    order = locked(order_id)
    require(actor, "transactions.refund_order")
    if order.is_disputed:
        raise DomainError(
            _("A dispute about this order is open. Its ruling decides whether money goes back."), code="disputed"
        )
    text = check_reason("refund", reason_code, reason_text)
    return give_back(order, amount=amount, reason_code=reason_code, reason_text=text, actor=actor, reference=reference)


def give_back(
    order: Order, *, amount: int | None, reason_code: str, reason_text: str, actor: Actor, reference: str = ""
) -> Journal:
    """Book a refund of a locked order, and take the order where the refund leads; the caller checked the right.

    Not yet shared out: the whole sum ends the trade (`refund`), a part completes it and the rest goes to the owners
    (`split`). Shared out already: every part gives back its portion; what a seller cannot cover is owed by the seller.
    `amount` None is all that is left. The same `reference` (say `dispute:12`) is booked once, whoever repeats it.
    """
    earlier = Journal.objects.filter(key=_key(order, reference)).first() if reference else None
    if earlier is not None:
        return _same(earlier, amount)
    require_trading()
    if order.is_free or order.state not in (*HELD_IN_ESCROW, OrderState.COMPLETED):
        raise IllegalMove(_("No payment of this order can go back now."), code="nothing_to_refund")
    is_settled = order.state == OrderState.COMPLETED
    parts = left_of_settlement(order.number) if is_settled else parts_of_order(order)
    amount = _checked(amount, sum(parts.values()))
    taken = flows.portion(parts, amount)
    reason = {"reason_code": reason_code, "reason_text": reason_text}
    if is_settled:
        journal = _from_the_sellers(order, taken, reference, reason_text, actor)
    else:
        journal = _from_escrow(order, parts, taken, reference, actor=actor, **reason)
    _say(order, taken, reason_text, is_settled=is_settled)
    return journal


def _key(order: Order, reference: str) -> str:
    return f"refund:{order.number}:{reference}"


def _same(journal: Journal, amount: int | None) -> Journal:
    booked = sum(leg.amount for leg in journal.postings.filter(account__kind=accounts.REFUNDABLE))
    if amount not in (None, booked):
        raise DomainError(
            _("This refund was booked before with another sum; it was not booked again."), code="key_reused"
        )
    return journal


def _checked(amount: int | None, left: int) -> int:
    if left == 0:
        raise IllegalMove(_("The whole payment of this order has gone back already."), code="nothing_to_refund")
    if amount is None:
        return left
    if not 1 <= amount <= left:
        raise DomainError(
            _("Enter a sum between 1 dong and what is left of the payment."),
            code="refund_out_of_range",
            fields={"amount": _("Enter a sum between 1 dong and what is left of the payment.")},
        )
    return amount


def _from_escrow(
    order: Order,
    parts: flows.Legs,
    taken: flows.Legs,
    reference: str,
    *,
    reason_code: str,
    reason_text: str,
    actor: Actor,
) -> Journal:
    rest = flows.without(parts, taken)
    is_whole = not any(rest.values())
    escrow, buyer = accounts.escrow(order.number), accounts.refundable(order.buyer_id)
    move(order, "refund" if is_whole else "split", actor=actor, reason_code=reason_code, reason_text=reason_text)
    locked_balances([escrow, buyer, *(code for code, amount in rest.items() if amount)])
    journal = _book(order, flows.paid_in(escrow, buyer, sum(taken.values())), reference, reason_text, actor)
    if is_whole:
        enqueue("transactions.delivery.close_access", order_id=order.pk)
    else:
        settle(order, actor=actor, parts=rest)
    return journal


def _from_the_sellers(order: Order, taken: flows.Legs, reference: str, reason_text: str, actor: Actor) -> Journal:
    sellers = [code for code in taken if accounts.kind_of(code) == accounts.PAYABLE]
    held = locked_balances([accounts.refundable(order.buyer_id), *sellers])
    return _book(order, flows.taken_back(order.buyer_id, taken, held), reference, reason_text, actor)


def _book(order: Order, legs: flows.Legs, reference: str, text: str, actor: Actor) -> Journal:
    made = Journal.objects.filter(order_number=order.number, kind="refund").count()
    key = _key(order, reference or f"no{made + 1}")
    return book(
        "payment.refund",
        subject=order,
        key=key,
        kind="refund",
        legs=legs,
        order_number=order.number,
        reason=text[:300],
        actor=actor,
        data={"amount": str(legs[accounts.refundable(order.buyer_id)])},
    )


@retried
@transaction.atomic
def correct_refund(*, journal_id: int, reason: str, actor: Actor) -> Journal:
    """A finance officer undoes a wrong refund of a settled order by its reversal; nothing is edited."""
    require(actor, "transactions.correct_ledger")
    journal = Journal.objects.get(pk=journal_id)
    order = locked(Order.objects.get(number=journal.order_number).pk) if journal.kind == "refund" else None
    ended = order is None or order.state != OrderState.COMPLETED or journal.made_at < _settled_at(order)
    if ended or hasattr(journal, "reversed_by"):
        raise DomainError(_("This money event cannot be undone here."), code="not_correctable")
    text = explained(reason)
    return reverse(
        journal,
        event="payment.correct",
        subject=order,
        key=f"undo:{journal.key}",
        kind="correction",
        reason=text[:300],
        actor=actor,
    )


def _settled_at(order: Order) -> dt.datetime:
    """A refund booked before belongs to a split, whose rest was settled for good."""
    return Journal.objects.get(key=f"settle:{order.number}").made_at


def _say(order: Order, taken: flows.Legs, reason_text: str, *, is_settled: bool) -> None:
    context = {"number": order.number, "amount": sum(taken.values()), "text": reason_text}
    url = order.get_absolute_url()
    notify("payment.refunded", users=people_of(order.buyer, "buyer", "finance"), context=context, subject_url=url)
    if is_settled:
        people = people_of(order.seller, "finance", "owner")
        notify("payment.taken_back", users=people, context=context, subject_url=url)
        tell_owners("payment.share_taken_back", order, taken, but_seller=True)
