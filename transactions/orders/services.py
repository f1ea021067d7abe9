"""Use cases of the two sides of an order, and the one door through which its state changes."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from accounts.organisations.models import Organisation
from accounts.verification.selectors import may_trade
from catalog.offers.models import Listing, PriceKind
from exchange.codes.selectors import choices, covers
from exchange.codes.services import days_left, due_day
from exchange.common.clock import local_day, now, today
from exchange.common.errors import DomainError
from exchange.common.ids import next_order_number
from exchange.common.vietnamese import clean
from exchange.jobs.services import enqueue
from exchange.transparency.services import record
from transactions.orders import deadlines
from transactions.orders.messages import tell
from transactions.orders.models import Hold, Order, OrderEvent
from transactions.orders.selectors import overlapping_right
from transactions.orders.snapshot import digest, freeze
from transactions.orders.states import FINAL_STATES, FORWARD, ORDER_FLOW, OrderState
from transactions.pricing.quote import Quote, quote
from transactions.pricing.services import quote_price

NO_REASON = {"reason_fields": [], "reason_article": ""}  # an order keeps the reason of its last step only
FIGURES = ("price", "vat", "total", "fee", "fee_vat", "seller_share")


def is_held(order: Order) -> bool:
    """Whether a HOLD lies on the order: nothing moves it forward until the hold is concluded."""
    return order.is_held


def move(
    order: Order,
    action: str,
    *,
    actor: Actor,
    reason_code: str = "",
    reason_text: str = "",
    noted: dict[str, str] | None = None,
    **changes: object,
) -> Order:
    """Take a locked order one step along its table: state, event, log and messages, or nothing.

    `noted` goes into the log record beside the usual figures, `changes` are fields of the order.
    """
    before, after = order.state, ORDER_FLOW.after(order.state, action)
    if action in FORWARD and order.is_held:
        raise DomainError(
            _("The order is on hold. Nothing can go on until a reviewer of the exchange has decided."), code="held"
        )
    changes.setdefault("due_on", deadlines.due_day(order, after, today()))
    changes = NO_REASON | {"reason_code": reason_code, "reason_text": reason_text} | changes
    changes |= {"state": after, "state_since": now(), "reminded_at": None, "escalated_at": None}
    changes |= {"version": order.version + 1}
    _set(order, changes)
    event = _event(order, action, before, actor=actor, reason_code=reason_code, reason_text=reason_text)
    record(f"order.{action}", subject=order, actor=actor, data=_for_the_log(order, event) | (noted or {}))
    tell(order, action, actor=actor, text=reason_text)
    return order


def _set(order: Order, changes: dict[str, object]) -> None:
    for name, value in changes.items():
        setattr(order, name, value)
    order.save(update_fields=None if order.pk is None else list(changes))


def _event(order: Order, action: str, before: str, *, actor: Actor, reason_code: str, reason_text: str) -> OrderEvent:
    return OrderEvent.objects.create(
        order=order,
        action=action,
        before=before,
        after=order.state,
        actor=actor.label,
        acting_for=actor.acting_for,
        user=actor.user,
        reason_code=reason_code,
        reason_text=reason_text,
    )


def _for_the_log(order: Order, event: OrderEvent) -> dict[str, str]:
    return {
        "number": order.number,
        "before": event.before,
        "after": event.after,
        "reason_code": event.reason_code,
        "reason_text": event.reason_text,
        "digest": order.snapshot_digest,
        "total": str(order.total),
    }


@transaction.atomic
def request_order(
    *,
    listing_id: int,
    purpose: str,
    territory: str,
    use_description: str,
    storage_place: str,
    idempotency_key: str,
    actor: Actor,
) -> Order:
    """Place one order per key with listing, offer, terms and parties frozen; a second click returns the first order."""
    require(actor, "transactions.place_order", organisation=actor.organisation)
    listing = _on_offer(listing_id, actor)
    answers = {
        "purpose": purpose,
        "territory": territory,
        "storage_place": storage_place,
        "use_description": clean(use_description),
    }
    made = Order.objects.filter(placed_by=actor.user, idempotency_key=idempotency_key).first()
    if made is not None:
        return _same_request(made, listing_id, answers)
    if listing is None:
        raise DomainError(_("This dataset is not on offer at the moment."), code="not_on_offer")
    _check_parties(listing, actor)
    check_answers(listing.snapshot["terms"], answers)
    try:
        with transaction.atomic():
            return _place(listing, answers, idempotency_key, actor)
    except IntegrityError:  # the same form, sent twice at the same moment
        made = Order.objects.get(placed_by=actor.user, idempotency_key=idempotency_key)
        return _same_request(made, listing_id, answers)


def _on_offer(listing_id: int, actor: Actor) -> Listing | None:
    seen = Listing.objects.on_market(actor).values("pk")
    listings = Listing.objects.locked().filter(pk=listing_id, pk__in=seen)
    return listings.select_related("revision__asset__owner__province", "revision__classification").first()


def _same_request(made: Order, listing_id: int, answers: dict[str, str]) -> Order:
    if made.listing_id != listing_id or made.snapshot["request"] != answers:
        raise DomainError(
            _("This form has already been sent with other answers. Open the page again to place another order."),
            code="key_reused",
        )
    return made


def _check_parties(listing: Listing, actor: Actor) -> None:
    seller, buyer = listing.revision.asset.owner, actor.organisation
    if seller == buyer:
        raise DomainError(_("An organisation cannot buy from itself."), code="same_organisation")
    check_participant(
        buyer,
        _("Your organisation must be verified and have accepted the service contract before it can order."),
        code="buyer_not_ready",
    )
    check_participant(seller, _("The seller cannot trade at the moment. Try again later."), code="seller_not_ready")


def check_participant(organisation: Organisation, sentence: object, *, code: str) -> None:
    """Only verified participants with a service contract in force trade (N314 7.8, 5.2(đ); R8, R88)."""
    if may_trade(organisation, today()):
        raise DomainError(sentence, code=code)


def check_answers(terms: dict, answers: dict[str, str]) -> None:
    """What the buyer says must fit the terms of the offer (N314 8.1, 8.2(c); R47-R49)."""
    wrong: dict[str, object] = {}
    if answers["purpose"] not in terms["purposes"]:
        wrong["purpose"] = _("Choose a purpose this offer permits.")
    if not covers(terms["territories"], answers["territory"]):
        wrong["territory"] = _("Choose a territory this offer permits.")
    if answers["storage_place"] not in dict(choices("territory")):
        wrong["storage_place"] = _("Choose where the data will be stored.")
    if len(answers["use_description"]) < 20:
        wrong["use_description"] = _("Describe the use in at least 20 characters: what for, by whom, with what result.")
    if wrong:
        raise DomainError(
            _("Some answers do not fit this offer. Correct them and send again."), code="answers", fields=wrong
        )


def _place(listing: Listing, answers: dict[str, str], key: str, actor: Actor) -> Order:
    snapshot = freeze(listing, buyer=actor.organisation, request=answers)
    order = Order(
        number=next_order_number(today().year),
        listing=listing,
        buyer=actor.organisation,
        seller=listing.revision.asset.owner,
        placed_by=actor.user,
        idempotency_key=key,
        snapshot=snapshot,
        snapshot_digest=digest(snapshot),
        **answers,
    )
    if overlapping_right(order, today()):
        raise DomainError(
            _("An exclusive right already covers this purpose and territory. Choose another scope, or ask the seller."),
            code="exclusive_right",
        )
    return move(order, "request", actor=actor, requested_at=now())


@transaction.atomic
def accept_order(*, order_id: int, actor: Actor) -> Order:
    """The seller agrees: figures and the ids of their tariffs are frozen, the legality check begins (R105)."""
    order = locked(order_id)
    require(actor, "transactions.answer_order", organisation=order.seller)
    ORDER_FLOW.after(order.state, "accept")
    check_participant(
        order.seller,
        _("Your organisation must be verified and have accepted the service contract before it can sell."),
        code="seller_not_ready",
    )
    move(order, "accept", actor=actor, **_frozen_figures(order))
    enqueue("transactions.compliance.screen", order_id=order.pk)
    return order


def figures_of(order: Order) -> Quote:
    """The figures of an order by its frozen offer and the tariffs of today; frozen when the seller accepts."""
    offer = order.snapshot["offer"]
    if offer["price_kind"] == PriceKind.FREE:
        return quote(0, None, 0, 0)
    return quote_price(offer["price"], offer["vat_treatment"], today())


def _frozen_figures(order: Order) -> dict[str, object]:
    made = figures_of(order)
    return {**{name: getattr(made, name) for name in FIGURES}, "quote": made.as_dict()}


@transaction.atomic
def decline_order(*, order_id: int, reason_code: str, reason_text: str, actor: Actor) -> Order:
    """The seller says no, with a reason the buyer reads."""
    order = locked(order_id)
    require(actor, "transactions.answer_order", organisation=order.seller)
    return _end(order, "decline", reason_code, reason_text, actor)


@transaction.atomic
def withdraw_order(*, order_id: int, reason_code: str, reason_text: str, actor: Actor) -> Order:
    """The buyer takes the order back; possible until the contract is concluded."""
    order = locked(order_id)
    require(actor, "transactions.place_order", organisation=order.buyer)
    return _end(order, "withdraw", reason_code, reason_text, actor)


@transaction.atomic
def terminate_order(*, order_id: int, reason_code: str, reason_text: str, actor: Actor) -> Order:
    """The exchange ends a concluded, unpaid trade, with a reason both sides read."""
    order = locked(order_id)
    require(actor, "transactions.review_legality")
    return _end(order, "terminate", reason_code, reason_text, actor)


def _end(order: Order, action: str, code: str, text: str, actor: Actor) -> Order:
    ORDER_FLOW.after(order.state, action)
    text = check_reason(action, code, text)
    return move(order, action, actor=actor, reason_code=code, reason_text=text)


def check_reason(action: str, code: str, text: str) -> str:
    """The cleaned explanation of a return, refusal or end; code and text are both required (product rule 2.2)."""
    text, wrong = clean(text), {}
    if code not in dict(choices("reason_trade", action=action)):
        wrong["reason_code"] = _("Choose a reason.")
    if len(text) < 10:
        wrong["reason_text"] = _("Explain the reason in at least 10 characters; the other side reads it.")
    if wrong:
        raise DomainError(_("Give the reason of this decision."), code="reason_missing", fields=wrong)
    return text


def locked(order_id: int) -> Order:
    """One order locked until the transaction ends, with the organisations of both sides."""
    return Order.objects.locked().select_related("buyer", "seller").get(pk=order_id)


# --- the overlay HOLD


def place_hold(order: Order, *, rule: str, reason: str, actor: Actor) -> Hold:
    """Lay a hold on a locked order, once a rule; the use case that calls has checked the right."""
    hold, is_new = Hold.objects.get_or_create(
        order=order, rule=rule, released_at=None, defaults={"reason": reason, "raised_by": actor.label}
    )
    if is_new:
        record("order.hold", subject=order, actor=actor, data={"number": order.number, "rule": rule, "reason": reason})
        if not hold.is_finding:  # findings belong to the check both sides know of already
            tell(order, "hold", actor=actor, text=reason)
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
    )
    if order.due_on and not order.is_held:
        lost = days_left(max(local_day(hold.raised_at), local_day(order.state_since)), today())
        _set(order, {"due_on": due_day(order.due_on, max(lost, 0))})


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
    """A reviewer concludes the holds of people and of integrity with a reasoned decision; the trade may go on.

    Findings of the legality check are concluded one by one in its own decision.
    """
    order = locked(order_id)
    require(actor, "transactions.release_hold")
    text = _long_enough(conclusion, "conclusion")
    holds = list(order.holds.open().placed_by_people().select_for_update())
    if order.state in FINAL_STATES or not holds:
        raise DomainError(_("No hold of this order can be released now."), code="not_held")
    for hold in holds:
        hold.order = order
        lift_hold(hold, conclusion=text, actor=actor)
    tell(order, "release", actor=actor, text=text)
    _resume(order)
    return order


RESUMES = {
    OrderState.ACCEPTED: "transactions.compliance.screen",
    OrderState.CLEARED: "transactions.contracts.draw_up",
    OrderState.PAID: "transactions.delivery.open_access",
}


def _resume(order: Order) -> None:
    """Queue the job that a hold made wait."""
    if order.is_held:
        return
    if order.state == OrderState.CONTRACTED:
        after_contract(order)
    elif order.state in RESUMES:
        enqueue(RESUMES[order.state], order_id=order.pk)


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
