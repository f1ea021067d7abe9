"""Use cases of the two sides of an order, and the one door through which its state changes."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from accounts.organisations.models import Organisation
from accounts.verification.selectors import may_trade, with_service_contract
from catalog.classification.models import Reach
from catalog.offers.models import Listing, PriceKind
from exchange.codes.selectors import choices, covers
from exchange.common.clock import now, today
from exchange.common.errors import DomainError
from exchange.common.ids import next_order_number
from exchange.common.vietnamese import clean
from exchange.jobs.services import enqueue
from exchange.rules.engine import Parameters
from exchange.rules.selectors import parameters
from exchange.transparency.services import record
from exchange.transparency.witnesses import refuse_unwitnessed_sale
from transactions.halts.services import require_trading
from transactions.orders import deadlines
from transactions.orders.messages import tell
from transactions.orders.models import Order, OrderEvent
from transactions.orders.owners import frozen_shares, is_owner
from transactions.orders.selectors import overlapping_right
from transactions.orders.snapshot import digest, freeze
from transactions.orders.states import FORWARD, MONEY, ORDER_FLOW, OrderState
from transactions.pricing.quote import Quote, quote
from transactions.pricing.services import quote_price

NO_REASON = {"reason_fields": [], "reason_article": ""}  # an order keeps the reason of its last step only
# steps whose receipts both sides get by mail, as soon as the log has published them
RECEIPTED = frozenset({"conclude", "pay", "hand_over", "complete", "refund", "terminate"})
RECEIPT, RECEIPT_AFTER = "transactions.tracking.send_receipt", dt.timedelta(seconds=1)
FIGURES = ("price", "vat", "total", "fee", "fee_vat", "seller_share")


def move(
    order: Order,
    action: str,
    *,
    actor: Actor,
    reason_code: str = "",
    reason_text: str = "",
    noted: dict[str, str] | None = None,
    rows: Iterable[Model] = (),
    **changes: object,
) -> Order:
    """Take a locked order one step along its table: state, event, log and messages, or nothing.

    `noted` goes into the log record beside the usual figures, `rows` are bound by it as well, `changes` are fields of
    the order.
    """
    before, after = order.state, ORDER_FLOW.after(order.state, action)
    if action in FORWARD or action in MONEY:
        require_trading()
    if action in FORWARD:
        refuse_frozen(order)
    if "due_on" not in changes:
        changes["due_on"] = deadlines.due_day(order, after, today())
    changes = NO_REASON | {"reason_code": reason_code, "reason_text": reason_text} | changes
    changes |= {"state": after, "state_since": now(), "reminded_at": None, "escalated_at": None}
    changes |= {"version": order.version + 1}
    _set(order, changes)
    event = _event(order, action, before, actor=actor, reason_code=reason_code, reason_text=reason_text)
    data = _for_the_log(order, event) | (noted or {})
    entry = record(f"order.{action}", subject=order, actor=actor, data=data, rows=[event, *rows])
    if action in RECEIPTED:
        enqueue(RECEIPT, run_at=now() + RECEIPT_AFTER, order_id=order.pk, entry_id=entry.pk)
    tell(order, action, actor=actor, text=reason_text)
    return order


def refuse_frozen(order: Order) -> None:
    """Raise the sentence why nothing goes on while an overlay lies on the order."""
    if order.is_disputed:
        raise DomainError(
            _("A dispute about this order is open. Nothing can go on until it has been settled."), code="disputed"
        )
    if order.is_held:
        raise DomainError(
            _("The order is on hold. Nothing can go on until a reviewer of the exchange has decided."), code="held"
        )


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
    refuse_unwitnessed_sale()
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
    limits = parameters(today())
    _check_parties(listing, actor, limits)
    check_answers(listing.snapshot["terms"], answers)
    try:
        with transaction.atomic():
            return _place(listing, answers, idempotency_key, actor, limits)
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


CO_OWNER = _(
    "Your organisation is one of the owners of this data and shares in its revenue. An owner cannot buy from itself."
)
NOT_FOR_YOUR_KIND = _("The owner does not give this data to participants of your kind; the page of the data says why.")


def _check_parties(listing: Listing, actor: Actor, limits: Parameters) -> None:
    seller, buyer = listing.revision.asset.owner, actor.organisation
    if seller == buyer:
        raise DomainError(_("An organisation cannot buy from itself."), code="same_organisation")
    if is_owner(buyer, listing):
        raise DomainError(CO_OWNER, code="same_organisation")
    if listing.revision.classification.reach_of(buyer.kind) == Reach.NO:
        raise DomainError(NOT_FOR_YOUR_KIND, code="not_for_your_kind")
    bound = with_service_contract([buyer, seller], today())
    if may_trade(buyer, today(), limits, buyer.pk in bound):
        raise DomainError(
            _("Your organisation must be verified and have accepted the service contract before it can order."),
            code="buyer_not_ready",
        )
    if may_trade(seller, today(), limits, seller.pk in bound):
        raise DomainError(_("The seller cannot trade at the moment. Try again later."), code="seller_not_ready")


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


def _place(listing: Listing, answers: dict[str, str], key: str, actor: Actor, limits: Parameters) -> Order:
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
    due_on = deadlines.due_day(order, OrderState.REQUESTED, today(), limits)
    return move(order, "request", actor=actor, requested_at=now(), due_on=due_on)


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
    shares = {} if made.is_free else frozen_shares(order)
    return {**{name: getattr(made, name) for name in FIGURES}, "quote": made.as_dict() | shares}


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
