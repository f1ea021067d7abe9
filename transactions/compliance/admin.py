"""Trades in the console: the legality check and holds, decided on one page."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.admin import CaseAdmin, badge, column, dong, queue_filter, titled, two_lines
from exchange.common.casefile import Answer, Case
from exchange.common.errors import IllegalMove
from transactions.compliance import services
from transactions.compliance.casefile import TONES, casefile
from transactions.orders import overlays
from transactions.orders.models import Hold, Order
from transactions.orders.states import OrderState


def what(order: Order) -> object:
    """Dataset with both sides under it."""
    return two_lines(order.title, f"{order.seller.name} → {order.buyer.name}")


what.short_description = _("Dataset and sides")  # type: ignore[attr-defined]


def state(order: Order) -> object:
    """State as a chip."""
    return badge(TONES.get(order.state, ""), order.get_state_display())


state.short_description = _("State")  # type: ignore[attr-defined]
state.admin_order_field = "state"  # type: ignore[attr-defined]


def held(rows: Any) -> Any:
    """Orders on which a hold of people or of integrity lies."""
    return rows.filter(pk__in=Hold.objects.open().placed_by_people().values("order"))


def take(order: Order, answer: Answer, actor: Actor) -> object:
    """The reviewer holds the trade."""
    services.take(order_id=order.pk, actor=actor)
    return _("You hold the trade now.")


def approve(order: Order, answer: Answer, actor: Actor) -> object:
    """Clear, or propose to clear."""
    made = services.clear(
        order_id=order.pk, cleared_rules=list(answer.cleared), text=answer.text, version=answer.version, actor=actor
    )
    if made.verdict == "propose":
        return _("The proposal %(number)s is recorded. A second person confirms it.") % {"number": made.number}
    return _("The trade is cleared by decision %(number)s.") % {"number": made.number}


def return_(order: Order, answer: Answer, actor: Actor) -> object:
    """Ask the buyer for a supplement."""
    made = services.return_(
        order_id=order.pk,
        reason_code=answer.reason_code,
        reason_text=answer.text,
        fields=list(answer.fields),
        version=answer.version,
        actor=actor,
    )
    return _("The order is back with the buyer by decision %(number)s.") % {"number": made.number}


def refuse(order: Order, answer: Answer, actor: Actor) -> object:
    """End the trade."""
    made = services.refuse(
        order_id=order.pk,
        article=answer.article,
        reason_code=answer.reason_code,
        reason_text=answer.text,
        version=answer.version,
        actor=actor,
    )
    return _("The trade is refused by decision %(number)s.") % {"number": made.number}


def hold(order: Order, answer: Answer, actor: Actor) -> object:
    """Stop the trade."""
    overlays.hold_order(order_id=order.pk, reason_text=answer.text, actor=actor)
    return _("The trade is on hold.")


def release(order: Order, answer: Answer, actor: Actor) -> object:
    """Let the trade go on."""
    overlays.release_hold(order_id=order.pk, conclusion=answer.text, actor=actor)
    return _("The hold is released.")


# Rooms further up add what moves money: ending a concluded trade (terminations).
DECISIONS: dict[tuple[str, str], Callable[[Order, Answer, Actor], object]] = {
    ("legality", "take"): take,
    ("legality", "approve"): approve,
    ("legality", "return"): return_,
    ("legality", "reject"): refuse,
    ("hold", "hold"): hold,
    ("hold", "release"): release,
}


@admin.register(Order)
class OrderAdmin(CaseAdmin):
    """Every order that was sent."""

    reads = "transactions.view_order"
    columns = (
        column("number", _("Number")),
        what,
        state,
        column("due_on", _("Deadline")),
        column("total", _("The buyer pays"), order="total", show=dong),
    )
    list_filter = (
        queue_filter(
            (
                "waiting",
                _("Waiting for the legality check"),
                lambda rows: rows.filter(state=OrderState.LEGALITY_REVIEW),
            ),
            ("held", _("On hold"), held),
            ("disputed", _("In dispute"), lambda rows: rows.filter(disputed_at__isnull=False)),
        ),
        ("state", titled(_("State"))),
    )
    list_select_related = ("buyer", "seller", "holder")
    search_fields = ("number", "buyer__name_vi", "seller__name_vi", "listing__revision__title_vi")
    ordering = ("due_on", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Orders with what a page shows."""
        return super().get_queryset(request).select_related("buyer", "seller", "holder", "listing")

    def casefile(self, request: HttpRequest, record: Order) -> Case:
        """What staff read."""
        return casefile(record, request.actor)  # type: ignore[attr-defined]

    def decide(self, request: HttpRequest, record: Order, answer: Answer) -> object:
        """The decision that was chosen."""
        act = DECISIONS.get((answer.key, answer.decision))
        if act is None:
            raise IllegalMove()
        return act(record, answer, request.actor)  # type: ignore[attr-defined]
