"""Opening access, handing over checked bytes, and the buyer's last word."""

import datetime as dt
import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from catalog.datasets.models import DataFile
from exchange.codes.services import due_day
from exchange.common.clock import add_months, now, today
from exchange.common.errors import DomainError
from exchange.common.retry import retried
from exchange.files.services import verify
from exchange.jobs.services import enqueue
from exchange.notifications.services import notify
from exchange.rules.selectors import parameters
from exchange.transparency.services import record
from transactions.contracts.selectors import is_intact
from transactions.delivery.models import Delivery, DownloadLink, Entitlement
from transactions.delivery.policies import CLOSED_FOR_GOOD
from transactions.delivery.states import ENTITLEMENT_FLOW, EntitlementState
from transactions.halts.selectors import is_halted
from transactions.halts.services import require_trading
from transactions.orders.models import Hold, Order
from transactions.orders.overlays import place_hold
from transactions.orders.selectors import people_of
from transactions.orders.services import move
from transactions.orders.states import OrderState
from transactions.payments.services import settle

LINK_SECONDS = 300


def move_entitlement(entitlement: Entitlement, action: str, *, actor: Actor, reason: str = "") -> None:
    """Take an entitlement through one allowed step and log it; the caller holds the row lock."""
    before, entitlement.state = entitlement.state, ENTITLEMENT_FLOW.after(entitlement.state, action)
    entitlement.save(update_fields=["state"])
    record(
        f"entitlement.{action}",
        subject=entitlement,
        actor=actor,
        data={"before": before, "after": entitlement.state, "reason_code": reason},
    )


@retried
@transaction.atomic
def open_access(*, order_id: int, actor: Actor) -> Order:
    """Give the buyer access once the order is contracted, free or paid, not held, and its contract is untouched."""
    order = Order.objects.locked().select_related("listing").get(pk=order_id)
    require(actor, "transactions.run_clock")
    ready = order.state == OrderState.PAID or (order.state == OrderState.CONTRACTED and order.is_free)
    if not ready or order.is_frozen or is_halted():
        return order
    if not is_intact(order.contract):
        place_hold(order, rule="integrity", reason="contract_changed", actor=actor)
        return order
    terms, day = order.snapshot["terms"], today()
    file = DataFile.objects.get(revision_id=order.listing.revision_id, removed_at__isnull=True)
    entitlement = Entitlement.objects.create(
        order=order,
        file=file,
        sha256=order.snapshot["file_sha256"],
        scope={"columns": "all", "rows": "all"},
        quota=parameters(day).get("delivery_quota"),
        ends_on=add_months(day, terms["term_months"] or parameters(day).get("access_months")),
        opened_at=now(),
    )
    move_entitlement(entitlement, "open", actor=actor)
    move(order, "deliver", actor=actor, due_on=due_day(day, parameters(day).get("pickup_days")))
    return order


def refuse_delivery(entitlement: Entitlement, actor: Actor) -> None:
    """Raise the sentence why the bytes may not leave now: checked at every call (R61, R62)."""
    order = entitlement.order
    require_trading()
    if entitlement.state != EntitlementState.ACTIVE or entitlement.ends_on < today():
        raise DomainError(_("The right of use has expired or been revoked."), code="entitlement_not_active")
    if order.state in CLOSED_FOR_GOOD:
        raise DomainError(_("The order has ended; its data can no longer be downloaded."), code="order_ended")
    if order.is_disputed:
        raise DomainError(
            _("A dispute about this order is open; downloads are closed until it has been settled."), code="disputed"
        )
    if order.is_held:
        raise DomainError(_("The order is held for review; downloads are closed until it is decided."), code="held")
    if not order.buyer.is_active:
        raise DomainError(_("The trading account is suspended or closed."), code="buyer_not_active")
    if not is_intact(order.contract):
        raise DomainError(
            _("The stored contract no longer matches its hash. Delivery is refused; the exchange has been told."),
            code="contract_changed",
        )
    if entitlement.file.stored.sha256 != entitlement.sha256 or not verify(entitlement.file.stored):
        raise DomainError(
            _("The stored file no longer matches the approved hash. Delivery is refused; the exchange has been told."),
            code="file_changed",
        )


