"""The order list and the order page."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import DetailView, ListView, View

from accounts.access.policies import may
from catalog.licences.selectors import plain_rights
from exchange.codes.selectors import label
from exchange.transparency import kinds
from exchange.transparency.selectors import entries_of, opening, place, places
from transactions.contracts.selectors import contract_of
from transactions.delivery.selectors import deliveries_of, entitlement_of
from transactions.disputes.selectors import latest_dispute, next_step_of
from transactions.ledger.selectors import journals_of_order
from transactions.orders.models import Order
from transactions.orders.selectors import next_step
from transactions.orders.states import CONCLUDED, FINAL_STATES, OrderState
from transactions.terminations.selectors import open_request
from transactions.tracking.policies import allowed_actions
from transactions.tracking.selectors import course, orders_of

SIDES = ("buyer", "seller")


class OrderList(ListView):
    """Orders of the organisation acted for, as buyer or as seller."""

    template_name = "transactions/tracking/list.html"
    context_object_name = "orders"
    paginate_by = 20

    def get_queryset(self):
        """Orders of the chosen side."""
        side = self.request.GET.get("side", "")
        self.side = side if side in SIDES else ""
        return orders_of(self.request.actor, self.side)

    def get_context_data(self, **kwargs):
        """The side shown."""
        return super().get_context_data(side=self.side, actor=self.request.actor, **kwargs)


class OrderDetail(DetailView):
    """Everything about one order, for buyer, seller and staff."""

    template_name = "transactions/tracking/order.html"
    slug_field = slug_url_kwarg = "number"
    context_object_name = "order"

    def get_queryset(self):
        """Orders the viewer may see; the rest is 404."""
        return Order.objects.visible_to(self.request.actor).select_related(
            "listing__revision__classification", "listing__revision__asset__owner", "buyer", "seller"
        )

    def get_context_data(self, **kwargs):
        """Timeline, next step, buttons, papers, money, downloads, receipt."""
        order, actor = self.object, self.request.actor
        holds, entitlement = list(order.holds.open()), entitlement_of(order)
        contract, entries = contract_of(order), list(entries_of(order))
        dispute, end_request = latest_dispute(order), open_request(order) if order.state in CONCLUDED else None
        actions = allowed_actions(
            actor,
            order,
            contract=contract,
            entitlement=entitlement,
            dispute=dispute,
            end_request=end_request,
            is_frozen=order.is_disputed or bool(holds),
        )
        return super().get_context_data(
            course=course(order, list(order.events.order_by("pk"))),
            holds=holds,
            next_step=None if order.state in FINAL_STATES else next_step(order, held=bool(holds)),
            actions=actions,
            dispute=dispute,
            dispute_step=next_step_of(dispute) if dispute else None,
            end_request=end_request,
            contract=contract,
            entitlement=entitlement,
            deliveries=deliveries_of(entitlement),
            side=_side(actor, order),
            may_pay=order.state == OrderState.AWAITING_PAYMENT and may(actor, "transactions.pay_order", order.buyer),
            journals=journals_of_order(order.number) if may(actor, "transactions.view_ledger") else [],
            papers=[(entry, kinds.label(entry.kind)) for entry in entries],
            labels=_labels(order),
            rights=plain_rights(order.snapshot["terms"]) if order.snapshot.get("terms") else None,
            proof=next((found.as_dict for found in reversed(places(entries)) if found), None),
            **kwargs,
        )


def _labels(order: Order) -> dict[str, str]:
    return {
        "purpose": label("purpose", order.purpose),
        "territory": label("territory", order.territory),
        "storage": label("territory", order.storage_place),
    }


def _side(actor, order: Order) -> str:
    if actor.organisation is None:
        return "staff"
    return "buyer" if actor.organisation.pk == order.buyer_id else "seller"


class ReceiptDownload(View):
    """A log receipt of the order: the proof for foreign programs, or the opening with its salt."""

    def get(self, request: HttpRequest, number: str, entry: int, kind: str) -> HttpResponse:
        """Text of a `tlog-proof` or JSON of an opening; both sides and staff only."""
        order = get_object_or_404(Order.objects.visible_to(request.actor), number=number)
        found = next((one for one in entries_of(order) if one.pk == entry), None)
        if found is None or kind not in ("proof", "opening"):
            raise Http404
        if kind == "opening":
            body, media, name = (
                json.dumps(opening(found), indent=1),
                "application/json",
                f"{number}-{entry}-opening.json",
            )
        else:
            where = place(found)
            body, media = where.file if where else "", "text/plain; charset=utf-8"
            name = f"{number}-{entry}.tlog-proof"
        if not body:
            raise Http404
        answer = HttpResponse(body, content_type=media)
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "no-store"
        return answer
