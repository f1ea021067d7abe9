"""The order list and the order page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import DetailView, ListView, View

from accounts.access.policies import may
from catalog.licences.selectors import plain_rights
from exchange.codes.models import in_language
from exchange.codes.selectors import label
from exchange.transparency.selectors import entries_of
from transactions.contracts.selectors import contract_of
from transactions.delivery.selectors import deliveries_of, entitlement_of
from transactions.disputes.selectors import latest_dispute, next_step_of
from transactions.ledger.selectors import journals_of_order
from transactions.orders.models import Order
from transactions.orders.owners import names_of, split_of
from transactions.orders.selectors import next_step
from transactions.orders.states import CONCLUDED, FINAL_STATES, OrderState
from transactions.terminations.selectors import open_request
from transactions.tracking.policies import allowed_actions
from transactions.tracking.receipts import OPENING, PENDING, PROOF, check_address, content_of, file_name, papers_of
from transactions.tracking.selectors import course, orders_of

SIDES = ("buyer", "seller")
MEDIA = {PROOF: "text/plain; charset=utf-8", OPENING: "application/json", PENDING: "text/plain; charset=utf-8"}


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
        contract, papers = contract_of(order), papers_of(list(entries_of(order)))
        proof = next((paper.place.as_dict for paper in reversed(papers) if paper.place), None)
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
            owners=[in_language(one["name_vi"], one["name_en"]) for one in names_of(order)],
            split=split_of(order) if order.quote and _side(actor, order) != "buyer" else [],
            may_pay=order.state == OrderState.AWAITING_PAYMENT and may(actor, "transactions.pay_order", order.buyer),
            journals=journals_of_order(order.number) if may(actor, "transactions.view_ledger") else [],
            papers=papers,
            labels=_labels(order),
            rights=plain_rights(order.snapshot["terms"]) if order.snapshot.get("terms") else None,
            proof=proof,
            qr=check_address(proof["leaf"]) if proof else "",
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
    """A log receipt of the order: the promise, the proof for foreign programs, or the opening with its salt."""

    def get(self, request: HttpRequest, number: str, entry: int, kind: str) -> HttpResponse:
        """A text file; both sides and staff only."""
        order = get_object_or_404(Order.objects.visible_to(request.actor), number=number)
        found = entries_of(order).filter(pk=entry).first()
        body = content_of(found, kind) if found and kind in MEDIA else ""
        if found is None or not body:
            raise Http404
        answer = HttpResponse(body, content_type=MEDIA[kind])
        answer["Content-Disposition"] = f'attachment; filename="{file_name(number, found, kind)}"'
        answer["Cache-Control"] = "no-store"
        return answer