def _digest(text: str) -> str:
    return hmac.new(settings.LINK_SIGNING_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def _hold_for_integrity(order_id: int, code: str, actor: Actor) -> None:
    order = Order.objects.locked().get(pk=order_id)
    if not order.is_held:
        place_hold(order, rule="integrity", reason=code, actor=actor)


def _checked(entitlement: Entitlement, actor: Actor) -> None:
    """Refuse where refusal is due; changed bytes also put the order on hold for the exchange."""
    try:
        refuse_delivery(entitlement, actor)
    except DomainError as error:
        if error.code in ("file_changed", "contract_changed"):
            _hold_for_integrity(entitlement.order_id, error.code, Actor.system("delivery"))
        raise


def make_link(*, order_id: int, session_key: str, actor: Actor) -> str:
    """A token for one short download, bound to session, order and file; only its keyed hash is kept (trust B.1)."""
    entitlement = Entitlement.objects.select_related("order__buyer", "order__contract", "file__stored").get(
        order_id=order_id
    )
    require(actor, "transactions.receive_data", organisation=entitlement.order.buyer)
    _checked(entitlement, actor)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        locked = Entitlement.objects.locked().get(pk=entitlement.pk)
        if locked.used >= locked.quota:
            raise DomainError(_("The number of downloads in the contract is used up."), code="quota")
        DownloadLink.objects.create(
            entitlement=locked,
            token_hash=_digest(token),
            session_hash=_digest(session_key),
            made_by=actor.user,
            expires_at=now() + dt.timedelta(seconds=LINK_SECONDS),
        )
    return token


def use_link(*, order_id: int, token: str, session_key: str, actor: Actor) -> Entitlement:
    """Let the bytes of a link go out: the link must be of this session and order and not have expired.

    The first use counts as one delivery; range requests with the same link do not count again.
    Raises DownloadLink.DoesNotExist for any link that is not valid here.
    """
    link = DownloadLink.objects.select_related(
        "entitlement__order__buyer", "entitlement__order__contract", "entitlement__file__stored"
    ).get(
        entitlement__order_id=order_id,
        token_hash=_digest(token),
        session_hash=_digest(session_key),
        made_by=actor.user,
        expires_at__gt=now(),
    )
    require(actor, "transactions.receive_data", organisation=link.entitlement.order.buyer)
    _checked(link.entitlement, actor)
    if link.first_used_at is None:
        _count_delivery(link.pk, actor)
    return link.entitlement


@transaction.atomic
def _count_delivery(link_id: int, actor: Actor) -> None:
    link = DownloadLink.objects.select_related("entitlement").get(pk=link_id)
    order = Order.objects.locked().get(pk=link.entitlement.order_id)
    entitlement = Entitlement.objects.locked().select_related("file__stored").get(pk=link.entitlement_id)
    link = DownloadLink.objects.select_for_update().get(pk=link_id)
    if link.first_used_at:
        return
    if entitlement.used >= entitlement.quota:
        raise DomainError(_("The number of downloads in the contract is used up."), code="quota")
    link.first_used_at = now()
    link.save(update_fields=["first_used_at"])
    entitlement.used += 1
    entitlement.save(update_fields=["used"])
    stored = entitlement.file.stored
    delivery = Delivery.objects.create(
        entitlement=entitlement, link=link, sha256=stored.sha256, size=stored.size, delivered_to=actor.user
    )
    data = {"file_sha256": stored.sha256, "count": entitlement.used}
    record("delivery.made", subject=order, actor=actor, data=data, rows=[delivery, entitlement])
    if order.state == OrderState.DELIVERING:
        move(order, "hand_over", actor=actor)


def _complete(order: Order, actor: Actor) -> None:
    move(order, "complete", actor=actor)  # refused while an overlay lies on the order
    settle(order, actor=actor)


@retried
@transaction.atomic
def confirm_receipt(*, order_id: int, actor: Actor) -> Order:
    """The buyer confirms: the order is complete and the escrow is shared out, or nothing happens."""
    order = Order.objects.locked().get(pk=order_id)
    require(actor, "transactions.receive_data", organisation=order.buyer)
    _complete(order, actor)
    return order


@transaction.atomic
def accept_by_clock(*, order_id: int, actor: Actor) -> Order:
    """The time for confirming is over and nobody objected: the order is accepted (product rule 2.2)."""
    order = Order.objects.locked().get(pk=order_id)
    require(actor, "transactions.run_clock")
    overdue = order.due_on is not None and order.due_on < today() and not is_halted()
    if order.state == OrderState.DELIVERING and overdue and not order.is_frozen:
        move(order, "hand_over", actor=actor)
    elif order.state == OrderState.AWAITING_ACCEPTANCE and overdue and not order.is_frozen:
        _complete(order, actor)
    return order


@transaction.atomic
def expire(*, entitlement_id: int, actor: Actor) -> Entitlement:
    """Close an entitlement whose term has ended."""
    entitlement = Entitlement.objects.locked().get(pk=entitlement_id)
    require(actor, "transactions.run_clock")
    if entitlement.ends_on < today() and ENTITLEMENT_FLOW.allows(entitlement.state, "expire"):
        move_entitlement(entitlement, "expire", actor=actor)
    return entitlement


def _decide(entitlement_id: int, action: str, text: str, actor: Actor) -> Entitlement:
    entitlement = Entitlement.objects.locked().select_related("order__buyer").get(pk=entitlement_id)
    require(actor, "transactions.hold_order" if action == "suspend" else "transactions.release_hold")
    if not text.strip():
        raise DomainError(_("Give the reason of the decision."), code="text_missing", fields={"text": ""})
    move_entitlement(entitlement, action, actor=actor, reason=action)
    notify(
        f"entitlement.{action}",
        users=people_of(entitlement.order.buyer, "buyer"),
        context={"number": entitlement.order.number, "text": text},
        subject_url=f"/orders/{entitlement.order.number}/",
    )
    return entitlement


@transaction.atomic
def suspend(*, entitlement_id: int, text: str, actor: Actor) -> Entitlement:
    """Close a buyer's access for a time, with a reason."""
    return _decide(entitlement_id, "suspend", text, actor)


@transaction.atomic
def resume(*, entitlement_id: int, text: str, actor: Actor) -> Entitlement:
    """Open a suspended access again."""
    return _decide(entitlement_id, "resume", text, actor)


@transaction.atomic
def revoke(*, entitlement_id: int, text: str, actor: Actor) -> Entitlement:
    """End a buyer's access for good, with a reason."""
    return _decide(entitlement_id, "revoke", text, actor)


@transaction.atomic
def close_access(*, order_id: int, actor: Actor) -> Entitlement | None:
    """End the right of use of a trade that ended with its payment going back; a second run finds it ended."""
    require(actor, "transactions.run_clock")
    order = Order.objects.locked().get(pk=order_id)
    entitlement = Entitlement.objects.locked().filter(order=order).first()
    if order.state != OrderState.TERMINATED or entitlement is None:
        return None
    if ENTITLEMENT_FLOW.allows(entitlement.state, "revoke"):
        move_entitlement(entitlement, "revoke", actor=actor, reason="refund")
    return entitlement


def close_for_good(order: Order, *, actor: Actor, reason: str) -> None:
    """End the right of use of a locked order, where one is left; the use case that calls has checked the right."""
    entitlement = Entitlement.objects.locked().filter(order=order).first()
    if entitlement is not None and ENTITLEMENT_FLOW.allows(entitlement.state, "revoke"):
        move_entitlement(entitlement, "revoke", actor=actor, reason=reason)


def retry_opening() -> int:
    """Queue access for orders that are ready but not open: after a released hold or a lost job."""
    ready = Q(state=OrderState.PAID) | Q(state=OrderState.CONTRACTED, total=0)
    held = Hold.objects.filter(order=OuterRef("pk"), released_at__isnull=True)
    free = Order.objects.filter(ready & ~Exists(held), disputed_at__isnull=True)
    keys = list(free.order_by("pk").values_list("pk", flat=True))
    for pk in keys:
        enqueue("transactions.delivery.open_access", order_id=pk)
    return len(keys)
